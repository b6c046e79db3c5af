"""Dashboards for Kibana as code: builders that make its saved objects, and what brings them into
it.

`indexer.kibana.pack` and `indexer.kibana.upload` are the doors. A dashboard is a module named after
it; what it shows is written there, how Kibana wants it in `columns`, `charts`, `searches`, `words`
and `board`.
"""
