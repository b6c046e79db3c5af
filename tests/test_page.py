"""The page: results, filters, mistakes, empty states, safety."""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from lxml import etree, html
from starlette.testclient import TestClient

import search.i18n.catalogue
from crawler.article import Article
from search.app import create_app
from search.i18n.catalogue import accepted, read_texts
from search.i18n.formatting import safe_link, snippet
from search.pages.article.details import facts
from search.pages.exclusions import exclusions, including, without
from search.pages.links import Links
from search.parse import parse
from search.parse.errors import SENTENCES
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf

ALL = len(shelf())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with indexed(shelf(), tmp_path_factory.mktemp("index")) as backend:
        yield create_app(backend, now=lambda: NOW)


@pytest.fixture(scope="module")
def page(app: Any) -> Iterator[TestClient]:
    with client(app) as opened:
        yield opened


def seen(page: TestClient, path: str, status: int = 200) -> html.HtmlElement:
    response = page.get(path)
    assert response.status_code == status
    return html.document_fromstring(response.text)


def texts_of(tree: html.HtmlElement, selector: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in tree.xpath(selector)]


def classed(name: str) -> str:
    return f"contains(concat(' ', @class, ' '), ' {name} ')"


HIT = f"//li[{classed('hit')}]"


def test_results_show_what_was_asked_for(page: TestClient) -> None:
    tree = seen(page, "/?q=arm%C3%A9e")
    assert texts_of(tree, "//main//h1") == ["2 articles"]
    assert texts_of(tree, f"//p[{classed('understood')}]") == [
        "Understood as: articles that contain “armée”"
    ]
    assert tree.xpath("//input[@name='q']/@value") == ["armée"]
    [facts] = [text for text in texts_of(tree, f"{HIT}//p[{classed('facts')}]") if "06:30" in text]
    assert (
        facts
        == "Le Veilleur Proche-Orient 20 November 2026, 06:30 UTC French le-veilleur.example ↗"
    )
    assert "armée" in texts_of(tree, f"{HIT}//mark")


@pytest.mark.parametrize(
    ("query", "ui", "shown"),
    [
        ("Raqqa", "en", "2019, year only"),
        ("Raqqa", "fr", "2019, année seule"),
        ("Raqqa", "ar", "2019، السنة فقط"),
        ("headlines", "en", "October 2026, month only"),
        ("dockers", "en", "17 November 2026"),
        ("savonneries", "en", "no date known"),
    ],
)
def test_a_date_is_as_precise_as_it_is(page: TestClient, query: str, ui: str, shown: str) -> None:
    [facts] = texts_of(seen(page, f"/?q={query}&ui={ui}"), f"{HIT}//p[{classed('facts')}]")
    assert shown in facts


def test_a_week_is_told_with_the_days_that_it_may_mean(tmp_path: Path) -> None:
    [note] = [note for note in shelf() if "Raqqa" in note["title"]]
    week = {
        **note,
        "published": "2026-11-08T00:00:00+00:00",
        "published_precision": "week",
        "published_earliest": "2026-11-01T00:00:00+00:00",
        "published_latest": "2026-11-15T00:00:00+00:00",
    }
    with indexed([week], tmp_path) as backend:
        page = client(create_app(backend, now=lambda: NOW))
        [facts] = texts_of(seen(page, "/?q=Raqqa"), f"{HIT}//p[{classed('facts')}]")
        assert "around 8 November 2026, week only" in facts
        told = " ".join(texts_of(seen(page, f"/article/{note['id']}"), "//main"))
        assert "to the week only" in told
        assert "between 1 November 2026 and 15 November 2026" in told


def test_a_filter_s_link_sets_it_and_takes_it_away(page: TestClient) -> None:
    start = seen(page, "/?q=*")
    [link] = start.xpath("//aside//a[bdi='Syria']/@href")
    narrowed = seen(page, link)
    assert texts_of(narrowed, "//main//h1") == ["4 articles"]
    [away] = narrowed.xpath("//aside//a[bdi='Syria'][@aria-current]/@href")
    assert texts_of(seen(page, away), "//main//h1") == [f"{ALL} articles"]


