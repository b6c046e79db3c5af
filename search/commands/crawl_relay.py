"""The relay of crawl reports to the index of crawls, beside whatever else a process does."""

import logging
import threading

from crawler.config import Config
from crawler.store import Store
from indexer.backend import IndexUnavailable
from indexer.backends import open_crawls
from indexer.crawls.relay import CrawlRelay
from search.commands.console import index_environment

log = logging.getLogger(__name__)
END_SECONDS = 60.0


class CrawlRelayThread:
    """A thread that relays reports of crawls as they end; nothing where the index is embedded."""

    def __init__(self, config: Config, store: Store) -> None:
        self._index = open_crawls(config.index, environment=index_environment(config))
        self._relay: CrawlRelay | None = None
        if self._index:
            self._relay = CrawlRelay(store.reports, store.outbox, self._index)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to relay."""
        if self._relay:
            self._thread = threading.Thread(
                target=self._relay.run, args=(self._stop,), name="crawls", daemon=True
            )
            self._thread.start()

    def finish(self) -> None:
        """Relay what is left, now; what the index does not take waits in the store."""
        if self._relay:
            try:
                while self._relay.deliver():
                    pass
            except IndexUnavailable as error:
                log.warning("%s Reports of crawls wait in the store.", error)

    def close(self) -> None:
        """End the thread, relay what is left, and release the connection."""
        self._stop.set()
        if self._thread:
            self._thread.join(END_SECONDS)
        self.finish()
        if self._index:
            self._index.close()
