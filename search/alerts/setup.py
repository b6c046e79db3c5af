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


def alert_service_of(config: Config, store: Store) -> AlertService:
    """The service that API, page and commands ask for saved searches and alerts."""
    return AlertService(
        store, open_channels(config), frozenset(read_texts()), SourceList(file=config.sources)
    )


def runner_of(config: Config, store: Store, backend: Backend, lease: Lease) -> Runner:
    """What runs alerts while it has the `lease`, by the clock of this machine."""
    return Runner(
        store=store,
        backend=backend,
        channels=open_channels(config),
        texts=read_texts(),
        home=config.public_url,
        now=utc_now,
        source_list=SourceList(file=config.sources),
        lease=lease,
    )
