"""dates_of: when an article was published, weighed from everything that its page claims."""

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from crawler.article import Hints
from crawler.extract.dates import Dates, dates_of
from tests.support.clock import moment

CAPTURED = moment(22, 8, 30)
URL = "https://www.example.org/monde/a-title-of-some-length"
TITLE = "Un titre assez long pour un article"
TEXT = (
    "<p>"
    + "Le texte de cet article raconte longuement ce qui est arrivé dans la ville. " * 8
    + "</p>"
)


def page(around: str = "", head: str = "", below: str = "", above: str = "") -> Any:
    return html.fromstring(
        f"<html><head><title>{TITLE} | Exemple</title>{head}</head><body><header><nav>Accueil</nav></header>"
        f"<main>{above}<h1>{TITLE}</h1>{around}{TEXT}{TEXT}{TEXT}</main>{below}"
        "<footer>© 2010-2026 Exemple. Tous droits réservés</footer></body></html>"
    )


def dates(
    tree: Any,
    *jsonld: dict[str, Any],
    url: str = URL,
    language: str | None = "fr",
    hints: Hints | None = None,
    captured: datetime = CAPTURED,
) -> Dates:
    return dates_of(tree, jsonld, url, captured, language=language, hints=hints)


def published(found: Dates) -> tuple[str, str, str] | None:
    claim = found.published
    return (claim.value.isoformat(), claim.precision, claim.origin) if claim else None


def article(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", **fields}


def test_seed_shaped_page() -> None:
    line = '<div><i>folder_open</i>Syrie <i>access_time</i> depuis 7 années</div><a href="#">star AJOUTER AUX FAVORIS</a>'
    found = dates(page(line))
    assert published(found) == ("2019-11-22T00:00:00+00:00", "year", "text")
    assert found.published is not None
    assert found.published.earliest.date() == date(2018, 11, 22)
    assert found.published.latest.date() == date(2020, 11, 22)
    assert found.modified is None


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("<p>Publié le 3 mars 2024 à 14h30</p>", "fr", "2024-03-03"),
        ("<div><span>Publié le</span> <span>3 mars 2024</span></div>", "fr", "2024-03-03"),
        ("<div><span>Par Jeanne Dupont</span><span>3 mars 2024</span></div>", "fr", "2024-03-03"),
        ("<div>Published March 3, 2024 <b>·</b> 5 min read</div>", "en", "2024-03-03"),
        ("<div class='byline'>By Jane Doe | March 3, 2024</div>", "en", "2024-03-03"),
        ("<div>نشر في 3 آذار 2024 - 10:05</div>", "ar", "2024-03-03"),
        ("<span class='date'>٣ مارس ٢٠٢٤</span>", "ar", "2024-03-03"),
        ("<div>Publicado el 3 de marzo de 2024</div>", "es", "2024-03-03"),
        ("<div>Stand: 03.03.2024 18:00 Uhr</div>", "de", "2024-03-03"),
        ("<div><span>03.03.2024</span></div>", "de", "2024-03-03"),
        ("<div>2024年03月03日23:52 | 来源：</div>", "zh", "2024-03-03"),
        ("<p>Publié il y a 3 jours</p>", "fr", "2026-11-19"),
        ("<span class='post-date'>Hier</span>", "fr", "2026-11-21"),
        ("<time datetime='2024-03-03T14:30:00+01:00'>dimanche</time>", "fr", "2024-03-03"),
        ("<time>3 mars 2024</time>", "fr", "2024-03-03"),
        ("<abbr class='published' title='2024-03-03'>le 3</abbr>", "fr", "2024-03-03"),
        ("<p>Publié le 3 mars 2024</p>", "en", "2024-03-03"),
        ("<p>Publié le 3 mars 2024</p>", None, "2024-03-03"),
    ],
)
def test_line_beside_the_title(line: str, language: str | None, day: str) -> None:
    found = dates(page(line), language=language).published
    assert found is not None
    assert found.value.date().isoformat() == day


def test_line_before_the_title() -> None:
    assert published(dates(page(above="<div class='date'>3 mars 2024, 10:05</div>"))) == (
        "2024-03-03T10:05:00+00:00",
        "minute",
        "text",
    )


