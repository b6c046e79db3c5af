"""Reading in processes that can be killed."""

import asyncio
import gzip
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.article import Page
from crawler.entrypoints import Unreadable, read_entry
from crawler.extract import Refused, links, read
from crawler.process.pool import FIRST_CPU_SECONDS, ReadingPool
from tests.support import costs
from tests.support.clock import moment

ROOT = Path(__file__).resolve().parent.parent
NOW = moment(22, 0)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReadingPool]:
    pool = ReadingPool(workers=1, cpu_seconds=2)
    yield pool
    pool.close()


def _page(body: bytes) -> Page:
    return Page("https://example.org/a", body, {}, NOW)


def test_results_and_refusals_travel(pool: ReadingPool) -> None:
    async def main() -> None:
        found = await pool.run(links, _page(b'<html><body><a href="/b">B</a></body></html>'))
        assert [link.url for link in found] == ["https://example.org/b"]
        with pytest.raises(Unreadable, match="no feed"):
            await pool.run(read_entry, "feed", _page(b"no feed"))
        with pytest.raises(Refused) as caught:
            await pool.run(read_entry, "home", _page(b"%PDF-1.4"))
        assert caught.value.reason == "not-text"

    asyncio.run(main())


def test_what_costs_more_than_others_is_read_all_the_same(pool: ReadingPool) -> None:
    assert asyncio.run(pool.run(costs.spend, 2 * FIRST_CPU_SECONDS)) >= 2 * FIRST_CPU_SECONDS


def test_what_costs_too_much_is_killed_while_others_go_on_with_one_reader(
    pool: ReadingPool,
) -> None:
    async def main() -> None:
        burning = asyncio.ensure_future(pool.run(costs.burn))
        others = [await pool.run(costs.twice, number) for number in range(50)]
        assert not burning.done()
        assert others == [2 * number for number in range(50)]
        with pytest.raises(Refused) as caught:
            await burning
        assert caught.value.reason == "too-slow"
        assert await pool.run(costs.twice, 4) == 8

    asyncio.run(main())


def test_what_takes_too_much_memory_is_refused(pool: ReadingPool) -> None:
    async def main() -> None:
        with pytest.raises(Refused) as caught:
            await pool.run(costs.hoard)
        assert caught.value.reason == "too-large"
        assert await pool.run(costs.twice, 4) == 8

    asyncio.run(main())


def test_a_crash_is_a_refusal(pool: ReadingPool) -> None:
    async def main() -> None:
        with pytest.raises(Refused):
            await pool.run(costs.die)
        assert await pool.run(costs.twice, 4) == 8

    asyncio.run(main())


def test_a_mistake_of_ours_is_no_refusal(pool: ReadingPool) -> None:
    async def main() -> None:
        with pytest.raises(ZeroDivisionError):
            await pool.run(costs.twice, 1 // 1, by=0)

    asyncio.run(main())


@pytest.mark.shared
def test_every_hostile_page_is_read_or_given_up(pool: ReadingPool, shared: Path) -> None:
    files = sorted((shared / "hostile/generated/html").iterdir())
    assert len(files) > 15

    async def main() -> None:
        bodies = [
            gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            for file in files
        ]
        calls = (pool.run(read, _page(body)) for body in bodies)
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        for file, outcome in zip(files, outcomes, strict=True):
            if isinstance(outcome, Refused):
                assert outcome.reason in ("too-slow", "too-large"), file
            else:
                assert not isinstance(outcome, BaseException), (file, outcome)
                assert (outcome.article is None) != (outcome.refused is None), file

    asyncio.run(main())


def test_ctrl_c_does_not_reach_the_process_that_readers_are_forked_from() -> None:
    asked = (
        "from multiprocessing import forkserver; from pathlib import Path; "
        "from crawler.process.forkserver import warm; warm();"
        "print(Path(f'/proc/{forkserver._forkserver._forkserver_pid}/status').read_text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    blocked = next(
        line.split()[1] for line in done.stdout.splitlines() if line.startswith("SigBlk")
    )
    assert int(blocked, 16) & 1 << signal.SIGINT - 1
