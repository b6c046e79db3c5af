"""Where the words of a query stand in a text."""