def test_a_long_filter_shows_its_first_values_and_what_is_chosen(tmp_path: Path) -> None:
    notes = [{**note, "section": f"Section {at:02d}"} for at, note in enumerate(shelf()[-12:])]
    with indexed(notes, tmp_path) as backend:
        page = client(create_app(backend, now=lambda: NOW))
        start = seen(page, "/")
        sections = "//aside//a[starts-with(bdi, 'Section')]"
        assert len(start.xpath(sections)) == 8
        [everything] = start.xpath("//aside//a[text()='All sections']/@href")
        [link] = seen(page, everything).xpath("//a[bdi='Section 11']/@href")
        chosen = seen(page, link)
        assert texts_of(chosen, "//main//h1") == ["1 article"]
        assert texts_of(chosen, "//aside//a[@aria-current]") == ["Section 11 1"]
        assert len(chosen.xpath(sections)) == 9


def test_the_counts_of_page_api_export_and_feed_agree(page: TestClient) -> None:
    tree = seen(page, "/?place=LB&place=SY&language=fr")
    links = dict(
        zip(
            texts_of(tree, f"//p[{classed('views')}]/a"),
            tree.xpath(f"//p[{classed('views')}]/a/@href"),
            strict=True,
        )
    )
    assert page.get(links["API"]).json()["total"] == 4
    assert len(page.get(links["JSON Lines"]).text.splitlines()) == 4
    assert page.get(links["Atom"]).text.count("<entry") == 4
    assert page.get(links["CSV"]).content.startswith(b"\xef\xbb\xbf")
    assert texts_of(tree, "//main//h1") == ["4 articles"]


def test_paging_reaches_every_article(page: TestClient) -> None:
    found: list[str] = []
    path = "/?sort=newest"
    while path:
        tree = seen(page, path)
        found += tree.xpath(f"{HIT}//h2/a/@href")
        path = next(iter(tree.xpath("//a[@rel='next']/@href")), "")
    assert len(found) == len(set(found)) == ALL


def test_a_value_is_excluded_in_the_query_itself_and_taken_back(page: TestClient) -> None:
    start = seen(page, "/?q=arm%C3%A9e+OR+army&place=SY")
    [link] = start.xpath("//aside//li[a/bdi='English']/a[@class='not']/@href")
    narrowed = seen(page, link)
    assert narrowed.xpath("//input[@name='q']/@value") == ['(armée OR army) -language:"en"']
    assert texts_of(narrowed, "//main//h1") == ["1 article"]
    [api] = narrowed.xpath(f"//p[{classed('views')}]/a[text()='API']/@href")
    assert page.get(api).json()["total"] == 1
    [back] = narrowed.xpath(f"//a[{classed('excluded')}]/@href")
    assert (
        texts_of(seen(page, back), "//main//h1") == texts_of(start, "//main//h1") == ["2 articles"]
    )


@pytest.mark.parametrize(
    ("query", "excluded"),
    [
        ('syria -topic:"sport" -place:Liban', [("topic", "sport"), ("place", "LB")]),
        ("a OR b -topic:sport", []),
        ("(a -topic:sport) c", []),
        ('"x -topic:sport"', []),
        ("--topic:sport a", []),
        ('-source:«a "b" c»', [("source", 'a "b" c')]),
    ],
)
def test_what_a_query_excludes_as_a_whole_is_known(
    query: str, excluded: list[tuple[str, str]]
) -> None:
    assert [(one.field, one.value) for one in exclusions(query)] == excluded


@pytest.mark.parametrize("query", ["", "*", "armée", "a OR b", "(a OR b) c", 'x -place:"SY"'])
def test_an_exclusion_can_be_added_and_taken_away(query: str) -> None:
    excluded = without(query, "section", 'On the "other" side')
    added = next(one for one in exclusions(excluded) if one.field == "section")
    assert added.value == 'On the "other" side'
    again = including(excluded, added)
    assert parse(again, now=NOW) == parse(query, now=NOW)


def test_all_values_of_a_field_can_be_looked_through(page: TestClient) -> None:
    tree = seen(page, "/facet/place?q=*&topic=weather&find=roy")
    assert texts_of(tree, f"//ul[{classed('values')}]//bdi") == []
    tree = seen(page, "/facet/place?find=SYR")
    assert texts_of(tree, f"//ul[{classed('values')}]//bdi") == ["Syria"]
    assert tree.xpath(f"//ul[{classed('values')}]//a[{classed('value')}]/@href") == ["/?place=SY"]
    assert page.get("/facet/nothing").status_code == 404


def test_the_chart_is_stacked_and_told_in_shares(page: TestClient) -> None:
    tree = seen(page, "/?from=2026-11-15&to=2026-11-21&by=source&chart=share&interval=day")
    assert texts_of(tree, f"//ul[{classed('legend')}]/li") == [
        "harbour-post",
        "al-masar",
        "le-veilleur",
    ]
    plain = seen(page, "/?by=nonsense&chart=nonsense&interval=nonsense")
    assert texts_of(plain, "//figure//span//a[@aria-current]")[:2] == ["Count", "Total"]
    [second] = tree.xpath("//figure//svg/a[2]/title/text()")
    assert second == "16 Nov 2026: 1 article, 100% of the total"


