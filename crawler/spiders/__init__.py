"""Spiders: one for each kind of entry point, and the one that `veille crawl` runs over all of a
source's.
"""
