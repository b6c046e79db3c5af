"""Texts, numbers and moments in the languages of the interface."""
