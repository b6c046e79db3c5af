"""One search from parameters to its answer, and what is counted beside it."""
