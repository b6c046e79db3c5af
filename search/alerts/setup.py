"""Alerts with the settings of an installation."""

from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.runtime.leases import Lease
from crawler.store import Store
from indexer.backend import Backend
from search.alerts.channels import open_channels
from search.alerts.runner import Runner
from search.alerts.service import AlertService
from search.i18n.catalogue import read_texts
from search.sources.source_list import SourceList


def keeping_of(config: Config, store: Store) -> AlertService:
    """What keeps saved searches and alerts."""
    return AlertService(
        store, open_channels(config), frozenset(read_texts()), SourceList(file=config.sources)
    )


def runner_of(config: Config, store: Store, backend: Backend, turn: Lease) -> Runner:
    """What runs alerts while it has the `turn`, by the clock of this machine."""
    channels, watched = open_channels(config), SourceList(file=config.sources)
    return Runner(store, backend, channels, read_texts(), config.public_url, utc_now, watched, turn)
