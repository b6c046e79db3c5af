"""Saved searches, alerts, their hits and messages."""
