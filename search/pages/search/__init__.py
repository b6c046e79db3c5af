"""The search page and its parts."""
