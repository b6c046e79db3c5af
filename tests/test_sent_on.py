"""Pages that send on: cookies on the way, and pages that name their successor in their markup."""

from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.downloader.chain_cookies import ChainCookiesMiddleware
from tests.support.hostile import Answer, crawled, documents, feed_of, outcomes, page_of, serving

HTML = [("Content-Type", "text/html; charset=utf-8")]


def sent_on(address: str, *cookies: str) -> Answer:
    """A redirect that sets cookies."""
    headers = [("Location", address), *(("Set-Cookie", cookie) for cookie in cookies)]
    return Answer(status=302, headers=headers)


def refreshed(content: str, title: str = "", around: str = "{}") -> Answer:
    """A page that asks to be left for another one."""
    meta = around.format(f'<meta http-equiv="refresh" content="{content}">')
    page = page_of(title) if title else b"<html><head></head><body></body></html>"
    return Answer(page.replace(b"<head>", f"<head>{meta}".encode()), headers=HTML)


def test_a_cookie_goes_along_the_redirects_and_no_further(tmp_path: Path) -> None:
    answers = {
        "/s/ferry-late-41": sent_on("/gate", "seen=1; Path=/", "step=2; Path=/gate"),
        "/gate": sent_on("/s/ferry-late-41/full"),
        "/s/ferry-late-41/full": Answer(page_of("The ferry is late"), headers=HTML),
        "/s/mill-sold-42": Answer(page_of("The mill is sold"), headers=HTML),
    }
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, ["/s/ferry-late-41", "/s/mill-sold-42"])
        crawled(site, tmp_path)
        crawled(site, tmp_path)
        sent = {
            path: [line for line in head.split("\r\n") if line.startswith("Cookie")]
            for path, head in site.asked
        }
    assert len(documents(tmp_path)) == 2
    assert {path: lines for path, lines in sent.items() if lines} == {
        "/gate": ["Cookie: step=2; seen=1"],
        "/s/ferry-late-41/full": ["Cookie: seen=1"],
    }


@pytest.mark.parametrize(
    ("cookie", "there", "sent"),
    [
        ("a=1", "https://www.heron.example/s/1", b"a=1"),
        ("a=1", "https://m.heron.example/s/1", None),
        ("a=1; Domain=heron.example", "https://m.heron.example/s/1", b"a=1"),
        ("a=1; Domain=heron.example", "https://www.egret.example/s/1", None),
        ("a=1; Domain=egret.example", "https://www.egret.example/s/1", None),
        ("a=1; Domain=example", "https://www.egret.example/s/1", None),
        ("a=1; Domain=heron.co.uk", "https://www.heron.co.uk/s/1", None),
        ("a=1; Path=/gate", "https://www.heron.example/s/1", None),
        ("a=1; Secure", "http://www.heron.example/s/1", None),
        ("a=1; Max-Age=0", "https://www.heron.example/s/1", None),
        ("a=" + "x" * 5000, "https://www.heron.example/s/1", None),
    ],
)
def test_a_cookie_goes_only_where_it_belongs(cookie: str, there: str, sent: bytes | None) -> None:
    cookies = ChainCookiesMiddleware()
    first = Request("https://www.heron.example/s/1")
    cookies.process_request(first)
    redirect = Response(first.url, status=302, headers={"Location": there, "Set-Cookie": cookie})
    cookies.process_response(first, redirect)
    second = first.replace(url=there)
    cookies.process_request(second)
    assert second.headers.get("Cookie") == sent


@pytest.mark.parametrize(
    ("gate", "domain", "site", "is_sent"),
    [
        ("consent.heron.example", "heron.example", "www.heron.example", True),
        ("consent.heron.co.uk", "heron.co.uk", "www.heron.co.uk", True),
        ("www.heron.co.uk", "co.uk", "www.egret.co.uk", False),
        ("consent.heron.example", "www.heron.example", "www.heron.example", False),
    ],
)
def test_a_gate_of_the_same_site_may_set_a_cookie(
    gate: str, domain: str, site: str, is_sent: bool
) -> None:
    cookies = ChainCookiesMiddleware()
    first = Request(f"https://{gate}/?back=/s/1")
    headers = {"Location": f"https://{site}/s/1", "Set-Cookie": f"ok=1; Domain={domain}"}
    cookies.process_response(first, Response(first.url, status=302, headers=headers))
    second = first.replace(url=f"https://{site}/s/1")
    cookies.process_request(second)
    assert (second.headers.get("Cookie") == b"ok=1") is is_sent


