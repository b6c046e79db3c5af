"""How the sources do and whether they were watched, read from the store."""
