"""Fixtures of alerts: a setup on each kind of database, with the embedded index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.store import Store
from indexer.backend import Backend
from indexer.backends import open_backend
from tests.support.alerting import AlertSetup
from tests.support.receivers import Hook, Mailbox, hook, mailbox


@pytest.fixture(scope="module")
def _mailbox() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def _hook() -> Iterator[Hook]:
    with hook() as kept:
        yield kept


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Backend]:
    opened = open_backend("embedded", tmp_path, writer=True)
    opened.setup()
    yield opened
    opened.close()


@pytest.fixture
def context(store: Store, embedded: Backend, _mailbox: Mailbox, _hook: Hook) -> AlertSetup:
    _mailbox.raw.clear()
    _mailbox.recipients.clear()
    _hook.calls.clear()
    _hook.refused = 0
    _mailbox.closed = _hook.closed = False
    return AlertSetup(store, embedded, _mailbox, _hook)
