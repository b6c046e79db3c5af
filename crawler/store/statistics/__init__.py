"""Numbers that grow in the transactions that they count."""
