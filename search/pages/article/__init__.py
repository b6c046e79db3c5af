"""The page of an article and its parts."""
