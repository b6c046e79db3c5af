"""The text of an article stays the fullest that was published: what a wall, a teaser or an error page
shows later does not replace it, an edit does.
"""

import dataclasses
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from sqlalchemy import update

from crawler.archive import Archive
from crawler.article import Article, Page
from crawler.policy.decide import Decision, KnownArticle, Signs, decide
from crawler.sources import Source, as_toml
from crawler.store import Store
from crawler.store.articles.revisions import MOST_NOT_TAKEN
from crawler.store.tables import captures
from indexer.backends import open_backend
from search.app import create_app
from search.commands.reextract import command as reextract
from tests.support.archived import opened, visit
from tests.support.clock import NOW, moment, stopped
from tests.support.shelf import client, indexed

ENGLISH = (
    "The ferry between Orrin and Skelby will stop for the winter, the harbour board decided on Tuesday.",
    "Its engine needs a new shaft, and the only yard that can make one is busy until February.",
    "Islanders fear for the school run: forty children cross the sound twice a day, whatever the weather.",
    "The board's chair, Maud Tennant, promised a bus to the northern bridge, which takes two hours.",
    "A petition for a second boat has been signed by nine hundred people since Sunday.",
    "The county will discuss the matter at its next meeting, on the third of December.",
)
FRENCH = (
    "La piscine de Lormeau restera fermée jusqu'au printemps, a annoncé mardi la mairie aux associations.",
    "Une fuite découverte sous le grand bassin coûterait quatre cent mille euros à la commune.",
    "Les clubs de natation cherchent des créneaux à Vézelin, à trente kilomètres de là.",
    "Le préfet n'a pas exclu une aide exceptionnelle si le conseil vote les travaux avant Noël.",
)
ARABIC = (
    "أعلنت بلدية رمانة إغلاق الجسر القديم أمام الشاحنات ابتداء من صباح الأحد المقبل.",
    "وأظهر فحص أجراه مهندسون تشققات في الدعامة الثالثة تحت مستوى المياه.",
    "ويخشى المزارعون تأخر وصول محاصيلهم إلى الأسواق بسبب الطريق البديلة.",
    "ووعد رئيس البلدية بتقديم تقرير مفصل إلى المجلس قبل نهاية الشهر.",
)
CHINESE = (
    "青石镇政府周二宣布，老码头将从下月起关闭维修，预计工期为八个月。",
    "工程师在水下检查时发现，三号桥墩出现了明显的裂缝，必须尽快加固。",
    "当地渔民担心旺季收入受到影响，要求政府提供临时停泊的地点。",
    "镇长表示，补偿方案将在十二月的会议上公布，并听取居民的意见。",
)
TITLES = {
    ENGLISH: "Ferry to Skelby stops for the winter",
    FRENCH: "Lormeau ferme sa piscine",
    ARABIC: "إغلاق جسر رمانة أمام الشاحنات",
    CHINESE: "青石镇老码头关闭维修",
}
WALL = (
    "We value your privacy. With your consent, we and our partners use cookies and similar technologies to store, "
    "access and process personal data such as your visits to this website. You can withdraw your consent at any time."
)
RECIPE = "\n".join(
    f"Step {number}: knead the {part} gently for some minutes, cover it with a cloth and let everything rest."
    for number, part in enumerate(("dough", "butter", "raisins", "almonds", "glaze", "crumbs"), 1)
)


def _article(lines: Sequence[str], title: str = "", *, paywalled: bool = False) -> Article:
    text = "\n".join(lines)
    return Article(
        url="https://example.org/2026/n-77",
        id="1",
        title=title or TITLES[tuple(lines)],
        text=text,
        source="s",
        words=len(text.split()),
        paywalled=paywalled,
    )


def _looked(*articles: Article, promised: str = "") -> list[Decision]:
    """What each look at a page decides, one an hour after the other."""
    decisions: list[Decision] = []
    known: KnownArticle | None = None
    for hours, article in enumerate(articles):
        decision = decide(article, known, NOW + timedelta(hours=hours), signs=Signs(promised))
        decisions.append(decision)
        known = KnownArticle(decision.article.to_dict(), decision.digest, "example.org/n-77")
    return decisions


