"""The JSON API, exports, feeds and metrics: views of one query."""
