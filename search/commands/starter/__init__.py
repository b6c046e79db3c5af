"""The files that `veille init` writes."""
