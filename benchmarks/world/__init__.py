"""A generated world of news sites that behave and misbehave as real ones do, over loopback HTTP."""