def test_selected_articles_are_exported_alone(page: TestClient) -> None:
    ids = seen(page, "/?q=*").xpath(f"{HIT}/input[@name='id']/@value")[:2]
    lines = page.get("/api/v1/export.jsonl", params={"id": [*ids, "none"]}).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids


def test_bars_lead_to_their_own_period(page: TestClient) -> None:
    tree = seen(page, "/?q=note&from=2026-10-05&to=2026-10-20")
    bars = tree.xpath("//figure//svg/a")
    assert len(bars) == 16
    assert texts_of(seen(page, bars[0].get("href")), "//main//h1") == ["1 article"]


def test_an_article_has_its_own_page(page: TestClient) -> None:
    tree = seen(page, "/article/fr-3")
    assert texts_of(tree, "//main//h1") == ["Retour sur la bataille de Raqqa"]
    assert "between 1 January 2019 and 31 December 2019" in " ".join(
        texts_of(tree, "//section//dl")
    )
    [out] = tree.xpath(f"//article//a[{classed('out')}]")
    assert out.get("href") == "https://le-veilleur.example/fr-3"
    assert {"noreferrer", "noopener"} <= set(out.get("rel").split())
    assert page.get("/article/none").status_code == 404


def test_an_article_shows_what_was_searched_for_and_the_way_back(page: TestClient) -> None:
    [link] = seen(page, "/?q=hausse+title:budget&language=fr").xpath(f"{HIT}//h2/a/@href")
    tree = seen(page, link)
    assert texts_of(tree, "//article//h1/mark") == ["budget"]
    assert texts_of(tree, f"//div[{classed('text')}]//mark") == ["hausse"]
    assert texts_of(
        seen(page, tree.xpath(f"//nav[{classed('return')}]/a/@href")[0]), "//main//h1"
    ) == ["1 article"]
    assert seen(page, "/article/fr-2?q=((").xpath("//h1")


def test_an_article_s_values_lead_to_searches_and_say_where_they_come_from(
    page: TestClient,
) -> None:
    tree = seen(page, "/article/fr-1")
    for text, count in (
        ("Syria", "4 articles"),
        ("AFP", "1 article"),
        ("Rana Haddad", "4 articles"),
    ):
        link = tree.xpath(f"//main//a[normalize-space()='{text}']/@href")[-1]
        assert texts_of(seen(page, link), "//main//h1") == [count]
    told = f"//dl[{classed('known')}]/div"
    assert texts_of(tree, f"{told}[dt='Published']/dd/small") == ["origin not kept, to the minute"]
    assert texts_of(tree, f"{told}[dt='Section']/dd/a") == ["Proche-Orient"]
    shown = set(texts_of(tree, f"{told}/dt"))
    assert {"Title", "Text", "Source", "Topics", "Places", "Language", "Address"} <= shown
    assert all(texts_of(tree, f"{told}/dd/small")), "each field says where it comes from"


def test_every_field_of_an_article_is_told_with_its_origin() -> None:
    known = dict.fromkeys(
        ("published", "modified", "first_seen", "indexed_at", "added", "gone"),
        "2026-11-20T08:30:00+02:00",
    )
    credit_lines = [{"name": "AFP", "evidence": "avec AFP"}]
    article = {
        **dict.fromkeys((field.name for field in dataclasses.fields(Article)), "x"),
        **{name: ["sport"] for name in ("authors", "topics", "places", "collections")},
        **known,
        "agencies": credit_lines,
        "attributions": credit_lines,
        "revision": 2,
        "words": 2,
        "lead": "y",
        "canonical_url": "z",
        "published_precision": "minute",
        "published_origin": "json-ld",
    }
    told = facts(article, Links(()), read_texts()["en"])
    internal = {"id", "story", "copy_of", "words", "tags", "gone", "source_name", "text_origin"}
    dating = {"published_precision", "published_origin", "published_earliest", "published_latest"}
    assert {fact.field for fact in told} == {
        field.name for field in dataclasses.fields(Article)
    } - internal - dating
    assert all(fact.name and fact.origin for fact in told)


@pytest.mark.parametrize("ui", ["en", "fr", "ar"])
def test_the_help_s_examples_can_be_asked(page: TestClient, ui: str) -> None:
    examples = seen(page, f"/?ui={ui}").xpath("//details//dt/a/@href")
    assert len(examples) >= 8
    for example in examples:
        seen(page, example)


