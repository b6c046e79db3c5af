"""Words that pages print around articles, by language: one file for each use, and their reader."""
