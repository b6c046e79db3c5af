"""Addresses that must never be connected to, spelled in any way or hidden behind a name."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.fetch.proxies import proxy_hosts
from crawler.fetch.resolver import GuardedResolver
from crawler.fetch.ssrf import ForbiddenAddressError, check, is_public, literal


class NameServer:
    """A reactor with a resolver that answers from a table, literals by themselves: nothing is sent."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self.table = table
        self.nameResolver = self

    def resolveHostName(self, receiver: Any, name: str, port: int, *more: Any, **named: Any) -> Any:
        spelled = literal(name)
        receiver.resolutionBegan(self)
        for address in self.table.get(name, [str(spelled)] if spelled else []):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
        return self


class Received:
    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


def _resolved(
    name: str, table: Mapping[str, Sequence[str]], allowed: Sequence[str] = (), port: int = 80
) -> list[str]:
    received = Received()
    resolver = GuardedResolver(NameServer(table), allowed)
    resolver.resolveHostName(received, name, portNumber=port)
    assert received.complete
    return received.addresses


def _is_stopped(url: str, table: Mapping[str, Sequence[str]]) -> bool:
    try:
        check(url)
    except ForbiddenAddressError:
        return True
    return not _resolved(urlsplit(url).hostname or "", table)


@pytest.mark.shared
def test_every_hostile_address_is_stopped_and_the_others_pass(shared: Path) -> None:
    cases = json.loads((shared / "hostile/generated/ssrf_urls.json").read_text(encoding="utf-8"))
    for case in cases:
        table = {
            name: [one for row in rows for one in row] for name, rows in case.get("dns", {}).items()
        }
        table["bücher.example"] = ["93.184.216.34"]
        match case["expect"]:
            case "block":
                assert _is_stopped(case["url"], table), case
            case "allow":
                assert not _is_stopped(case["url"], table), case
            case "dial public only":
                check(case["url"])
                found = _resolved(urlsplit(case["url"]).hostname or "", table)
                assert found == ["93.184.216.34"]
            case other:
                pytest.fail(f"the test does not know what {other!r} asks")


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:ffff:10.0.0.1]/",
        "http://[ff02::1]/",
        "http://255.255.255.255/",
        "http://metadata.google.internal/",
        "http://LOCALHOST/",
        "http://router.local/",
        "http://intranet/",
        "http://a.localhost/",
        "https://user@example.org/",
        "gopher://example.org/",
        "http://example.org:99999/",
        "http://example.org:22/",
        "https://example.org:6379/",
        "http://8.8.8.8:9200/",
        "https://[2606:2800:220:1::1]:25/",
        "http://[::1/",
        "http://",
        "",
    ],
)
def test_more_spellings_are_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "http://8.8.8.8:8080/",
        "https://xn--bcher-kva.example/",
        "https://[2606:2800:220:1::1]:8443/",
    ],
)
def test_the_public_internet_is_allowed(url: str) -> None:
    check(url)


def test_an_allowed_host_is_allowed_at_its_port_alone() -> None:
    check("http://127.0.0.1:8001/a", {"127.0.0.1:8001"})
    check("http://127.0.0.1/a", {"127.0.0.1:80"})
    check("http://127.0.0.1:9200/a", {"127.0.0.1"})
    for url in (
        "http://127.0.0.1:9200/",
        "https://127.0.0.1/",
        "http://localhost:8001/",
        "http://user@127.0.0.1:8001/",
    ):
        with pytest.raises(ForbiddenAddressError):
            check(url, {"127.0.0.1:8001"})
    with pytest.raises(ForbiddenAddressError):
        check("file://127.0.0.1/etc/passwd", {"127.0.0.1"})


def test_other_ports_than_those_of_the_web_may_be_allowed() -> None:
    check("http://example.org:9200/", {"example.org"})
    check("http://example.org:9200/", {"example.org:9200"})
    check("http://[fd00::7]:9200/", {"[fd00::7]:9200"})
    check("http://[fd00::7]:9200/", {"fd00::7"})
    for allowed in ("example.org:9300", "www.example.org", "[fd00::7]:9300", "fd00::7:9200"):
        for url in ("http://example.org:9200/", "http://[fd00::7]:9200/"):
            with pytest.raises(ForbiddenAddressError):
                check(url, {allowed})


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "::1",
        "fe80::1%eth0",
        "169.254.169.254",
        "64:ff9b::1",
        "::ffff:0:10.0.0.1",
        "::ffff:0:5db8:d822",
        "fe80::5efe:10.0.0.1",
        "2001:4860:1::5efe:10.0.0.1",
        "2001:4860:1::200:5efe:192.168.1.1",
        "2606:2800:220:1:200:5efe:7f00:1",
        "4000::1",
        "1fff::1",
        "100:0:0:1::1",
        "",
        "nonsense",
    ],
)
def test_private_answers_of_a_name_server_are_dropped(address: str) -> None:
    assert not is_public(address)
    assert _resolved("evil.example", {"evil.example": [address]}) == []


def test_public_answers_pass_and_allowed_names_resolve_as_they_are() -> None:
    table = {
        "good.example": ["93.184.216.34", "2606:2800:220:1::1"],
        "newsroom.example": ["127.0.0.1"],
    }
    assert _resolved("good.example", table) == table["good.example"]
    assert _resolved("newsroom.example", table) == []
    at_its_port = ["newsroom.example:8001"]
    assert _resolved("newsroom.example", table, at_its_port, 8001) == ["127.0.0.1"]
    for port in (80, 443, 9200, 0):
        assert _resolved("newsroom.example", table, at_its_port, port) == []
    assert _resolved("good.example", table, ["good.example:8001"]) == table["good.example"]
    assert _resolved("::1", {}, ["[::1]:8001"], 8001) == ["::1"]
    assert _resolved("::1", {}, ["[::1]:8001"], 8002) == []
    assert _resolved(
        "NEWSROOM.example", {"NEWSROOM.example": ["127.0.0.1"]}, ["newsroom.example"]
    ) == ["127.0.0.1"]


def test_the_proxy_that_the_machine_names_may_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://user:secret@proxy.intranet:3128")
    monkeypatch.setenv("http_proxy", "10.1.2.3:3128")
    monkeypatch.setenv("all_proxy", "socks5://[fd00::3]:1080")
    monkeypatch.setenv("ftp_proxy", "http://plain.intranet/")
    named = {"proxy.intranet:3128", "10.1.2.3:3128", "[fd00::3]:1080", "plain.intranet"}
    assert named <= proxy_hosts()
