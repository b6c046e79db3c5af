"""Addresses: what identifies a page, what belongs to a site, what may be fetched."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.urls import absolute, article_id, canonical_key, may_be_page, same_site, site_host

BASE = "https://example.org/a/b"


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/news/1",
        "https://www.example.org/news/1",
        "https://EXAMPLE.org/news/1/",
        "https://example.org:443/news/1",
        "http://example.org:80/news/1",
        "https://example.org/news/1#comments",
        "https://example.org/news/1?utm_source=x&fbclid=y",
        "https://example.org/news/1?xtor=RSS-3208",
        "https://example.org/news/1?srsltid=AfmBOo&TTCLID=E.C.P",
        "https://example.org/news/1?at_channel=RSS&pk_campaign=matin&mtm_source=lettre&_hsenc=p2",
        "https://example.org/news/1?wt.mc_id=a&aspsessionidabc=1",
    ],
)
def test_spellings_of_one_page_have_one_key(other: str) -> None:
    assert (
        canonical_key(other) == canonical_key("https://example.org/news/1") == "example.org/news/1"
    )


@pytest.mark.parametrize(
    "name", ["id", "source", "ref", "p", "page", "article", "lang", "s", "from", "share"]
)
def test_a_parameter_with_a_general_name_may_name_the_page(name: str) -> None:
    one, other = (
        canonical_key(f"https://example.org/?{name}=1"),
        canonical_key(f"https://example.org/?{name}=2"),
    )
    assert one == f"example.org/?{name}=1"
    assert one != other


def test_the_order_of_parameters_says_nothing() -> None:
    assert canonical_key("https://example.org/?b=2&a=1") == canonical_key(
        "https://example.org/?a=1&utm_id=x&b=2"
    )


def test_a_port_of_its_own_is_another_site() -> None:
    assert canonical_key("http://127.0.0.1:8001/a") != canonical_key("http://127.0.0.1:8002/a")
    assert not same_site("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a")


def test_arabic_paths_have_one_key_however_they_are_written() -> None:
    written, escaped = "https://example.org/news/خبر", "https://example.org/news/%D8%AE%D8%A8%D8%B1"
    assert canonical_key(written) == canonical_key(escaped)


@pytest.mark.parametrize(
    "other",
    [
        "http://xn--bcher-kva.example/caf%C3%A9?q=men%C3%BC",
        "http://www.bücher.example/caf%c3%a9?q=menü",
        "http://BÜCHER.example/cafe\u0301?q=menu\u0308",
        "http://bu\u0308cher.example/cafe%CC%81?q=menu%cc%88",
    ],
)
def test_forms_of_letters_and_of_international_names_have_one_key(other: str) -> None:
    assert canonical_key(other) == canonical_key("http://bücher.example/café?q=menü")
    assert same_site(other, "http://xn--bcher-kva.example/")


def test_an_escape_that_is_no_letter_stays_as_it_is() -> None:
    assert canonical_key("http://example.org/caf%e9%cc") == "example.org/caf%E9%CC"


def test_an_article_id_is_short_and_stable() -> None:
    assert article_id("example.org/news/1") == article_id(
        canonical_key("https://www.example.org/news/1/")
    )
    assert len(article_id("\udcff")) == 32


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/", "http://example.org/a", True),
        ("https://actu.example.co.uk/", "https://www.example.co.uk/", True),
        ("https://one.co.uk/", "https://two.co.uk/", False),
        ("https://example.org/", "https://example.org.evil.net/", False),
        ("https://example.org/", "https://notexample.org/", False),
        ("https://example.org/", "mailto:a@example.org", False),
        ("mailto:a@b", "mailto:a@b", False),
    ],
)
def test_same_site(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("c", "https://example.org/a/c"),
        (" /c?x=1#part ", "https://example.org/c?x=1"),
        ("//cdn.example.org/d", "https://cdn.example.org/d"),
        ("HTTP://Example.ORG/e", "http://Example.ORG/e"),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        ("data:text/html,x", None),
        ("https://user:secret@example.org/", None),
        ("https://example.org:99999/", None),
        ("https://example.org:x/", None),
        ("https://[::1/", None),
        ("https://example.org/" + "a" * 2000, None),
    ],
)
def test_absolute(href: str, url: str | None) -> None:
    assert absolute(BASE, href) == url


@pytest.mark.parametrize("path", ["/a.pdf", "/a.JPG", "/a.mp3", "/feed.xml", "/a.json"])
def test_media_are_no_pages(path: str) -> None:
    assert not may_be_page(f"https://example.org{path}")


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a.html", "/a.php?f=x.pdf", "/politique/liban", "/a.b", "/2026.11.22"]
)
def test_pages_may_be_pages(path: str) -> None:
    assert may_be_page(f"https://example.org{path}")


def _odd(shared: Path) -> Iterator[tuple[str, str]]:
    folder = shared / "hostile" / "urls"
    for file in folder.rglob("wpt-urltestdata.json"):
        for case in json.loads(file.read_text(encoding="utf-8", errors="surrogatepass")):
            if isinstance(case, dict):
                yield case["input"], case.get("base") or BASE
    for file in folder.rglob("*.csv"):
        for line in file.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            for cell in line.split(","):
                yield cell.strip(), BASE


@pytest.mark.shared
def test_every_odd_address_is_refused_or_has_a_key(shared: Path) -> None:
    addresses = [absolute(base, href) for href, base in _odd(shared)]
    kept = [address for address in addresses if address]
    assert len(addresses) > 1000
    assert len(kept) > 300
    for address in kept:
        assert canonical_key(address)
        assert len(article_id(canonical_key(address))) == 32
        assert site_host(address)
        assert may_be_page(address) in (True, False)
        assert same_site(address, address)


_SIGNS = st.sampled_from(
    ["a", "B", "1", "-", ".", "_", "~", "/", "..", "www.", "xn--bcher-kva", "%41", "é"]
)


@settings(max_examples=1000, deadline=None)
@given(
    st.sampled_from(["http://a", "https://www.b", "http://"]),
    st.lists(_SIGNS, max_size=12).map("".join),
)
def test_a_plain_address_has_the_key_that_it_has_with_what_is_left_out(
    begin: str, rest: str
) -> None:
    assert canonical_key(begin + rest) == canonical_key(f"{begin}{rest}?fbclid=1")
