"""The pages of saved searches and alerts."""