def test_an_answer_that_leads_nowhere_leaves_no_cookie() -> None:
    cookies = ChainCookiesMiddleware()
    request = Request("https://www.heron.example/s/1")
    cookies.process_response(request, HtmlResponse(request.url, headers={"Set-Cookie": "a=1"}))
    assert not request.meta


def test_a_page_that_sends_on_at_once_is_followed(tmp_path: Path) -> None:
    answers = {
        "/s/ferry-41": refreshed("0;url=/s/ferry-41/full"),
        "/s/ferry-41/full": Answer(page_of("The ferry is late"), headers=HTML),
        "/s/mill-42": refreshed("3; URL='/s/mill-42/full'"),
        "/s/mill-42/full": Answer(page_of("The mill is sold"), headers=HTML),
        "/s/dam-43": refreshed("300", "The dam leaks again"),
        "/s/quay-44": refreshed("2;url=/s/quay-44", "The quay is rebuilt"),
        "/s/pier-45": refreshed("60;url=/", "The pier is closed"),
        "/s/lock-46": refreshed("0;url=/plain/46", "The lock is open", "<noscript>{}</noscript>"),
        "/s/buoy-47": refreshed("0;url=/plain/47", "A buoy has drifted", "<!--[if IE]>{}<![endif]-->"),
        "/s/inside-48": refreshed("0;url=http://169.254.169.254/latest"),
        "/s/forbidden-49": refreshed("0;url=/closed/49"),
        "/s/circle-50": refreshed("0;url=/s/circle-51"),
        "/s/circle-51": refreshed("0;url=/s/circle-50"),
        "/s/gone-52": Answer(
            refreshed("0;url=/s/ferry-41/full").body, status=404, headers=HTML
        ),
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /closed\n"),
    }  # fmt: skip
    listed = [path for path in answers if path.startswith("/s/") and not path.endswith("/full")]
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, listed)
        crawled(site, tmp_path)
        asked = [path for path, _ in site.asked]
        base = site.base
    assert sorted(document["title"] for document in documents(tmp_path)) == [
        "A buoy has drifted",
        "The dam leaks again",
        "The ferry is late",
        "The lock is open",
        "The mill is sold",
        "The pier is closed",
        "The quay is rebuilt",
    ]
    assert len(asked) <= len(set(asked)) + 3
    assert not [path for path in asked if path.startswith(("/closed", "/plain", "/latest"))]
    states = outcomes(tmp_path)
    assert states[f"{base}/s/inside-48"] == ("skipped", "address")
    assert states[f"{base}/s/forbidden-49"] == ("skipped", "robots")
    assert states[f"{base}/s/gone-52"] == ("gone", "http 404")


def opened(script: str, words: str = "") -> Answer:
    """A page whose script may open another one."""
    body = f"<html><head><title>Heron</title><script>{script}</script></head><body>{words}</body></html>"
    return Answer(body.encode(), headers=HTML)


def test_a_page_that_only_a_script_leaves_is_followed(tmp_path: Path) -> None:
    answers = {
        "/s/ferry-41": opened("window.location.replace('/full/41');", "<a href=/full/41>Go on</a>"),
        "/s/mill-42": opened('setTimeout(function(){document.location.href = "/full/42"}, 0)'),
        "/s/dam-43": opened("if (isPhone) location.href = '/m/43';"),
        "/s/quay-44": opened("location = '/m/44'", "word " * 40),
        "/s/pier-45": opened("location='/m/45'; location='/m/46'"),
        "/s/lock-46": opened("track(location.href); x = '/m/47'"),
        "/full/41": Answer(page_of("The ferry is late"), headers=HTML),
        "/full/42": Answer(page_of("The mill is sold"), headers=HTML),
    }
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, [path for path in answers if path.startswith("/s/")])
        crawled(site, tmp_path)
        asked = [path for path, _ in site.asked]
    titles = sorted(document["title"] for document in documents(tmp_path))
    assert titles == ["The ferry is late", "The mill is sold"]
    assert not [path for path in asked if path.startswith("/m/")]


def test_a_page_that_sets_a_cookie_and_asks_to_be_loaded_again_is(tmp_path: Path) -> None:
    body = refreshed("0;url=/s/ferry-41").body
    answers = {"/s/ferry-41": Answer(body, headers=[*HTML, ("Set-Cookie", "seen=1; Path=/")])}
    with serving(answers) as site:
        answers["/feed.xml"] = feed_of(site, ["/s/ferry-41"])
        crawled(site, tmp_path)
        heads = [head for path, head in site.asked if path.startswith("/s/")]
    assert ["Cookie: seen=1" in head for head in heads] == [False, True]