@pytest.mark.parametrize(
    "tree",
    [
        page(),
        page(below="<section class='comments'><p>Paul, le 3 mars 2024 à 10h</p></section>"),
        page(below="<div id='comments'><time datetime='2024-03-03T10:00:00Z'>3 mars</time></div>"),
        page(
            below="<div class='related'><a href='/b'>Autre article</a> <span>Publié le 3 mars 2024</span></div>"
        ),
        page(below="<aside><time datetime='2024-03-03'>3 mars 2024</time></aside>"),
        page(below="<div><a href='/b'>3 mars 2024 Un autre article</a></div>"),
        page(
            "<p>Le 28 août, des hélicoptères ont transporté des combattants vers le nord du pays.</p>"
        ),
        page(
            "<p>Le concert aura lieu le samedi 3 mars 2024 à 20h30, au théâtre de la ville, sur réservation.</p>"
        ),
        page("<p>Né le 3 mars 1946</p>"),
        page(above="<div>dimanche 22 novembre 2026</div>"),
        page("<p>5 commentaires</p><p>Lecture 3 min</p><p>14:30</p>"),
        page(head='<meta name="copyright" content="2019"><meta name="date" content="2019">'),
    ],
    ids=[
        "footer's year",
        "comment",
        "comment's time",
        "related",
        "aside",
        "link to another",
        "day in the text",
        "event",
        "birth",
        "today above all",
        "numbers",
        "copyright year",
    ],
)
def test_what_is_no_publication(tree: Any) -> None:
    assert dates(tree).published is None


def test_json_ld_of_the_article_and_not_of_its_neighbours() -> None:
    graph = {
        "@graph": [
            {"@type": "VideoObject", "uploadDate": "2020-01-01T00:00:01Z"},
            {"@type": "Comment", "dateCreated": "2026-11-20T00:00:01Z"},
            article(
                headline=TITLE,
                datePublished="2024-03-03T14:30:00+01:00",
                dateModified="2024-03-04T09:00:00+01:00",
                comment=[{"@type": "Comment", "datePublished": "2026-11-01T00:00:01Z"}],
            ),
        ]
    }
    found = dates(page(), graph)
    assert published(found) == ("2024-03-03T14:30:00+01:00", "second", "json-ld")
    assert found.modified is not None
    assert found.modified.value.isoformat() == "2024-03-04T09:00:00+01:00"


@pytest.mark.parametrize(
    "own",
    [
        {"headline": TITLE},
        {"url": URL + "?utm_source=x"},
        {"mainEntityOfPage": {"@type": "WebPage", "@id": URL}},
    ],
)
def test_json_ld_of_several_articles(own: dict[str, Any]) -> None:
    others = [
        article(
            headline=f"Un autre article, numéro {n}",
            url=f"https://www.example.org/{n}",
            datePublished="2020-01-01",
        )
        for n in range(3)
    ]
    found = dates(page(), *others, article(datePublished="2024-03-03T14:30:00Z", **own))
    assert published(found) == ("2024-03-03T14:30:00+00:00", "second", "json-ld")


def test_meta_tags() -> None:
    head = (
        '<meta property="article:published_time" content="2024-03-03T14:30:00+01:00">'
        '<meta property="article:modified_time" content="2024-03-05T14:30:00+01:00">'
    )
    found = dates(page(head=head))
    assert published(found) == ("2024-03-03T14:30:00+01:00", "second", "meta")
    assert found.modified is not None
    assert found.modified.value.day == 5


def test_microdata_of_another_article_in_the_body_does_not_outweigh_the_line_beside_the_title() -> (
    None
):
    below = '<div itemscope><meta itemprop="datePublished" content="2020-01-01"></div>'
    assert published(dates(page("<p>Publié le 3 mars 2024</p>", below=below))) == (
        "2024-03-03T00:00:00+00:00",
        "day",
        "text",
    )


def test_label_outweighs_the_day_of_rendering_in_a_meta_tag() -> None:
    head = '<meta name="date" content="2024-03-09T11:52:23Z">'
    found = dates(page("<p>Publié le 3 mars 2024 à 10h05</p>", head=head)).published
    assert found is not None
    assert (found.value.date().isoformat(), found.origin) == ("2024-03-03", "text")


def test_published_that_repeats_the_update_gives_way() -> None:
    head = '<meta property="article:published_time" content="2024-03-27T15:07:00+01:00">'
    found = dates(
        page(head=head),
        article(
            datePublished="2024-03-06T15:45:00+01:00", dateModified="2024-03-27T15:07:00+01:00"
        ),
    )
    assert found.published is not None
    assert found.published.value.day == 6
    assert found.modified is not None
    assert found.modified.value.day == 27


def test_time_of_rendering_gives_way() -> None:
    rendered = (CAPTURED - timedelta(seconds=4)).isoformat()
    found = dates(page("<p>Publié le 3 mars 2024 à 10h05</p>"), article(datePublished=rendered))
    assert published(found) == ("2024-03-03T10:05:00+00:00", "minute", "text")
    fresh = dates(page("<p>Publié à l'instant</p>"), article(datePublished=rendered))
    assert published(fresh) == (rendered, "second", "json-ld")


@pytest.mark.parametrize(
    "unset", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "1900-01-01", "0", "", "N/A"]
)
def test_unset_dates_are_none(unset: str) -> None:
    assert dates(page(), article(datePublished=unset, dateModified=unset)).published is None


