"""Crawls as jobs: what is due is queued, workers crawl it."""