def test_a_mistake_is_pointed_at_in_place_and_in_the_reader_s_language(page: TestClient) -> None:
    tree = seen(page, "/?q=arm%C3%A9e+AND+)", 400)
    assert tree.xpath("//input[@name='q']/@value") == ["armée AND )"]
    assert texts_of(tree, f"//p[{classed('pointed')}]//mark") == [")"]
    assert "Expected a word" in texts_of(tree, f"//p[{classed('pointed')}]")[0]
    assert "Expected a word" not in texts_of(tree, "//main")[0], "told once"
    assert (
        "est attendu"
        in texts_of(seen(page, "/?q=arm%C3%A9e+AND+)&ui=fr", 400), f"//p[{classed('pointed')}]")[0]
    )


def test_a_wrong_date_is_told_in_the_reader_s_language(page: TestClient) -> None:
    assert "n’est pas une date" in texts_of(seen(page, "/?from=hier&ui=fr", 400), "//main")[0]
    assert "ليس تاريخًا" in texts_of(seen(page, "/?to=2026-02-30&ui=ar", 400), "//main")[0]


def test_an_empty_index_says_what_to_do(tmp_path: Path) -> None:
    with indexed([], tmp_path) as backend:
        tree = seen(client(create_app(backend, now=lambda: NOW)), "/")
    assert texts_of(tree, "//main//h1") == ["No articles yet."]
    assert "veille source add" in texts_of(tree, "//main//code")


def test_no_match_says_how_to_find_more(page: TestClient) -> None:
    tree = seen(page, "/?q=zzzz&topic=sport")
    assert "No article matches." in texts_of(tree, "//h2")
    assert tree.xpath("//a[text()='Search without filters']/@href") == ["/?q=zzzz"]


def test_no_match_tells_what_a_wider_view_would_find(page: TestClient) -> None:
    tree = seen(page, "/?q=arm%C3%A9e&topic=sport&from=2026&language=fr")
    assert not tree.xpath("//aside")
    [link] = tree.xpath("//ul[@class='wider']//a")
    assert texts_of(tree, "//ul[@class='wider']/li") == ["Without Topic Sport 2 articles"]
    assert texts_of(seen(page, link.get("href")), "//main//h1") == ["2 articles"]


def test_an_order_is_chosen_with_one_click_and_the_earliest_is_marked(page: TestClient) -> None:
    tree = seen(page, "/?q=arm%C3%A9e")
    order = "//p[@class='order']//a"
    assert texts_of(tree, order) == [
        "Relevance",
        "Newest first",
        "Oldest first",
        "Found last",
    ]
    assert texts_of(tree, f"{order}[@aria-current]") == ["Relevance"]
    assert not tree.xpath("//strong[@class='earliest']")
    oldest = seen(page, tree.xpath(f"{order}/@href")[2])
    assert oldest.xpath("//input[@name='sort']/@value") == ["oldest"], (
        "another query keeps the order"
    )
    assert texts_of(oldest, f"{HIT}[1]//strong[@class='earliest']") == ["Earliest of these"]
    assert len(oldest.xpath("//strong[@class='earliest']")) == 1
    assert texts_of(seen(page, "/"), order) == ["Newest first", "Oldest first", "Found last"], (
        "nothing is a better match of all"
    )


def test_a_few_old_articles_leave_the_chart_its_room(page: TestClient) -> None:
    tree = seen(page, "/")
    [earlier] = tree.xpath("//a[@class='earlier']")
    assert earlier.text == "1 earlier, since Jan 2019"
    steps = len(tree.xpath("//figure//svg[@role='img']/a"))
    assert 24 < steps < 60, "in the step that fits what is left"
    assert texts_of(seen(page, earlier.get("href")), "//main//h1") == ["1 article"]
    assert not seen(page, "/?interval=month").xpath("//a[@class='earlier']"), (
        "whoever asks for a step sees all"
    )


def test_crawled_markup_is_shown_never_run(page: TestClient) -> None:
    response = page.get("/?q=headlines")
    assert "<script>" not in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
    assert "<script>" not in page.get("/article/en-3").text
    for path in ("/", "/?q=headlines", "/article/en-3"):
        tree = seen(page, path)
        assert (
            tree.xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]")
            == []
        )


def test_crawled_text_says_its_language_and_direction(page: TestClient) -> None:
    for path in ("/?q=*", "/article/ar-1"):
        for element in seen(page, path).xpath(
            f"{HIT}//h2 | //p[{classed('passage')}] | //article/header/h1"
        ):
            assert element.get("dir") == "auto"
            assert element.get("lang") in ("fr", "en", "ar")


