"""A process and its surroundings: the event loop, the pool of readers, memory, disk, sign of life,
clock.
"""
