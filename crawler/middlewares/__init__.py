"""What every request and answer passes. Thin: the decisions are in crawler.addresses and crawler.robots."""
