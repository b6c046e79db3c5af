"""One file a command; veille.py lists them."""
