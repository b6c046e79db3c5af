"""What is decided about a page and a source: new or changed, when to come back, what may be kept.
Pure.
"""
