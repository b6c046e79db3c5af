"""Which addresses are one article, and which are several."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.article import Article, Hints, Page
from crawler.entrypoints import read_entry
from crawler.policy.decide import KnownArticle
from crawler.policy.departures import is_gone, leads_away, whose
from crawler.policy.identity import Candidate, ShownArticle, Way, identify
from crawler.store import DiscoveredPage, EntryPoint, Store, Visit
from crawler.urls import agree, article_id, canonical_key, name_of
from tests.support.clock import NOW
from tests.support.replay import Replay, environment, exported, veille

SITE = "https://www.leuchtturm.example"
TEXT = (
    "Die Reederei nimmt die alte Fähre nach Norderwiek ab Mai wieder in Betrieb, sagte der Hafenmeister am Montag.\n"
    "Zwei der drei Schiffe lagen seit dem Sturm im Februar in der Werft, und die Insel musste mit einer Fahrt am Tag auskommen.\n"
    "Der Fahrpreis bleibt bis zum Herbst, dann verhandelt der Kreis über den Vertrag für das kommende Jahr.\n"
    "Ein neues Schiff soll im Juni getauft werden und noch vor dem Sommer nach Klein Holm fahren."
)
OTHER = (
    "Im Stadtwald von Brunnau fällt in diesem Winter kein Baum, weil der Rat den Plan des Försters verworfen hat.\n"
    "Vor dem Rathaus standen vierhundert Leute mit Laternen, unter ihnen die Klasse, die dort ihre Vögel zählt.\n"
    "Der Förster will bis März zeigen, welche Buchen krank sind und welche nur alt."
)
EDITED = TEXT.replace("ab Mai", "ab Juni").replace("am Montag", "am Dienstag")
HEADLINE = "Die Fähre fährt wieder"


def held(
    url: str,
    title: str = HEADLINE,
    text: str = TEXT,
    *,
    claims: str = "",
    way: Way = "address",
    gone: bool = False,
) -> Candidate:
    """An article that is held at an address, and how it was found."""
    article = Article(
        url=f"{SITE}{url}",
        title=title,
        text=text,
        source="l",
        canonical_url=f"{SITE}{claims or url}",
        gone=NOW if gone else None,
    )
    key = canonical_key(article.url)
    known = KnownArticle(article.to_dict(), "", key)
    return Candidate(article_id(canonical_key(article.canonical_url)), "l", known, way)


def read(
    url: str, title: str = HEADLINE, text: str = TEXT, *, claims: str = "", asked: str = ""
) -> ShownArticle:
    """What a page shows at an address, or where the one that was asked for sends on to it."""
    article = Article(
        url=f"{SITE}{url}",
        title=title,
        text=text,
        source="l",
        canonical_url=f"{SITE}{claims or url}",
    )
    own = canonical_key(article.url)
    page = canonical_key(f"{SITE}{asked}") if asked else own
    return ShownArticle(article, page, own, canonical_key(article.canonical_url))


@pytest.mark.parametrize(
    ("known", "shown", "kind"),
    [
        # What a page claims is believed where the texts agree.
        (held("/a/faehre-48213"), read("/amp/48213", claims="/a/faehre-48213"), "duplicate"),
        (held("/a/faehre-48213"), read("/b/x", text=OTHER, claims="/a/faehre-48213"), "new"),
        (
            held("/a/faehre-48213"),
            read("/b/wald-59311", "Kein Baum fällt", OTHER, claims="/a/faehre-48213"),
            "new",
        ),
        # An edit at another address, a teaser of it there.
        (held("/a/faehre-48213"), read("/b/x", text=EDITED, claims="/a/faehre-48213"), "duplicate"),
        (
            held("/a/faehre-48213"),
            read("/b/x", text=TEXT.split("\n", maxsplit=1)[0], claims="/a/faehre-48213"),
            "duplicate",
        ),
        # The address that an article claims for itself takes its place.
        (
            held("/amp/48213", claims="/a/faehre-48213"),
            read("/a/faehre-48213"),
            "taken-over",
        ),
        # Without a claim: the same text, headline and number or words of the address.
        (held("/a/faehre-48213", way="mark"), read("/b/faehre-48213"), "duplicate"),
        (held("/a/faehre-faehrt", way="mark"), read("/druck/faehre-faehrt?x=1"), "duplicate"),
        (held("/a/faehre-48213", way="mark"), read("/b/faehre-59311"), "new"),
        (held("/lesen?id=48213", way="mark"), read("/lesen?id=59311"), "new"),
        (held("/lesen?id=7", way="mark"), read("/lesen?id=8"), "new"),
        (held("/a/faehre-48213", way="mark"), read("/b/faehre-48213", text=OTHER), "new"),
        (held("/a/faehre-48213", "Kurz", way="mark"), read("/b/faehre-48213"), "duplicate"),
        (held("/a/faehre-kommt", "Kurz", way="mark"), read("/b/faehre-kommt"), "new"),
        # A new headline with its address, by the feed's name for it or by its number.
        (
            held("/a/faehre-48213", way="guid"),
            read("/a/schiff-legt-ab-59311", "Das Schiff legt ab", EDITED),
            "taken-over",
        ),
        (
            held("/a/faehre-48213", way="mark"),
            read("/a/schiff-legt-ab-48213", "Das Schiff legt ab", EDITED),
            "taken-over",
        ),
        (held("/a/faehre-48213", way="guid"), read("/a/wald-59311", "Wald", OTHER), "new"),
        # A mark for each visit makes no new address of it.
        (held("/a/faehre?r=177", way="guid"), read("/a/faehre?r=277"), "duplicate"),
        # Its page is gone, another address of it is there.
        (held("/a/faehre-48213", way="mark", gone=True), read("/b/faehre-48213"), "taken-over"),
    ],
)
def test_addresses_of_one_article(known: Candidate, shown: ShownArticle, kind: str) -> None:
    identity = identify(shown, [known])
    assert identity.kind == kind
    assert (identity.id == known.id) == (kind != "new")


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (read("/a/faehre-48213", "Neue Überschrift", OTHER), "held"),
        (read("/a/legt-ab-59311", "Das Schiff legt ab", EDITED, asked="/a/faehre-48213"), "held"),
        (read("/a/wald-59311", "Kein Baum fällt", OTHER, asked="/a/faehre-48213"), "left"),
        (read("/b/faehre-48213", "Kein Baum fällt", OTHER, asked="/a/faehre-48213"), "held"),
    ],
)
def test_a_page_stays_with_its_article_unless_it_sends_on_to_another(
    shown: ShownArticle, kind: str
) -> None:
    assert identify(shown, [held("/a/faehre-48213")]).kind == kind


def test_a_claim_that_another_text_has_made_is_not_believed() -> None:
    taken = held("/a/faehre-48213", claims="/a/mehr-vom-tage")
    identity = identify(read("/a/wald-59311", "Wald", OTHER, claims="/a/mehr-vom-tage"), [taken])
    assert (identity.kind, identity.believed) == ("new", False)
    assert identity.id == article_id(canonical_key(f"{SITE}/a/wald-59311"))


def test_an_address_that_another_article_has_claimed_gives_another_id() -> None:
    taken = held("/a/faehre-48213", claims="/a/wald-59311")
    identity = identify(read("/a/wald-59311", "Kein Baum fällt", OTHER), [taken])
    assert identity.kind == "new"
    assert identity.id != taken.id


@pytest.mark.parametrize(
    ("reason", "to", "lasting", "away"),
    [
        ("no-article", "/region/", False, True),
        ("entry-point", "/", True, True),
        ("empty", "/region/", True, True),
        ("empty", "/a/faehre-48213", True, False),
        ("unannounced", "/einwilligung", False, False),
        ("consent", "/einwilligung", True, False),
        ("login", "/anmelden", True, False),
        ("maintenance", "/", True, False),
    ],
)
def test_a_wall_takes_no_article_down(reason: str, to: str, lasting: bool, away: bool) -> None:
    assert leads_away(reason, f"{SITE}{to}", lasting=lasting) is away


def test_a_redirect_that_may_pass_takes_an_article_down_after_some_visits() -> None:
    assert is_gone(lasting=True, tries=0)
    assert [is_gone(lasting=False, tries=tries) for tries in range(3)] == [False, False, True]


@pytest.mark.parametrize(
    ("here", "held_at", "tries", "answer"),
    [
        ("leuchtturm.example", {"leuchtturm.example"}, 0, "own"),
        ("andere.example", {"leuchtturm.example"}, 9, "foreign"),
        ("verlag.example", {"leuchtturm.example", "verlag.example"}, 0, "own"),
        ("verlag.example", set(), 0, "unknown"),
        ("verlag.example", set(), 2, "own"),
        ("verlag.example", {"verlag.example"}, 0, "own"),
    ],
)
def test_whose_site_a_link_leads_to(here: str, held_at: set[str], tries: int, answer: str) -> None:
    assert whose(here, {"leuchtturm.example"}, held_at, tries) == answer


def test_an_item_that_a_feed_lists_under_another_address_is_the_known_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    crawl = store.ledger.start("l", NOW)
    hints = Hints(title=HEADLINE, published=NOW)
    found = []
    for key, guid, listed in (
        ("l/a?r=1", "a", hints),
        ("l/b?r=1", "b", hints),
        ("l/a?r=2", "a", hints),  # the same item, with a new mark
        ("l/c?r=2", "b", replace(hints, title="Ein anderes Schiff")),
        ("l/d?r=2", "b", replace(hints, published=NOW + timedelta(days=1))),
        ("l/e?r=2", "b", Hints(title=HEADLINE)),
    ):
        visit = Visit(crawl, "l", EntryPoint(f"{SITE}/feed", "feed"), NOW, "read", 1)
        page = DiscoveredPage(key, f"http://{key}", None, listed, guid=guid)
        found.append(store.ledger.record_visit(visit, [page]).new)
    assert found == [1, 1, 0, 1, 1, 1]


def test_a_guid_that_several_items_have_names_none() -> None:
    items = "".join(
        f"<item><title>{name}</title><link>{SITE}/{name}</link><guid>{guid}</guid></item>"
        for name, guid in (("a", "x"), ("b", "x"), ("c", "y"))
    )
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
    listing = read_entry("feed", Page(f"{SITE}/feed", body, {}, NOW))
    assert [bool(item.guid) for item in listing.items] == [False, False, True]


class Web(BaseHTTPRequestHandler):
    """A proxy that answers for every host: the sites of one test, before and after a change."""

    later = False

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = _answer(parts.hostname or "", path, later=Web.later)
        status, kind, body = answer or (404, "text/html", "<h1>404</h1>")
        self.send_response(status)
        if kind == "location":
            self.send_header("Location", body)
            body = ""
        else:
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


def _answer(host: str, path: str, *, later: bool) -> tuple[int, str, str] | None:
    site = host.removeprefix("www.").partition(".")[0]
    old = "/insel/faehre-kommt-48213.html"
    new = "/insel/faehre-kommt-doch-nicht-48213.html"
    match site, path, later:
        case _, "/feed", _:
            return 200, "application/rss+xml", _feed(FEEDS[site][later], host)
        case ("umzug", path, True) if path == old:
            return 301, "location", new
        case ("umzug", path, _) if path == (new if later else old):
            title = "Die Fähre kommt doch nicht" if later else HEADLINE
            return _page(title, EDITED if later else TEXT)
        case ("weg", "/insel/faehre-48213.html", True):
            return 301, "location", "/insel/"
        case ("weg", "/insel/", _):
            return 200, "text/html", "<h1>Insel</h1><a href='/insel/wald-59311.html'>Wald</a>"
        case ("weg" | "marken", path, _) if "/faehre-48213" in path:
            return _page(HEADLINE, TEXT)
        case ("fremd", "/insel/anzeige-77441.html", _):
            return 302, "location", "http://www.andere.example/wald-59311.html"
        case _, path, _ if "/wald-59311" in path:
            return _page("Kein Baum fällt", OTHER)
    return None


FEEDS = {
    "umzug": (["/insel/faehre-kommt-48213.html"], ["/insel/faehre-kommt-doch-nicht-48213.html"]),
    "weg": (["/insel/faehre-48213.html", "/insel/wald-59311.html"], ["/insel/wald-59311.html"]),
    "marken": (["/insel/faehre-48213?r=1", "/druck/faehre-48213"], ["/insel/faehre-48213?r=2"]),
    "fremd": (["/insel/wald-59311.html", "/insel/anzeige-77441.html"], []),
}


def _feed(paths: list[str], host: str) -> str:
    items = ""
    for path in paths:
        guid = path.partition("?")[0].rpartition("-")[2]
        link = escape(f"http://{host}{path}")
        items += f"<item><title>{HEADLINE}</title><link>{link}</link><guid>{guid}</guid>"
        items += f"<pubDate>{format_datetime(NOW)}</pubDate></item>"
    return f'<rss version="2.0"><channel><title>Insel</title>{items}</channel></rss>'


def _page(title: str, text: str) -> tuple[int, str, str]:
    head = f'<title>{title}</title><meta property="og:type" content="article">'
    head += f'<meta property="article:published_time" content="{NOW.isoformat()}">'
    prose = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    body = f"<article><h1>{title}</h1>{prose}</article>"
    return 200, "text/html", f"<html lang=de><head>{head}</head><body>{body}</body></html>"


@pytest.fixture
def web() -> Iterator[str]:
    Web.later = False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.slow
def test_articles_that_move_vanish_or_bear_marks_stay_one(web: str, tmp_path: Path) -> None:
    sources = tmp_path / "sources.toml"
    tables = [
        f'[[source]]\nid = "{site}"\nname = "{site}"\nhome = "http://www.{site}.example/"\n'
        f'feeds = ["http://www.{site}.example/feed"]\n'
        for site in FEEDS
    ]
    sources.write_text("\n".join(tables), encoding="utf-8")
    env = environment(Replay("", sources, sources, sources), tmp_path / "data", delay=0.0)
    env |= {"http_proxy": web, "no_proxy": "", "VEILLE_WORKERS": "1"}
    veille(env, "crawl", "--json")
    assert _held(env) == {
        ("umzug", HEADLINE, False),
        ("weg", HEADLINE, False),
        ("weg", "Kein Baum fällt", False),
        ("marken", HEADLINE, False),
        ("fremd", "Kein Baum fällt", False),
    }
    ids = set(exported(env))
    Web.later = True
    with closing(sqlite3.connect(tmp_path / "data" / "veille.sqlite")) as store:
        store.execute("UPDATE pages SET next_visit = found_at WHERE next_visit IS NOT NULL")
        store.commit()
    veille(env, "crawl", "--json")
    assert _held(env) == {
        ("umzug", "Die Fähre kommt doch nicht", False),
        ("weg", HEADLINE, True),
        ("weg", "Kein Baum fällt", False),
        ("marken", HEADLINE, False),
        ("fremd", "Kein Baum fällt", False),
    }
    assert set(exported(env)) == ids
    moved = next(row["id"] for row in exported(env).values() if row["source"] == "umzug")
    with closing(Store(f"sqlite:///{tmp_path / 'data' / 'veille.sqlite'}")) as opened:
        others = {urlsplit(other.url).path for other in opened.addresses.of(moved)}
        # Whichever of the two was asked first, both lead to it.
        assert others & {
            "/insel/faehre-kommt-48213.html",
            "/insel/faehre-kommt-doch-nicht-48213.html",
        }
    veille(env, "forget", "--yes", "http://www.umzug.example/insel/faehre-kommt-48213.html")
    veille(env, "relay", "--once")
    assert moved not in exported(env)


def _held(env: dict[str, str]) -> set[tuple[str, str, bool]]:
    rows = list(exported(env).values())
    found = {(row["source"], row["title"], bool(row["gone"])) for row in rows}
    assert len(rows) == len(found), json.dumps([row["url"] for row in rows])
    return found


def test_an_identifier_names_an_article_by_all_its_letters_and_digits() -> None:
    begins = "https://news.example/monde/le-pont-rouvre-aux-camions"
    named = name_of(f"{begins}-CNT000001rio2S.html")
    assert named.number == "cnt000001rio2s"
    assert not agree(named, name_of(f"{begins}-CNT000001rf2lY.html"))
    assert name_of(f"{begins}-article48213.html").number == "48213"