def test_update_alone_is_no_publication() -> None:
    found = dates(page("<p>Mis à jour le 3 mars 2024 à 10h05</p>"))
    assert found.published is None
    assert found.modified is not None
    assert found.modified.value.isoformat() == "2024-03-03T10:05:00+00:00"


def test_update_not_after_the_publication_is_none() -> None:
    moment = "2024-03-03T14:30:00Z"
    assert dates(page(), article(datePublished=moment, dateModified=moment)).modified is None


@pytest.mark.parametrize(
    ("path", "value", "precision"),
    [
        ("/2024/03/09/title", "2024-03-09", "day"),
        ("/monde/2024-03-09-title", "2024-03-09", "day"),
        ("/monde/title-20240309", "2024-03-09", "day"),
        ("/world/2024/mar/09/title", "2024-03-09", "day"),
        ("/n1/2024/0309/c1001.htm", "2024-03-09", "day"),
        ("/2024/03/title", "2024-03-01", "month"),
    ],
)
def test_date_in_the_address(path: str, value: str, precision: str) -> None:
    found = dates(page(), url="https://www.example.org" + path).published
    assert found is not None
    assert (found.value.date().isoformat(), found.precision, found.origin) == (
        value,
        precision,
        "url",
    )


@pytest.mark.parametrize(
    "path",
    ["/article/20241399", "/p/1234567890", "/2027/01/01/title", "/12/34/56", "/v/2024.1.2.3"],
)
def test_numbers_in_the_address(path: str) -> None:
    assert dates(page(), url="https://www.example.org" + path).published is None


@pytest.mark.parametrize("origin", ["feed", "sitemap"])
def test_entry_points_date(origin: Any) -> None:
    hints = Hints(published=datetime(2024, 3, 3, 14, 30, tzinfo=UTC), published_origin=origin)
    assert published(dates(page(), hints=hints)) == ("2024-03-03T14:30:00+00:00", "second", origin)


def test_future_is_never_the_publication() -> None:
    head = '<meta property="article:published_time" content="2027-01-01T00:00:00Z">'
    found = dates(
        page("<p>Publié le 3 mars 2024</p>", head=head),
        article(datePublished="2026-11-23T10:00:00Z"),
    )
    assert published(found) == ("2024-03-03T00:00:00+00:00", "day", "text")
    assert dates(page(), article(datePublished="2031-01-01")).published is None


def test_same_day_in_a_zone_ahead_counts() -> None:
    found = dates(page(), article(datePublished="2026-11-22T10:00:00"))
    assert published(found) == ("2026-11-22T10:00:00+00:00", "second", "json-ld")


def test_country_gives_the_zone_where_none_is_named() -> None:
    hints = Hints(country="LB")
    assert published(dates(page("<p>Publié le 3 juillet 2024 à 10h05</p>"), hints=hints)) == (
        "2024-07-03T10:05:00+03:00",
        "minute",
        "text",
    )
    assert published(dates(page(), article(datePublished="2024-07-03T10:05:00Z"), hints=hints)) == (
        "2024-07-03T10:05:00+00:00",
        "second",
        "json-ld",
    )


def test_midnight_in_metadata_is_a_day() -> None:
    found = dates(page(), article(datePublished="2024-03-03T00:00:00+01:00"))
    assert published(found) == ("2024-03-03T00:00:00+01:00", "day", "json-ld")


def test_day_is_told_finer_by_the_line() -> None:
    found = dates(page("<p>Publié le 3 mars 2024 à 14h30</p>"), article(datePublished="2024-03-03"))
    assert found.published is not None
    assert found.published.value.date() == date(2024, 3, 3)


def test_visible_date_outweighs_a_templates_attribute() -> None:
    found = dates(page("<time datetime='2019-09-03'>March 3, 2024 7:30am</time>"), language="en")
    assert published(found) == ("2024-03-03T07:30:00+00:00", "minute", "time")


def test_american_numbers_by_country_or_tag() -> None:
    tree = page("<p>Published 03/09/2024</p>")
    by_country = dates(tree, language="en", hints=Hints(country="US")).published
    by_tag = dates(tree, language="en-US").published
    british = dates(tree, language="en", hints=Hints(country="GB")).published
    assert [claim.value.month for claim in (by_country, by_tag, british) if claim] == [3, 3, 9]


def test_tree_is_left_as_it_is() -> None:
    tree = page("<p>Publié le 3 mars 2024</p>")
    before = html.tostring(tree)
    dates(tree)
    assert html.tostring(tree) == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("2024-03-03"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["@type", "@graph", "@id", "url", "headline", "datePublished", "dateModified"]), inner, max_size=5),
    max_leaves=15,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=9), JSON, max_size=4) | JSON, max_size=4),
    st.text(max_size=300),
)
def test_any_page_gives_none_or_a_sound_claim(objects: list[Any], words: str) -> None:
    tree = page()
    tree.find(".//h1").addnext(html.fromstring("<div></div>"))
    tree.find(".//h1").getnext().text = "".join(c for c in words if c.isprintable()) or None
    found = dates_of(tree, objects, URL + words, CAPTURED)
    for claim in filter(None, (found.published, found.modified, *found.claims)):
        assert claim.earliest <= claim.value <= claim.latest
        assert claim.value <= CAPTURED + timedelta(days=1)


