"""Crawls from the queue: what is due is visited, what hangs is ended, what others hold is left to
them.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler import demo
from crawler.config import Config
from crawler.policy.pace import Pace, VisitResult, pace_after
from crawler.process.owner import is_gone, owner_name
from crawler.runtime import CrawlContext
from crawler.runtime.leases import LEASE_SPAN, Lease, names_of
from crawler.sources import Source
from crawler.spiders.source import SourceSpider, entry_points_of
from crawler.store import DiscoveredPage, EntryPoint, NamedEntryPoints, Store, Visit
from tests.support.clock import machine_now
from tests.support.replay import PYTHON_PATH

FEED, INDEX = "https://one.example/feed.xml", "https://one.example/sitemap_index.xml"
CHILD = EntryPoint("https://one.example/sitemap-news.xml", "sitemap", parent=INDEX)
SOURCE = Source(id="one", name="One", home="https://one.example/", feeds=(FEED,), sitemaps=(INDEX,))
GONE = f"{socket.gethostname()}:4194304:x"
"""An owner on this machine whose process id is beyond what the system gives."""


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrawlContext]:
    monkeypatch.chdir(tmp_path)
    opened = CrawlContext.open(Config(data=tmp_path / "data", workers=1))
    yield opened
    opened.close()


def _read(context: CrawlContext, url: str, kind: str, *children: EntryPoint) -> None:
    store, now = context.store, context.now()
    crawl = store.ledger.start("one", now)
    parent = CHILD.parent if url == CHILD.url else None
    visit = Visit(crawl, "one", EntryPoint(url, kind, parent=parent), now, "read", 1)

    def after(before: Pace | None, new: int, again: int) -> Pace:
        return pace_after(SOURCE, before, VisitResult(now, True, 1, new, again))

    store.ledger.record_visit(
        visit,
        [DiscoveredPage("one.example/a", "https://one.example/a")],
        NamedEntryPoints(children),
        after,
    )


async def _asked(context: CrawlContext) -> list[str]:
    spider = SourceSpider(SOURCE, context, due_only=True)
    return sorted(
        request.url for request in await spider.entries.start_requests(entry_points_of(SOURCE))
    )


def test_a_crawl_from_the_queue_asks_for_what_is_due(context: CrawlContext) -> None:
    assert asyncio.run(_asked(context)) == [FEED, INDEX]
    _read(context, FEED, "feed")
    assert asyncio.run(_asked(context)) == [INDEX]
    _read(context, INDEX, "sitemap", CHILD)
    assert asyncio.run(_asked(context)) == [CHILD.url]
    _read(context, CHILD.url, "sitemap")
    assert asyncio.run(_asked(context)) == []


def test_who_asks_for_a_crawl_gets_every_entry_point(context: CrawlContext) -> None:
    for url, kind in ((FEED, "feed"), (INDEX, "sitemap")):
        _read(context, url, kind)
    assert context.store.queue.enqueue("one", context.now())
    assert asyncio.run(_asked(context)) == [FEED, INDEX]


def test_a_source_is_due_when_the_first_of_its_entry_points_is(context: CrawlContext) -> None:
    async def due() -> datetime:
        spider = SourceSpider(SOURCE, context, due_only=True)
        await spider.entries.start_requests(entry_points_of(SOURCE))
        return await spider.entries.due_at()

    _read(context, FEED, "feed")
    assert asyncio.run(due()) < context.now() + timedelta(minutes=5)
    _read(context, INDEX, "sitemap")
    first = min(pace.due_at for pace in context.store.paces.of_source("one").values())
    assert asyncio.run(due()) == first > context.now() + timedelta(minutes=10)


def test_what_a_dead_process_of_this_machine_held_is_free_at_once(context: CrawlContext) -> None:
    context.store.leases.claim(names_of(SOURCE), GONE, context.now(), LEASE_SPAN)
    assert is_gone(GONE)
    assert not is_gone(owner_name())
    assert not is_gone("elsewhere:4194304:x")
    assert asyncio.run(context.claim(SOURCE)) is None
    assert context.throttle.wait("one.example") == 0


def test_a_source_of_the_queue_is_held_until_it_is_out_of_it(context: CrawlContext) -> None:
    context.store.queue.enqueue("one", context.now())

    def claim(owner: str) -> list[str]:
        return context.store.queue.claim(
            {"one": names_of(SOURCE)}, owner, context.now() + LEASE_SPAN / 2, LEASE_SPAN
        )

    async def crawl() -> None:
        assert await context.next_queued({"one": names_of(SOURCE)}, 2) == ["one"]
        await context.claim(SOURCE)
        await context.release(SOURCE)
        assert claim("elsewhere:1:x") == []
        await context.leave(SOURCE, over=True, due_at=None)
        assert context.store.queue.enqueue("one", context.now())
        assert claim("elsewhere:1:x") == ["one"]

    asyncio.run(crawl())


def test_a_host_is_given_back_when_its_delay_is_over(context: CrawlContext) -> None:
    async def main() -> None:
        assert await context.claim(SOURCE) is None
        async with context.throttle.turn("one.example"):
            pass
        await context.release(SOURCE)

    asyncio.run(main())
    leases, now, names = context.store.leases, context.now(), names_of(SOURCE)
    assert leases.claim(names, "elsewhere:1:x", now, LEASE_SPAN) == context.owner
    assert leases.claim(names, "elsewhere:1:x", now + timedelta(seconds=3), LEASE_SPAN) is None


def test_of_two_relays_one_works_and_the_other_takes_over(context: CrawlContext) -> None:
    moment = [datetime(2026, 11, 22, 9, tzinfo=UTC)]
    first, second = (
        Lease(context.store.leases, lambda: moment[0], f"{name}:1:x") for name in ("a", "b")
    )
    assert first.take() is None
    assert second.take() == "a:1:x"
    moment[0] += timedelta(seconds=50)
    assert first.take() is None
    moment[0] += timedelta(seconds=50)
    assert second.take() == "a:1:x"
    moment[0] += timedelta(seconds=20)
    assert second.take() is None
    assert first.take() == "b:1:x"


HANGING = """
import asyncio, sys
from crawler.config import load_config
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.sources import read_sources
from crawler.jobs.worker import Worker

