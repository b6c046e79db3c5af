"""Pages that only scripts fill are refused as shells, by what they lack; what is short, or says that it
needs scripts, is none for that.
"""

import pytest

from crawler.article import Hints, Page
from crawler.entrypoints import Unreadable, read_entry
from crawler.extract import Refused, read
from tests.support.clock import NOW

URL = "https://quay.example/2026/11/20/crane-lifts-its-first-load"
SCRIPT = '<script type="module" src="/assets/index-4f2a.js"></script>'
LINE = (
    "The council met on Tuesday evening and voted for the new bridge over the river near the mill."
)


def reason(body: str, head: str = SCRIPT, title: str = "The Quay") -> str | None:
    """Why a page is no article; None where it is one."""
    html = f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    refused = read(Page(URL, html.encode(), {"Content-Type": "text/html"}, NOW)).refused
    return refused.reason if refused else None


@pytest.mark.parametrize(
    "body",
    [
        '<div id="root"></div>',
        "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>",
        "<noscript><strong>Veuillez activer JavaScript pour lire ce site.</strong></noscript><div id=app></div>",
        "<noscript><p>Bitte aktivieren Sie JavaScript.</p><p>Diese Seite braucht es.</p></noscript><app-root></app-root>",
        "<noscript><div>يرجى تفعيل جافا سكريبت لعرض هذا الموقع.</div></noscript><div id=__nuxt></div>",
        "<noscript><h1>Please enable JavaScript</h1></noscript><div id=svelte></div>",
        "<noscript>このサイトを表示するにはJavaScriptを有効にしてください。</noscript><div id=__next></div>",
        "<div id=app><div class=spinner>Chargement en cours…</div></div>",
        "<app-root><div class=loader><span>טוען…</span></div></app-root>",
        "<header><a href=/>The Quay</a><nav><a href=/news>News</a></nav></header><main id=app></main>"
        "<footer><p>© 2026 The Quay. All rights reserved.</p></footer>",
        "<template><article><h1>{{ title }}</h1><p>{{ text }}</p></article></template><div id=app></div>",
        "<aside><p>We use cookies to make this site better for you.</p></aside><div id=root></div>",
    ],
)
def test_a_page_that_only_scripts_fill_is_a_shell(body: str) -> None:
    assert reason(body) == "shell"


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<article><h1>Crane lifts load</h1><p>{LINE}</p></article>", SCRIPT),
        ("<article><h1>Crane falls</h1><p>One is hurt, police say.</p></article>", SCRIPT),
        ("<div><h1>Crane falls</h1><div>One is hurt.</div></div>", SCRIPT),
        (f"<div><div>{LINE}</div></div>", SCRIPT),
        ("<table><tr><td>Crane falls, one hurt</td></tr></table>", SCRIPT),
        ("<time datetime=2026-11-20>20 November</time><div>Crane falls.</div>", SCRIPT),
        (f"<noscript>Enable JavaScript for comments.</noscript><p>{LINE}</p>", SCRIPT),
        ("<h1>Gallery</h1><img src=/1.jpg><img src=/2.jpg>", SCRIPT),
        ("<div id=root></div>", ""),
        ("<div id=x></div>", '<script src="/cdn-cgi/challenge-platform/h/b.js"></script>'),
    ],
)
def test_what_has_a_text_or_loads_no_script_is_no_shell(body: str, head: str) -> None:
    assert reason(body, head) != "shell"


def test_the_text_of_the_feed_stands_in_for_a_shell() -> None:
    title = "Crane lifts its first load after the repair"
    html = f"<html><head><title>x</title>{SCRIPT}</head><body><div id=root></div></body></html>"
    hints = Hints(title=title, text="".join(f"<p>{number}. {LINE}</p>" for number in range(5)))
    result = read(Page(URL, html.encode(), {}, NOW, hints=hints))
    assert result.article
    assert result.article.text_origin == "feed"


def test_a_check_for_robots_in_the_title_is_none() -> None:
    assert reason("<div id=root></div>", title="Just a moment...") == "blocked"


@pytest.mark.parametrize("kind", ["home", "section"])
def test_an_entry_point_that_only_scripts_fill_is_told_as_a_shell(kind: str) -> None:
    def page(head: str) -> Page:
        html = f"<html><head>{head}</head><body><div id=root></div></body></html>"
        return Page("https://quay.example/", html.encode(), {}, NOW)

    with pytest.raises(Refused) as refused:
        read_entry("home" if kind == "home" else "section", page(SCRIPT))
    assert refused.value.reason == "shell"
    with pytest.raises(Unreadable):
        read_entry("home" if kind == "home" else "section", page(""))
