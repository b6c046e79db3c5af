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

from crawler import demo as newsroom
from crawler.config import Config
from crawler.policy.pace import Pace, VisitResult, pace_after
from crawler.process.owner import is_gone, owner_name
from crawler.runtime import CrawlContext
from crawler.runtime.leases import SPAN, Lease, names_of
from crawler.sources import Source
from crawler.spiders.source import SourceSpider, entry_points_of
from crawler.store import DiscoveredPage, EntryPoint, Store, Visit

ROOT = Path(__file__).resolve().parent.parent
FEED, INDEX = "https://one.example/feed.xml", "https://one.example/sitemap_index.xml"
CHILD = EntryPoint("https://one.example/sitemap-news.xml", "sitemap", parent=INDEX)
SOURCE = Source(id="one", name="One", home="https://one.example/", feeds=(FEED,), sitemaps=(INDEX,))
GONE = f"{socket.gethostname()}:4194304:x"
"""An owner on this machine whose process id is beyond what the system gives."""


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrawlContext]:
    monkeypatch.chdir(tmp_path)
    opened = CrawlContext.open(Config(data=tmp_path / "data", workers=1))
    yield opened
    opened.close()


def _read(runtime: CrawlContext, url: str, kind: str, *children: EntryPoint) -> None:
    store, now = runtime.store, runtime.now()
    crawl = store.ledger.start("one", now)
    parent = CHILD.parent if url == CHILD.url else None
    visit = Visit(crawl, "one", EntryPoint(url, kind, parent=parent), now, "read", 1)

    def after(before: Pace | None, new: int, again: int) -> Pace:
        return pace_after(SOURCE, before, VisitResult(now, True, 1, new, again))

    store.ledger.record_visit(
        visit, [DiscoveredPage("one.example/a", "https://one.example/a")], children, (), after
    )


async def _asked(runtime: CrawlContext) -> list[str]:
    spider = SourceSpider(SOURCE, runtime, due_only=True)
    return sorted(request.url for request in await spider.entries.first(entry_points_of(SOURCE)))


def test_a_crawl_from_the_queue_asks_for_what_is_due(runtime: CrawlContext) -> None:
    assert asyncio.run(_asked(runtime)) == [FEED, INDEX]
    _read(runtime, FEED, "feed")
    assert asyncio.run(_asked(runtime)) == [INDEX]
    _read(runtime, INDEX, "sitemap", CHILD)
    assert asyncio.run(_asked(runtime)) == [CHILD.url]
    _read(runtime, CHILD.url, "sitemap")
    assert asyncio.run(_asked(runtime)) == []


def test_who_asks_for_a_crawl_gets_every_entry_point(runtime: CrawlContext) -> None:
    for url, kind in ((FEED, "feed"), (INDEX, "sitemap")):
        _read(runtime, url, kind)
    assert runtime.store.queue.enqueue("one", runtime.now())
    assert asyncio.run(_asked(runtime)) == [FEED, INDEX]


def test_a_source_is_due_when_the_first_of_its_entry_points_is(runtime: CrawlContext) -> None:
    async def due() -> datetime:
        spider = SourceSpider(SOURCE, runtime, due_only=True)
        await spider.entries.first(entry_points_of(SOURCE))
        return await spider.entries.due_at()

    _read(runtime, FEED, "feed")
    assert asyncio.run(due()) < runtime.now() + timedelta(minutes=5)
    _read(runtime, INDEX, "sitemap")
    first = min(pace.due_at for pace in runtime.store.paces.of_source("one").values())
    assert asyncio.run(due()) == first > runtime.now() + timedelta(minutes=10)


def test_what_a_dead_process_of_this_machine_held_is_free_at_once(runtime: CrawlContext) -> None:
    runtime.store.leases.claim(names_of(SOURCE), GONE, runtime.now(), SPAN)
    assert is_gone(GONE)
    assert not is_gone(owner_name())
    assert not is_gone("elsewhere:4194304:x")
    assert asyncio.run(runtime.claim(SOURCE)) is None
    assert runtime.gate.wait("one.example") == 0


def test_a_source_of_the_queue_is_held_until_it_is_out_of_it(runtime: CrawlContext) -> None:
    runtime.store.queue.enqueue("one", runtime.now())

    def claim(owner: str) -> str | None:
        return runtime.store.queue.claim(
            {"one": names_of(SOURCE)}, owner, runtime.now() + SPAN / 2, SPAN
        )

    async def crawl() -> None:
        assert await runtime.next_queued({"one": SOURCE}) == "one"
        await runtime.claim(SOURCE)
        await runtime.release(SOURCE)
        assert claim("elsewhere:1:x") is None
        await runtime.leave(SOURCE, over=True, due_at=None)
        assert runtime.store.queue.enqueue("one", runtime.now())
        assert claim("elsewhere:1:x") == "one"

    asyncio.run(crawl())


