"""One request at a time for each host, with a pause after each answer."""

import asyncio
from collections.abc import Awaitable
from heapq import heappop, heappush

import pytest

from crawler.fetch.throttle import MOST_HOSTS, HostThrottle


class Clock:
    """Time that passes only while somebody sleeps, or while an answer is awaited."""

    def __init__(self) -> None:
        self.time = 1000.0

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await _yield()


class Shared(Clock):
    """Time that passes for all who sleep at once."""

    def __init__(self) -> None:
        super().__init__()
        self._ends: list[float] = []

    async def sleep(self, seconds: float) -> None:
        end = self.time + seconds
        heappush(self._ends, end)
        await _yield()
        while self._ends[0] < end:
            await _yield()
        self.time = heappop(self._ends)


async def _yield() -> None:
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[None] = loop.create_future()
    loop.call_soon(waiting.set_result, None)
    await waiting


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("crawler.fetch.throttle.asyncio.sleep", clock.sleep)
    return clock


async def _visit(
    gate: HostThrottle,
    clock: Clock,
    host: str,
    log: list[tuple[str, float, float]],
    took: float = 3.0,
) -> None:
    async with gate.turn(host):
        begun = clock.time
        await _yield()
        clock.time += took
        log.append((host, begun, clock.time))


def _run(*visits: Awaitable[None]) -> None:
    async def together() -> None:
        await asyncio.gather(*visits)

    asyncio.run(together())


def test_two_crawls_on_one_host_never_meet_and_leave_a_pause(clock: Clock) -> None:
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()
    _run(*(_visit(gate, clock, "a", log) for _ in range(4)))
    ends, begins = [end for _, _, end in log], [begun for _, begun, _ in log]
    assert len(log) == 4
    assert all(begun - end >= 2.0 for end, begun in zip(ends, begins[1:], strict=False))


def test_hosts_do_not_wait_for_each_other(clock: Clock) -> None:
    gate, log = HostThrottle(1000.0, clock.monotonic), list[tuple[str, float, float]]()
    _run(
        _visit(gate, clock, "a", log), _visit(gate, clock, "b", log), _visit(gate, clock, "c", log)
    )
    assert clock.time < 1010.0


def test_requests_come_in_the_order_they_were_asked(clock: Clock) -> None:
    gate, order = HostThrottle(1.0, clock.monotonic), list[int]()

    async def visit(number: int) -> None:
        async with gate.turn("a"):
            order.append(number)

    _run(*(visit(number) for number in range(10)))
    assert order == list(range(10))


def test_a_failed_request_leaves_a_pause_too(clock: Clock) -> None:
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()

    async def fails() -> None:
        async with gate.turn("a"):
            raise ConnectionError

    async def main() -> None:
        with pytest.raises(ConnectionError):
            await fails()
        await _visit(gate, clock, "a", log)

    asyncio.run(main())
    assert log[0][1] == 1002.0


@pytest.mark.parametrize("hosts", [5, 200])
def test_hosts_that_are_asked_together_begin_apart_and_within_their_delay(
    hosts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Shared()
    monkeypatch.setattr("crawler.fetch.throttle.asyncio.sleep", clock.sleep)
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()
    _run(
        *(_visit(gate, clock, str(host), log, took=0.0) for host in range(hosts) for _ in range(2))
    )
    firsts, seconds = (
        {host: begun for host, begun, _ in reversed(log)},
        {host: begun for host, begun, _ in log},
    )
    assert len(set(seconds.values())) == hosts
    assert max(firsts.values()) - min(firsts.values()) < 2.0
    assert max(seconds.values()) - min(firsts.values()) < 2 * 2.0 + 2.0


def test_a_standstill_holds_for_whoever_waits_for_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Shared()
    monkeypatch.setattr("crawler.fetch.throttle.asyncio.sleep", clock.sleep)
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()

    async def first() -> None:
        async with gate.turn("a"):
            await _yield()
            gate.pause_all(60.0)

    _run(first(), _visit(gate, clock, "b", log))
    assert log[0][1] >= 1060.0


def test_a_crawl_delay_slows_and_never_hurries(clock: Clock) -> None:
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()
    gate.set_delay("a", 10.0)
    gate.set_delay("b", 0.5)
    _run(_visit(gate, clock, "a", log), _visit(gate, clock, "a", log))
    assert log[1][1] - log[0][2] >= 10.0
    log.clear()
    _run(_visit(gate, clock, "b", log), _visit(gate, clock, "b", log))
    assert log[1][1] - log[0][2] >= 2.0


def test_a_host_that_asks_to_wait_is_waited_for(clock: Clock) -> None:
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()
    gate.pause("a", 60.0)
    gate.pause("a", 5.0)
    _run(_visit(gate, clock, "b", log), _visit(gate, clock, "a", log))
    assert log[0][:2] == ("b", 1000.0)
    assert log[1][1] >= 1060.0


def test_without_delay_nothing_waits(clock: Clock) -> None:
    gate, log = HostThrottle(0.0, clock.monotonic), list[tuple[str, float, float]]()
    _run(*(_visit(gate, clock, "a", log, took=0.0) for _ in range(5)))
    assert clock.time == 1000.0


def test_a_delay_that_an_answer_tells_counts_from_that_answer(clock: Clock) -> None:
    gate, log = HostThrottle(2.0, clock.monotonic), list[tuple[str, float, float]]()
    _run(_visit(gate, clock, "a", log))
    gate.set_delay("a", 10.0)
    _run(_visit(gate, clock, "a", log))
    assert log[1][1] - log[0][2] >= 10.0


def test_a_swarm_of_hosts_is_not_remembered(clock: Clock) -> None:
    gate, log = HostThrottle(0.001, clock.monotonic), list[tuple[str, float, float]]()
    gate.pause("rests", 1e9)
    gate.set_delay("slow", 50_000.0)
    _run(_visit(gate, clock, "slow", log, took=0.0))
    for number in range(MOST_HOSTS + 500):
        gate.set_delay(f"{number}.swarm", 0.0)
        clock.time += 1.0
    assert len(gate._turns) <= MOST_HOSTS + 1
    # What was asked for is kept as long as it matters.
    assert gate.wait("rests") > 1e6
    assert gate.wait("slow") > 10_000.0


def test_a_host_that_is_being_asked_is_never_forgotten(clock: Clock) -> None:
    gate, order = HostThrottle(0.0, clock.monotonic), list[str]()

    async def visit(name: str) -> None:
        async with gate.turn("busy"):
            order.append(name)
            for number in range(MOST_HOSTS):
                gate.set_delay(f"{name}{number}", 0.0)
            await _yield()
            order.append(name)

    _run(visit("a"), visit("b"))
    assert order == ["a", "a", "b", "b"]
