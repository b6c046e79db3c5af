"""The index backends: `open_backend` gives the one that the settings name. A door module.

from indexer.backends import open_backend
backend = open_backend("embedded", Path("data"), writer=True)
backend.setup()
"""

from indexer.backends.registry import open_backend, open_crawls

__all__ = ["open_backend", "open_crawls"]
