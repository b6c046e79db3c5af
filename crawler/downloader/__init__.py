"""What every request and answer passes. Thin: the decisions are in crawler.fetch.ssrf and
crawler.fetch.robots.
"""
