"""Crawls as documents of an index of their own, and how they get there."""
