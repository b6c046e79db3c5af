"""Crawls: entry points, visits, spans of coverage, queue, leases."""
