"""The sources for those who ask the running server."""
