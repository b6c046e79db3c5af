"""Answers that never end, in every place where one can: each is cut, its reason recorded, and the
others arrive.
"""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.support.hostile import Answer, crawled, documents, feed_of, outcomes, page_of, serving

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ENDED = threading.Event()


def _drip(begin: bytes, drop: bytes) -> Answer:
    """An answer that sends a drop ten times a second, as long as somebody listens."""

    def raw(connection: socket.socket) -> None:
        connection.sendall(begin)
        while not ENDED.wait(0.1):
            connection.sendall(drop)

    return Answer(raw=raw)


class Flood:
    """An answer that sends as much as is taken; `sent` counts its bytes."""

    def __init__(self, begin: bytes, more: bytes) -> None:
        self.sent: list[int] = []
        self._begin, self._more = begin, more

    def __call__(self, connection: socket.socket) -> None:
        self.sent.append(0)
        connection.sendall(self._begin)
        while not ENDED.is_set():
            connection.sendall(self._more)
            self.sent[-1] += len(self._more)


@pytest.fixture
def ended() -> Iterator[None]:
    ENDED.clear()
    yield
    ENDED.set()


@pytest.mark.slow
def test_slow_endless_and_circling_answers_are_cut(tmp_path: Path, ended: None) -> None:
    headers = Flood(HEAD, b"X-Filler: " + b"a" * 1000 + b"\r\n")
    interim = Flood(b"", b"HTTP/1.1 100 Continue\r\nX-Filler: " + b"a" * 1000 + b"\r\n\r\n")
    body = Flood(HEAD + b"\r\n", b"<p>more</p>" * 1000)
    answers = {
        "/robots.txt": Answer(status=404),
        "/good": Answer(page_of("A good page among bad ones")),
        "/drip-body": _drip(HEAD + b"\r\n<html>", b"<p>"),
        "/drip-headers": _drip(HEAD, b"X-A: b\r\n"),
        "/drip-status": _drip(b"HTTP/1.1 ", b"2"),
        "/headers": Answer(raw=headers),
        "/interim": Answer(raw=interim),
        "/body": Answer(raw=body),
        "/circle": Answer(status=302, headers=[("Location", "/circle")]),
    }
    paths = [path for path in answers if path != "/robots.txt"]
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, paths)
        crawled(site, tmp_path, "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0")
        ENDED.set()
        found = {
            url.removeprefix(site.base): outcome for url, outcome in outcomes(tmp_path).items()
        }
    assert [one["title"] for one in documents(tmp_path)] == ["A good page among bad ones"]
    assert found.pop("/good")[0] == "article"
    assert set(found) == set(paths) - {"/good"}
    assert all(reason for _, reason in found.values())
    assert {path for path, (state, _) in found.items() if state != "failed"} == {"/circle"}
    # What was sent beyond the bound waited in the buffers of the two sockets.
    assert max(headers.sent + interim.sent) < 12 * 1024 * 1024
    assert max(body.sent) < 24 * 1024 * 1024
    assert [path for path, _ in site.asked].count("/circle") <= 6


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


def test_what_unpacks_to_more_than_is_taken_is_given_up_with_its_reason(tmp_path: Path) -> None:
    answers = {
        "/robots.txt": Answer(status=404),
        "/good": Answer(page_of("A good page among bombs")),
    }
    for coding, pack in PACKED.items():
        answers[f"/{coding}"] = Answer(
            pack(b" " * 11_000_000), headers=[("Content-Encoding", coding)]
        )
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, [path for path in answers if path != "/robots.txt"])
        crawled(site, tmp_path)
        found = {
            url.removeprefix(site.base): outcome for url, outcome in outcomes(tmp_path).items()
        }
    assert found.pop("/good")[0] == "article"
    assert found == {f"/{coding}": ("skipped", "too-long") for coding in PACKED}


def test_rules_at_the_beginning_of_an_endless_robots_txt_are_obeyed(
    tmp_path: Path, ended: None
) -> None:
    rules = b"User-agent: *\nDisallow: /no\n"
    begin = b"HTTP/1.1 200 OK\r\n\r\n"
    files = [Answer(raw=Flood(begin + rules, b"# more\n" * 1000))]
    for coding, pack in PACKED.items():
        files.append(
            Answer(pack(rules + b"# more\n" * 2_000_000), headers=[("Content-Encoding", coding)])
        )
    with ExitStack() as stack:
        pages = {
            "/yes": Answer(page_of("What may be read")),
            "/no": Answer(page_of("What may not be read")),
        }
        sites = [stack.enter_context(serving({"/robots.txt": file, **pages})) for file in files]
        answers = {"/robots.txt": Answer(status=404)}
        first = stack.enter_context(serving(answers))
        answers["/feed.xml"] = feed_of(
            first, [f"{site.base}{path}" for site in sites for path in pages]
        )
        crawled(first, tmp_path, also=sites)
        ENDED.set()
        found = outcomes(tmp_path)
    for site in sites:
        assert [path for path, _ in site.asked] == ["/robots.txt", "/yes"]
        assert found[f"{site.base}/no"] == ("skipped", "robots")


def test_nothing_that_a_site_gave_is_told_to_another(tmp_path: Path) -> None:
    elsewhere = {"/robots.txt": Answer(status=404), "/moved": Answer(page_of("Moved"))}
    with serving(elsewhere) as other:
        cookie = [("Set-Cookie", "session=secret; Path=/"), ("WWW-Authenticate", 'Basic realm="x"')]
        answers = {
            "/robots.txt": Answer(status=404),
            "/moving": Answer(
                status=302, headers=[*cookie, ("Location", f"{other.base}/moved?a=1")]
            ),
            "/begin": Answer(page_of("Begin"), headers=[*cookie, ("ETag", '"mine"')]),
        }
        elsewhere["/moved?a=1"] = elsewhere["/moved"]
        with serving(answers) as site:
            secret = f"http://reader:secret@127.0.0.1:{other.port}/moved?b=2"
            answers["/feed.xml"] = feed_of(site, ["/begin", "/moving", secret])
            crawled(site, tmp_path, also=[other])
    heads = [head.lower() for _, head in (*site.asked, *other.asked)]
    assert ("/moved?a=1") in [path for path, _ in other.asked]
    assert ("/moved?b=2") not in [path for path, _ in other.asked]
    names = {line.partition(":")[0] for head in heads for line in head.split("\r\n")[1:]}
    assert not names & {
        "cookie",
        "authorization",
        "referer",
        "if-none-match",
        "proxy-authorization",
    }
    assert not any("secret" in head for head in heads)