@pytest.mark.parametrize("lines", [ENGLISH, FRENCH, ARABIC, CHINESE])
@pytest.mark.parametrize(
    "extra", ["", "Log in and pay 1.90 a month: offer ends at midnight today."]
)
def test_a_beginning_does_not_replace_the_whole(lines: Sequence[str], extra: str) -> None:
    whole = _article(lines)
    shown = [lines[0], *([extra] if extra else [])]
    teaser = _article(shown, whole.title)
    first, second, third = _looked(whole, teaser, teaser)
    assert second.article.text == whole.text
    assert (second.kind, second.article.paywalled, second.article.revision) == ("changed", True, 1)
    assert second.before is None
    assert second.not_taken is not None
    assert (second.not_taken.reason, second.not_taken.text) == ("part", teaser.text)
    assert (third.kind, third.digest) == ("same", second.digest)
    assert first.not_taken is None


def test_a_beginning_that_breaks_off_in_a_sentence_does_not_replace_the_whole() -> None:
    teaser = f"{ENGLISH[0]}\n{ENGLISH[1]}\n{ENGLISH[2]}\n{ENGLISH[3][:40]}…"
    decision = _looked(_article(ENGLISH), _article([teaser], TITLES[ENGLISH]))[1]
    assert decision.article.text == "\n".join(ENGLISH)


def test_opened_and_closed_again_it_comes_to_the_same_two_states() -> None:
    whole = _article(ENGLISH)
    closed = _article(ENGLISH[:2], whole.title, paywalled=True)
    decisions = _looked(whole, closed, whole, closed, whole)
    assert {decision.article.text for decision in decisions} == {whole.text}
    assert {decision.article.revision for decision in decisions} == {1}
    assert [decision.article.paywalled for decision in decisions] == [
        False,
        True,
        False,
        True,
        False,
    ]
    assert len({decision.digest for decision in decisions}) == 2


def test_a_teaser_that_is_opened_is_replaced() -> None:
    decision = _looked(_article(ENGLISH[:1], TITLES[ENGLISH], paywalled=True), _article(ENGLISH))[1]
    assert (decision.article.text, decision.article.revision) == ("\n".join(ENGLISH), 2)
    assert not decision.article.paywalled


