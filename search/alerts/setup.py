"""Alerts with the settings of an installation."""

from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.runtime.leases import Turn
from crawler.store import Store
from indexer.backend import Backend
from search.alerts.channels import open_channels
from search.alerts.runner import Runner
from search.alerts.service import Keeping
from search.i18n.catalogue import read_texts
from search.sources.source_list import Watched


def keeping_of(config: Config, store: Store) -> Keeping:
    """What keeps saved searches and alerts."""
    return Keeping(
        store, open_channels(config), frozenset(read_texts()), Watched(file=config.sources)
    )


def runner_of(config: Config, store: Store, backend: Backend, turn: Turn) -> Runner:
    """What runs alerts while it has the `turn`, by the clock of this machine."""
    channels, watched = open_channels(config), Watched(file=config.sources)
    return Runner(store, backend, channels, read_texts(), config.public_url, utc_now, watched, turn)