def test_the_interface_speaks_the_reader_s_language(page: TestClient) -> None:
    assert seen(page, "/").get("lang") == "en"
    french = html.document_fromstring(
        page.get("/", headers={"accept-language": "fr-LB,ar;q=0.8"}).text
    )
    assert (french.get("lang"), french.get("dir")) == ("fr", "ltr")
    arabic = seen(page, "/?ui=ar")
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    assert accepted("de, en;q=0.2, ar;q=0.9", ("en", "ar")) == "ar"
    assert accepted("nonsense;q=x,,", ("en", "ar")) == "en"


CATALOGUES = Path(search.i18n.catalogue.__file__).parent / "locale"


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_language_has_every_text(language: str) -> None:
    english, other = (
        read_po((CATALOGUES / f"{name}.po").open("rb"), locale=name) for name in ("en", language)
    )
    texts = {message.id: message for message in other if message.id and not message.context}
    assert set(texts) == {message.id for message in english if message.id}
    assert [message.id for message in other if message.id and not all(strings(message))] == []
    for message in english:
        if message.id and not message.context:
            for string in strings(texts[message.id]):
                assert fields(string) <= fields(strings(message)[-1]), message.id
    mistakes = {
        str(message.id): str(message.string) for message in other if message.context == "mistake"
    }
    assert set(mistakes) == set(SENTENCES)
    for code, sentence in mistakes.items():
        assert fields(sentence) <= fields(SENTENCES[code])


def strings(message: Message) -> list[str]:
    """What a catalogue says for a text: one string, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def fields(sentence: str) -> set[str]:
    return {part.partition("}")[0] for part in sentence.split("{")[1:]}


def test_a_language_is_added_by_its_catalogue(tmp_path: Path) -> None:
    for language in ("en", "fr"):
        shutil.copy(CATALOGUES / f"{language}.po", tmp_path)
    (tmp_path / "fa.po").write_text(
        'msgid ""\nmsgstr "Language: fa\\n"\n\nmsgid "search"\nmsgstr "جستجو"\n', "utf-8"
    )
    texts = read_texts(tmp_path)
    assert list(texts) == ["en", "fa", "fr"]
    assert (texts["fa"]("search"), texts["fa"].direction, texts["fa"].name) == (
        "جستجو",
        "rtl",
        "فارسی",
    )
    assert texts["fa"]("sort") == "Order"


def test_the_language_that_is_chosen_is_kept(app: Any) -> None:
    with client(app) as page:
        page.headers["accept-language"] = "en"
        [link] = seen(page, "/sources?x=1").xpath("//nav//a[@lang='fr']/@href")
        answer = page.get(link)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sources?x=1")
        assert seen(page, "/status").get("lang") == "fr"
        assert page.get("/language?ui=xx&next=//elsewhere.example").headers["location"] == "/"
        assert seen(page, "/").get("lang") == "fr"


def test_snippets_hold_text_and_marks_only() -> None:
    assert snippet("a <mark>b</mark> &amp; c") == "a <mark>b</mark> &amp; c"
    assert snippet("<img src=x onerror=y> <mark>b") == "&lt;img src=x onerror=y&gt; <mark>b</mark>"
    assert snippet("</mark><mark><mark>x</mark>") == "<mark>x</mark>"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//a.example", "http:", "", None, "http://[x"],
)
def test_links_out_lead_to_the_web_only(address: str | None) -> None:
    assert safe_link(address) is None


@pytest.mark.parametrize(
    ("ui", "told"), [("en", "between 06:00 and 07:00 UTC"), ("fr", "entre 06 h et 07 h UTC")]
)
def test_a_date_of_an_hour_shows_no_minutes(page: TestClient, ui: str, told: str) -> None:
    shown = page.get("/article/note-01", params={"ui": ui}).text
    assert told in shown
    assert "06:00 UTC" not in shown


def test_browsers_learn_how_to_search_here(page: TestClient) -> None:
    [link] = html.fromstring(page.get("/").content).xpath("//link[@rel='search']")
    answer = page.get(str(link.get("href")))
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = etree.fromstring(answer.content)
    by_kind = {one.get("type"): str(one.get("template")) for one in root.iter("{*}Url")}
    for template in by_kind.values():
        assert page.get(template.replace("{searchTerms}", "%C3%A9t%C3%A9")).status_code == 200
    assert by_kind["text/html"].startswith("http://127.0.0.1:8000/?q=")
