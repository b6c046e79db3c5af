"""Calls of the store that share a transaction: all kept when they return, and a bad one spoils no
other.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.runtime import CrawlContext
from crawler.store import DiscoveredPage, EntryPoint, Store, Visit
from tests.support.clock import moment
from tests.support.keeping import lease_holder

NOW = moment(25, 8)
SPAN = timedelta(seconds=60)


def keep(store: Store, source: str) -> int:
    entry = EntryPoint(f"http://{source}.example/", "section")
    visit = Visit(store.ledger.start(source, NOW), source, entry, NOW, "read", 1, 100, 0.1)
    page = DiscoveredPage(f"{source}.example/a", f"http://{source}.example/a")
    return store.ledger.record_visit(visit, [page]).new


def found(store: Store, source: str) -> int:
    return len(store.pages.due(source, None, NOW))


def test_what_is_done_together_is_kept_or_nothing_is(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")

    def break_off() -> None:
        with store.together():
            keep(store, "one")
            assert found(store, "one") == 1
            raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        break_off()
    assert found(store, "one") == 0
    with store.together():
        keep(store, "one")
        keep(store, "two")
    store.close()
    again = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    assert (found(again, "one"), found(again, "two")) == (1, 1)
    again.close()


def test_who_claims_what_another_holds_takes_nothing_and_spoils_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    assert store.leases.claim(["host:two"], "other", NOW, SPAN) is None
    store.queue.enqueue("three", NOW)
    with store.together():
        keep(store, "one")
        assert store.leases.claim(["host:one", "host:two"], "mine", NOW, SPAN) == "other"
        assert store.queue.claim({"three": ["host:two"]}, "mine", NOW, SPAN) == []
        assert store.queue.claim({"three": ["host:three"]}, "mine", NOW, SPAN) == ["three"]
    holders = [lease_holder(store, f"host:{name}", NOW) for name in ("one", "two", "three")]
    assert (found(store, "one"), holders) == (1, [None, "other", "mine"])
    store.close()


def test_a_call_that_fails_takes_no_other_with_it(tmp_path: Path) -> None:
    context = CrawlContext.open(Config(data=tmp_path, workers=1))
    names = [f"source-{number}" for number in range(50)]

    def kept(name: str) -> int:
        new = keep(context.store, name)
        if name == "source-7":
            raise ValueError(name)
        return new

    async def all_at_once() -> list[int | BaseException]:
        return await asyncio.gather(
            *(context.writer.call(kept, name) for name in names), return_exceptions=True
        )

    answers = asyncio.run(all_at_once())
    assert [type(answer) for answer in answers].count(ValueError) == 1
    assert isinstance(answers[7], ValueError)
    other = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}")
    assert all(found(other, name) == 1 for name in names if name != "source-7")
    other.close()
    context.close()