def test_a_host_is_given_back_when_its_delay_is_over(runtime: CrawlContext) -> None:
    async def main() -> None:
        assert await runtime.claim(SOURCE) is None
        async with runtime.gate.turn("one.example"):
            pass
        await runtime.release(SOURCE)

    asyncio.run(main())
    leases, now, names = runtime.store.leases, runtime.now(), names_of(SOURCE)
    assert leases.claim(names, "elsewhere:1:x", now, SPAN) == runtime.owner
    assert leases.claim(names, "elsewhere:1:x", now + timedelta(seconds=3), SPAN) is None


def test_of_two_relays_one_works_and_the_other_takes_over(runtime: CrawlContext) -> None:
    moment = [datetime(2026, 11, 22, 9, tzinfo=UTC)]
    first, second = (
        Lease(runtime.store.leases, lambda: moment[0], f"{name}:1:x") for name in ("a", "b")
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
    runtime = CrawlContext.open(config)
    source = read_sources(config.sources)[0]

    async def hang(*_):
        await asyncio.sleep(3600)

    runtime.pool.run = hang
    runtime.store.queue.enqueue(source.id, runtime.now())
    work = asyncio.ensure_future(Worker(runtime, hangs_after=1, ending=1).work([source], stop))
    while runtime.store.queue.queued(runtime.now()):
        await asyncio.sleep(0.1)
    stop.set()
    print(runtime.store.ledger.last_crawls([source.id])[source.id]["outcome"])
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
    runtime = CrawlContext.open(config)
    source = read_sources(config.sources)[0]
    reading = asyncio.Event()

    async def hang(*_):
        reading.set()
        await asyncio.sleep(3600)

    runtime.pool.run = hang
    runtime.store.queue.enqueue(source.id, runtime.now())
    work = asyncio.ensure_future(Worker(runtime, stopping=0.5).work([source], stop))
    await reading.wait()
    stop.set()
    await work
    crawl, waiting = runtime.store.ledger.last_crawls([source.id])[source.id], runtime.store.queue.queued(runtime.now())
    print(crawl["outcome"], waiting)
    runtime.close()
    return 0

run(main, load_config().allow_hosts)
"""


FROZEN = """
import asyncio
from datetime import UTC, datetime, timedelta
from crawler.config import load_config
from crawler.runtime.leases import SPAN, names_of
from crawler.process.reactor import run
from crawler.runtime import CrawlContext
from crawler.sources import read_sources
from crawler.jobs.worker import Worker

async def main(stop):
    config, asleep = load_config(), timedelta()
    runtime = CrawlContext.open(config, lambda: datetime.now(UTC) + asleep)
    source = read_sources(config.sources)[0]
    reading, awake, read = asyncio.Event(), asyncio.Event(), runtime.pool.run

    async def freeze(*what):
        reading.set()
        await awake.wait()
        return await read(*what)

    runtime.pool.run = freeze
    runtime.store.queue.enqueue(source.id, runtime.now())
    work = asyncio.ensure_future(Worker(runtime).work([source], stop))
    await reading.wait()
    asleep = 2 * SPAN
    assert runtime.store.leases.claim(names_of(source), "elsewhere:1:x", runtime.now(), SPAN) is None
    successor = runtime.store.ledger.start(source.id, runtime.now())
    awake.set()
    while source.id in runtime.crawling:
        await asyncio.sleep(0.05)
    stop.set()
    await work
    print(runtime.store.queue.queued(runtime.now()), runtime.store.leases.holder(f"source:{source.id}", runtime.now()))
    print(runtime.store.ledger.last_crawls([source.id])[source.id]["outcome"])
    runtime.close()
    return 0

run(main, load_config().allow_hosts)
"""


def _ran(script: str, folder: Path, served: newsroom.Newsroom | None = None) -> str:
    """What a script prints that works on a newsroom."""
    with nullcontext(served) if served else newsroom.serve(datetime.now(UTC)) as room:
        (folder / "sources.toml").write_text(newsroom.sources(room.base_urls), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
        env = {
            **kept,
            "PYTHONPATH": str(ROOT),
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
    holder = store.leases.claim([f"source:{source}"], "b", datetime.now(UTC), SPAN)
    store.close()
    return holder is None


def test_a_crawl_that_hangs_is_ended_and_recorded(tmp_path: Path) -> None:
    assert _ran(HANGING, tmp_path).startswith("hung")
    assert _is_free("echo", tmp_path)


def test_a_worker_that_stood_still_leaves_the_crawl_that_another_took_over(tmp_path: Path) -> None:
    with newsroom.serve(datetime.now(UTC)) as room:
        said = _ran(FROZEN, tmp_path, room)
        asked = {room.base_urls[request.site] + request.path for request in room.requests}
        assert not asked & set(room.article_urls("echo"))
    assert said == "['echo'] elsewhere:1:x\nrunning\n"


def test_a_crawl_that_takes_long_to_stop_is_left_and_stays_in_the_queue(tmp_path: Path) -> None:
    assert _ran(STOPPED, tmp_path) == "stopped ['echo']\n"
    assert _is_free("echo", tmp_path)
