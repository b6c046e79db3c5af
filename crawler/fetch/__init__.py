"""Fetching safely and politely, below Scrapy: which addresses, which pages, how fast."""