def test_captured_pages(shared: Path) -> None:
    """At least 98.5 % of the known days of real pages are found, and at most 0.8 % are wrong."""
    folder = shared / "replay" / "pages"
    right = wrong = known = 0
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        if not row.get("published") or row.get("date_in_page", True) is False:
            continue
        found = _of_captured(folder, row)
        accepted = _days(row["published"]).union(
            *(_days(value) for value in row.get("published_declared") or [])
        )
        known += 1
        right += bool(found and _days(found) & accepted)
        wrong += bool(found and not _days(found) & accepted)
    assert right / known >= 0.985
    assert wrong / known <= 0.008


def _of_captured(folder: Path, row: dict[str, Any]) -> str | None:
    day = datetime.fromisoformat(row.get("crawled") or row["published"])
    captured = day if day.tzinfo else day.replace(tzinfo=UTC)
    captured += timedelta(days=0 if row.get("crawled") else 20)
    tree = html.document_fromstring(
        gzip.decompress((folder / row["html"]).read_bytes()),
        parser=html.HTMLParser(encoding="utf-8"),
    )
    objects = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]/text()"):
        try:
            objects.append(json.loads(str(script), strict=False))
        except ValueError:
            continue
    claim = dates_of(tree, objects, row["url"], captured, language=row.get("lang")).published
    return claim.value.isoformat() if claim else None


def _days(text: str) -> set[str]:
    """The day as printed and the day in UTC."""
    moment = datetime.fromisoformat(text)
    return {text[:10]} | ({moment.astimezone(UTC).date().isoformat()} if moment.tzinfo else set())


PERSIAN = "<html lang='{lang}'><head><title>بودجه بندر نخل تصویب شد</title>{head}</head><body><main><h1>بودجه بندر نخل تصویب شد</h1>{line}{text}</main></body></html>"


@pytest.mark.parametrize("lang", ["fa", "en", ""])
@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("", "<span>۲۹ آبان ۱۴۰۵</span>"),
        ("", "<p class='date'>1405/08/29</p>"),
        ("", "<div>05/08/29</div>"),
        ("", "<time datetime='1405-08-29'>جمعه ۲۹ آبان</time>"),
        (
            "",
            "<div><span class='date'>۲۹ آبان ۱۴۰۵</span></div><div><span>20 November 2026</span></div>",
        ),
        ("<meta property='article:published_time' content='1405-08-29T14:30:00+03:30'>", ""),
        ("<meta name='date' content='۱۴۰۵/۰۸/۲۹'>", ""),
    ],
)
def test_days_of_another_calendar(lang: str, head: str, line: str) -> None:
    """The writing of the title tells the language where the page declares another."""
    tree = html.fromstring(PERSIAN.format(lang=lang, head=head, line=line, text=TEXT * 3))
    found = dates(tree, language=lang or None)
    assert found.published is not None
    assert found.published.value.date() == date(2026, 11, 20)


def test_machines_are_told_another_calendar_s_year() -> None:
    for stamp in ("1405-08-29T14:30:00+03:30", "2569-11-20T14:30:00+07:00", "1448-06-10"):
        found = dates(page(), article(datePublished=stamp), language=None)
        assert found.published is not None
        assert found.published.value.date() == date(2026, 11, 20)


def test_a_gregorian_day_beside_another_calendar_s_counts() -> None:
    hijri = "<div><span class='date'>9 جمادى الآخرة 1448 هـ</span></div>"
    gregorian = "<div><span>20 نوفمبر 2026</span></div>"
    for lines in (hijri + gregorian, gregorian + hijri):
        found = dates(page(lines), language="ar")
        assert found.published is not None
        assert (found.published.value.date(), found.published.calendar) == (
            date(2026, 11, 20),
            "gregorian",
        )


def test_numbers_that_two_calendars_share_are_not_read() -> None:
    title = "የወደብ ጥገና በጀት ጸደቀ በከተማው ምክር ቤት"
    for lang in ("am", "en", ""):
        for line, day in [("19/03/2019", None), ("20/11/2026", date(2026, 11, 20))]:
            tree = html.fromstring(
                f"<html lang='{lang}'><head><title>{title}</title></head><body><h1>{title}</h1><p>{line}</p>{TEXT}"
            )
            found = dates(tree, language=lang or None)
            assert (found.published and found.published.value.date()) == day