async def main(stop):
    config = load_config()
    context = CrawlContext.open(config)
    source = read_sources(config.sources)[0]

    async def hang(*_):
        await asyncio.sleep(3600)

    context.pool.run = hang
    context.store.queue.enqueue(source.id, context.now())
    work = asyncio.ensure_future(Worker(context, hangs_after=1, ending=1).work([source], stop))
    while context.store.queue.queued(context.now()):
        await asyncio.sleep(0.1)
    stop.set()
    print(context.store.ledger.last_crawls([source.id])[source.id]["outcome"])
    sys.stdout.flush()
    import os
    os._exit(0)

run(main, load_config().allow_hosts)
"""


STOPPED = """
import asyncio
from crawler.config import load_config
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.sources import read_sources
from crawler.jobs.worker import Worker

async def main(stop):
    config = load_config()
    context = CrawlContext.open(config)
    source = read_sources(config.sources)[0]
    reading = asyncio.Event()

    async def hang(*_):
        reading.set()
        await asyncio.sleep(3600)

    context.pool.run = hang
    context.store.queue.enqueue(source.id, context.now())
    work = asyncio.ensure_future(Worker(context, stopping=0.5).work([source], stop))
    await reading.wait()
    stop.set()
    await work
    crawl, waiting = context.store.ledger.last_crawls([source.id])[source.id], context.store.queue.queued(context.now())
    print(crawl["outcome"], waiting)
    context.close()
    return 0

run(main, load_config().allow_hosts)
"""


FROZEN = """
import asyncio
from datetime import timedelta
from crawler.config import load_config
from crawler.runtime.leases import LEASE_SPAN, names_of
from crawler.process.reactor import run
from tests.support.clock import machine_now
from tests.support.keeping import lease_holder
from crawler.runtime import CrawlContext
from crawler.sources import read_sources
from crawler.jobs.worker import Worker

async def main(stop):
    config, asleep = load_config(), timedelta()
    context = CrawlContext.open(config, lambda: machine_now() + asleep)
    source = read_sources(config.sources)[0]
    reading, awake, read = asyncio.Event(), asyncio.Event(), context.pool.run

    async def freeze(*what):
        reading.set()
        await awake.wait()
        return await read(*what)

    context.pool.run = freeze
    context.store.queue.enqueue(source.id, context.now())
    work = asyncio.ensure_future(Worker(context).work([source], stop))
    await reading.wait()
    asleep = 2 * LEASE_SPAN
    assert context.store.leases.claim(names_of(source), "elsewhere:1:x", context.now(), LEASE_SPAN) is None
    successor = context.store.ledger.start(source.id, context.now())
    awake.set()
    while source.id in context.crawling:
        await asyncio.sleep(0.05)
    stop.set()
    await work
    print(context.store.queue.queued(context.now()), lease_holder(context.store, f"source:{source.id}", context.now()))
    print(context.store.ledger.last_crawls([source.id])[source.id]["outcome"])
    context.close()
    return 0

run(main, load_config().allow_hosts)
"""


def _ran(script: str, folder: Path, served: demo.Newsroom | None = None) -> str:
    """What a script prints that works on a newsroom."""
    with nullcontext(served) if served else demo.serve(machine_now()) as room:
        (folder / "sources.toml").write_text(demo.sources(room.base_urls), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
        env = {
            **kept,
            "PYTHONPATH": PYTHON_PATH,
            "VEILLE_ALLOW_HOSTS": ",".join(room.hosts),
            "VEILLE_DOWNLOAD_DELAY": "0",
            "VEILLE_WORKERS": "1",
        }
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=200, check=False
        )
    assert done.stdout, done.stderr[-2000:]
    return done.stdout


def _is_free(source: str, folder: Path) -> bool:
    store = Store(f"sqlite:///{folder / 'data' / 'veille.sqlite'}")
    holder = store.leases.claim([f"source:{source}"], "b", machine_now(), LEASE_SPAN)
    store.close()
    return holder is None


@pytest.mark.slow
def test_a_crawl_that_hangs_is_ended_and_recorded(tmp_path: Path) -> None:
    assert _ran(HANGING, tmp_path).startswith("hung")
    assert _is_free("echo", tmp_path)


def test_a_worker_that_stood_still_leaves_the_crawl_that_another_took_over(tmp_path: Path) -> None:
    with demo.serve(machine_now()) as room:
        said = _ran(FROZEN, tmp_path, room)
        asked = {room.base_urls[request.site] + request.path for request in room.requests}
        assert not asked & set(room.article_urls("echo"))
    assert said == "['echo'] elsewhere:1:x\nrunning\n"


def test_a_crawl_that_takes_long_to_stop_is_left_and_stays_in_the_queue(tmp_path: Path) -> None:
    assert _ran(STOPPED, tmp_path) == "stopped ['echo']\n"
    assert _is_free("echo", tmp_path)