EDITS = {
    "a sentence changed": (*ENGLISH[:2], ENGLISH[2].replace("forty", "fifty"), *ENGLISH[3:]),
    "two out in the middle": (*ENGLISH[:2], *ENGLISH[4:]),
    "two out, and a correction": (
        ENGLISH[0], *ENGLISH[3:], "Correction: two passages on the yard were taken out on Wednesday.",
    ),
    "the last one out": ENGLISH[:-1],
    "the first one out": ENGLISH[1:],
    "one more": (*ENGLISH, "On Wednesday the board added a taxi for the sick."),
    "written anew": (
        "Skelby's ferry comes back on Friday after all: the harbour board found a shaft in Norway.",
        "Maud Tennant told islanders that the engine was tested on the sound overnight.",
        "The school run begins again on Monday, and the petition for a second boat goes to the county.",
        "Forty children will cross twice a day, as before the repair of the yard.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("paywalled", [False, True])
def test_an_edit_replaces_what_was_there(edit: str, paywalled: bool) -> None:
    before = _article(ENGLISH, paywalled=paywalled)
    after = _article(EDITS[edit], "Skelby ferry: the winter plan", paywalled=paywalled)
    decision = _looked(before, after)[1]
    assert (decision.article.text, decision.article.title) == (after.text, after.title)
    assert (decision.article.revision, decision.not_taken) == (2, None)


def test_a_flash_is_replaced_by_the_article_that_follows() -> None:
    flash = _article(["Ferry to Skelby out of service: harbour board."], "Skelby ferry stopped")
    decision = _looked(flash, _article(ENGLISH))[1]
    assert decision.article.text == "\n".join(ENGLISH)


@pytest.mark.parametrize(
    ("title", "text"),
    [("The Beacon", WALL), (TITLES[ENGLISH], WALL), ("Almond braid", RECIPE)],
)
def test_another_text_leaves_everything_as_it_was(title: str, text: str) -> None:
    whole = dataclasses.replace(_article(ENGLISH), authors=("Iris Holm",), section="Islands")
    other = dataclasses.replace(_article([text], title), authors=("Cookie Team",), section="Help")
    first, second = _looked(whole, other)
    assert second.kind == "same"
    assert second.article.to_dict() == first.article.to_dict()
    assert second.not_taken is not None
    assert (second.not_taken.reason, second.not_taken.title) == ("other", title)


@pytest.mark.parametrize("promised", ["", "Ferry to Skelby stops"])
def test_an_article_replaces_the_wall_that_was_read_first(promised: str) -> None:
    wall = _article([WALL[:140]], "The Beacon")
    decision = _looked(wall, _article(ENGLISH), promised=promised)[1]
    assert decision.article.text == "\n".join(ENGLISH)


REWRITTEN = (
    "Skelby will be cut off until spring after inspectors found cracks in the drive shaft of its only ferry.",
    "The vessel was built in 1974 and has carried mail, schoolchildren and the doctor ever since, said captain Ruth Okoro.",
    "For months mechanics had warned that vibration at low speed was a sign of metal fatigue.",
    "Ministers in the capital offered a helicopter for emergencies, and the army may lend a landing craft.",
    "Shops have begun to ration diesel, and the bakery asks customers to order bread a day ahead.",
    "Hotels expect to lose the whole Christmas trade; nine of ten bookings were cancelled by Wednesday evening.",
)


def test_an_article_that_was_written_anew_around_one_paragraph_replaces_the_first() -> None:
    after = _article((*REWRITTEN, ENGLISH[4]), TITLES[ENGLISH])
    decision = _looked(_article(ENGLISH), after)[1]
    assert (decision.article.text, decision.article.revision) == (after.text, 2)


@pytest.mark.parametrize("title", [TITLES[ENGLISH], "We value your privacy"])
def test_a_long_wall_around_a_beginning_replaces_nothing(title: str) -> None:
    wall = (ENGLISH[0], f"You read: {TITLES[ENGLISH]}", WALL, WALL[::-1])
    decision = _looked(_article(ENGLISH), _article(wall, title))[1]
    assert decision.article.text == "\n".join(ENGLISH)


def test_a_wall_that_is_longer_than_a_short_article_does_not_replace_it() -> None:
    decision = _looked(
        _article(ENGLISH[3:5], TITLES[ENGLISH]), _article([WALL, WALL[::-1], WALL], "The Beacon")
    )[1]
    assert decision.article.text == "\n".join(ENGLISH[3:5])


def test_a_page_that_begins_to_reserve_its_text_is_obeyed() -> None:
    reserved = dataclasses.replace(_article(ENGLISH), text="")
    assert _looked(_article(ENGLISH), reserved)[1].article.text == ""


def test_learned_lines_make_no_text_look_shorter() -> None:
    box = [
        f"Offer {number}: read all our pages for {number} crowns a month." for number in range(9)
    ]
    before = decide(_article([*ENGLISH, *box], "Ferry"), None, NOW)
    known = KnownArticle(before.article.to_dict(), before.digest, "example.org/n-77")
    after = decide(
        _article(ENGLISH, "Ferry"), known, NOW, lambda text: text.partition("\nOffer")[0]
    )
    assert (after.article.text, after.not_taken) == ("\n".join(ENGLISH), None)
    assert (after.article.revision, after.article.paywalled) == (1, False)


DATA = '{"@type": "NewsArticle", "datePublished": "2026-11-10T07:00:00Z"}'
SOURCE = Source(id="sound", name="The Sound", home="https://sound.example/", language="en")


def _page(day: int, lines: Sequence[str], title: str = TITLES[ENGLISH]) -> Page:
    prose = "".join(f"<p>{line}</p>" for line in lines)
    head = f"<title>{title}</title><script type='application/ld+json'>{DATA}</script>"
    body = f"<html lang=en><head>{head}</head><article><h1>{title}</h1>{prose}</article></html>"
    return Page("https://sound.example/news/ferry-77", body.encode(), {}, moment(day))


def test_what_was_not_taken_is_told_and_forgotten_with_its_article(tmp_path: Path) -> None:
    store, archive = opened(tmp_path)
    shown = [ENGLISH, ENGLISH[:1], ENGLISH, ENGLISH[:1], [WALL]]
    visit(store, archive, SOURCE, [_page(10 + day, lines) for day, lines in enumerate(shown)])
    [(name, document)] = store.pages.of_source("sound")
    assert document["text"] == "\n".join(ENGLISH)
    assert (document["revision"], document["paywalled"]) == (1, True)
    app = create_app(open_backend("embedded", tmp_path / "index"), store, now=lambda: moment(30))
    told = client(app).get(f"/api/v1/articles/{name}/revisions").json()
    assert [one["text"] for one in told["revisions"]] == ["\n".join(ENGLISH)]
    assert [(one["reason"], one["text"]) for one in told["not_taken"]] == [
        ("other", WALL),
        ("part", ENGLISH[0]),
    ]
    assert [one["since"] for one in told["not_taken"]] == [
        moment(14).isoformat(),
        moment(11).isoformat(),
    ]
    assert told["not_taken"][1]["last_seen"] == moment(13).isoformat()
    with indexed([document], tmp_path) as backend:
        app = create_app(backend, store, now=lambda: moment(30))
        page = html.document_fromstring(client(app).get(f"/article/{name}?ui=en").text)
    [section] = page.xpath("//section[@id='not-taken']")
    assert section.xpath(".//summary/text()") == [
        "Another text, since 14 November 2026, 09:00 UTC: it was not taken",
        "Only a part, since 11 November 2026, 09:00 UTC: the text above stays",
    ]
    assert section.xpath(".//div[@class='changed']/p[@dir='auto'][last()]/text()")[1] == ENGLISH[0]
    store.takedowns.forget("source", "sound", "test", moment(21))
    assert store.revisions.not_taken(name) == []
    store.close()


def test_walls_that_differ_at_each_visit_are_kept_up_to_a_bound(
    store: Store, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "archive")
    walls = [_page(11, [f"{WALL} Reference {number}."]) for number in range(MOST_NOT_TAKEN + 3)]
    visit(store, archive, SOURCE, [_page(10, ENGLISH), *walls])
    [(name, _)] = store.pages.of_source("sound")
    assert len(store.revisions.not_taken(name)) == MOST_NOT_TAKEN


@pytest.mark.parametrize("first", [0, 1], ids=["all archived", "the first one not archived"])
def test_extracting_again_keeps_the_text(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, archive = opened(tmp_path)
    shown = [ENGLISH, ENGLISH[:2], [WALL]]
    visit(store, archive, SOURCE, [_page(10 + day, lines) for day, lines in enumerate(shown)])
    with store.pages._writes.begin() as connection:
        old = captures.c.at < moment(10 + first)
        connection.execute(update(captures).where(old).values(forgotten=True))
    monkeypatch.setenv("VEILLE_DATA", str(tmp_path))
    monkeypatch.setenv("VEILLE_SOURCES", str(tmp_path / "sources.toml"))
    monkeypatch.setenv("VEILLE_WORKERS", "1")
    (tmp_path / "sources.toml").write_text(as_toml(SOURCE), encoding="utf-8")
    runner = CliRunner()
    done = runner.invoke(reextract, ["--json"], obj=stopped(moment(21)), catch_exceptions=False)
    assert json.loads(done.stdout)["changed"] == 0
    [(_, document)] = store.pages.of_source("sound")
    assert (document["text"], document["paywalled"]) == ("\n".join(ENGLISH), True)
    store.close()
