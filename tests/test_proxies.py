"""Real proxies in front of the server: whoever comes through one needs a token, also where the
proxy says nothing of itself, and the documents' lines let readers sign in.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest

from crawler.config import load_config
from search.commands.serve import bind, server_of
from search.web.tokens import FileTokens
from tests.support import proxies
from tests.support.clock import NOW
from tests.support.proxies import Proxy
from tests.support.serving import answering
from tests.support.shelf import indexed, shelf

ASKED = "/api/v1/search"
PUBLIC = {"host": "news.example.org"}
Front = Callable[[str, Path], AbstractContextManager[Proxy]]


@contextmanager
def serving(folder: Path, public_url: str | None = None) -> Iterator[str]:
    """A server as `veille serve` runs it; where it listens, as host:port."""
    config = load_config(data=folder, sources=folder / "sources.toml", public_url=public_url)
    with (
        indexed(shelf()[:5], folder) as backend,
        bind("127.0.0.1", 0) as bound,
        answering(server_of(config, backend, bound=bound), bound) as address,
    ):
        yield address


FRONTS: dict[str, Front] = {
    "nginx with one line": lambda to, at: proxies.nginx(proxies.PLAIN_NGINX, to, at),
    "nginx as documented": lambda to, at: proxies.nginx(proxies.documented("nginx"), to, at),
    "Caddy as documented": lambda to, at: proxies.caddy(proxies.documented("caddy"), to, at),
    "a forwarder": lambda to, _: proxies.forwarder(to),
}


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
@pytest.mark.parametrize("headers", [{}, PUBLIC], ids=["as typed", "public name"])
def test_nobody_comes_in_through_a_proxy(
    front: Front, headers: dict[str, str], tmp_path: Path
) -> None:
    with serving(tmp_path) as upstream, front(upstream, tmp_path) as proxy:
        assert httpx.get(f"http://{upstream}{ASKED}").status_code == 200
        with httpx.Client(base_url=proxy.address, headers=headers, verify=False) as outside:
            assert outside.get(ASKED).status_code == 401
            assert outside.post("/api/v1/sources", json={}).status_code == 401


SILENT: dict[str, Front] = {
    "nginx that rewrites all": lambda to, at: proxies.nginx(proxies.PLAIN_NGINX_11, to, at),
    "a forwarder whose client lies": lambda to, _: proxies.forwarder(to),
}


@pytest.mark.parametrize("front", SILENT.values(), ids=SILENT)
def test_what_no_sign_shows_needs_a_token_once_others_are_let_in(
    front: Front, tmp_path: Path
) -> None:
    with (
        serving(tmp_path, "https://news.example.org") as upstream,
        front(upstream, tmp_path) as proxy,
        httpx.Client(base_url=proxy.address, headers={"host": upstream}) as outside,
    ):
        assert outside.get(ASKED).status_code == 401


DOCUMENTED = {name: front for name, front in FRONTS.items() if "documented" in name}


@pytest.mark.parametrize("front", DOCUMENTED.values(), ids=DOCUMENTED)
def test_readers_sign_in_as_documented(front: Front, tmp_path: Path) -> None:
    token = FileTokens(tmp_path / "tokens.json").issue("reader", NOW)
    with (
        serving(tmp_path, "https://news.example.org") as upstream,
        front(upstream, tmp_path) as proxy,
        httpx.Client(base_url=proxy.address, headers=PUBLIC, verify=False) as reader,
    ):
        entered = reader.post("/token", data={"token": token, "next": "/sources"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/sources")
        assert ("secure" in entered.headers["set-cookie"].lower()) == proxy.tls
        bearer = {"authorization": f"Bearer {token}"}
        assert reader.get(ASKED, headers=bearer).status_code == 200


def test_an_address_that_is_none_is_answered_through_a_proxy(tmp_path: Path) -> None:
    with serving(tmp_path) as upstream:
        for sent in ("unknown", "2001:db8::7:x", "[::1", "203.0.113.7:80:90", "\xff"):
            headers = {b"x-forwarded-for": sent.encode("latin-1")}
            assert httpx.get(f"http://{upstream}{ASKED}", headers=headers).status_code == 401
