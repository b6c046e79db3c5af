"""Alerts on saved searches: what is new, when it is told, and what would have been."""
