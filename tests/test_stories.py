"""Copies and stories: what `veille stories` says of the articles of a file."""

import json
import lzma
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.article import Article
from crawler.stories import Decision, Decisions, MemoryStore, Stories, StoryJudgement, judge
from search.commands.console import CommandError
from search.commands.stories import command
from tests.support.clock import moment

HARBOUR = (
    "The harbour of Calder Bay will stay closed until Friday after a crane fell onto the main quay on"
    " Monday evening. Nobody was hurt, the port authority said, but two ships cannot leave. The crane"
    " had been inspected in spring, according to its owner, the company Norling Freight. Engineers"
    " from the capital are expected on Wednesday to look at the foundations of the quay. The mayor,"
    " Edda Voss, asked for an inquiry and spoke of a warning that had been ignored for years. Fishermen"
    " unload their catch in the neighbouring village for the time being, which costs them an hour a day."
)
HARBOUR_OTHERWISE = (
    "A fallen crane blocks the quay at Calder Bay. The port authority does not expect ships before the"
    " weekend, and the owner, Norling Freight, points to an inspection in spring. Mayor Edda Voss calls"
    " for an inquiry into the crane that fell on Monday. Fishermen lose an hour a day on the detour, and"
    " engineers will examine the quay before the harbour opens again."
)
ORCHARD = (
    "Late frost has destroyed a third of the apple blossom in the Orne valley, growers reported on"
    " Tuesday. Small fires and sprinklers saved the orchards near the river, while those on the slopes"
    " were left without protection. The chamber of agriculture counts four hundred farms that will ask"
    " for help, and wants the state to pay for nets and wind machines before the next season begins."
)
BARRAGE = (
    "Le barrage de Vaucombe sera vidé à partir de lundi, a annoncé la préfecture après la découverte"
    " de fissures dans la galerie basse. Les habitants de trois hameaux en aval ont été prévenus jeudi"
    " soir par les pompiers. L'exploitant, la société Hydrolac, assure que l'ouvrage ne présente aucun"
    " danger immédiat et que les travaux dureront jusqu'à l'automne. La maire, Odile Marchandier,"
    " réclame une expertise indépendante et la publication des contrôles des dix dernières années."
)
BRIDGE_AR = (
    "أعلنت بلدية مدينة الزهراء اليوم إغلاق الجسر القديم أمام السيارات بعد ظهور تشققات في أعمدته الوسطى."
    " وقال المهندس سامر الحلاق إن أعمال الترميم ستبدأ الأسبوع المقبل وتستمر أربعة أشهر على الأقل."
    " ودعت الشرطة السائقين إلى استخدام الطريق الشرقي، فيما طالب تجار السوق بفتح ممر للمشاة قبل موسم العيد."
    " وكان تقرير سابق قد حذر من ضعف الأساسات منذ ثلاث سنوات دون أن تتحرك الجهات المسؤولة."
)
TEXTS = {"en": HARBOUR, "fr": BARRAGE, "ar": BRIDGE_AR}


def article(
    id_: str,
    text: str,
    hour: float = 0,
    *,
    title: str = "",
    source: str | None = None,
    language: str = "en",
    **dates: Any,
) -> Article:
    """An article that was first seen some hours after the tests' midnight."""
    return Article(
        url=f"https://{id_}.example/",
        title=title,
        text=text,
        id=id_,
        source=source or id_,
        language=language,
        first_seen=moment(2, 0) + timedelta(hours=hour),
        **dates,
    )


def judged(articles: Iterable[Article], *decisions: Decision) -> dict[str, StoryJudgement]:
    return {judgement.id: judgement for judgement in judge(articles, decisions)}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text, id="word for word"),
        pytest.param(lambda text: f"(Calder News) {text} With agencies.", id="credited"),
        pytest.param(lambda text: " ".join(text.split()[: int(len(text.split()) * 0.7)]), id="cut"),
        pytest.param(lambda text: text.replace(",", " –").replace("'", "’"), id="other signs"),
        pytest.param(lambda text: f"{ORCHARD[:150]} {text}", id="another beginning"),
    ],
)
def test_a_text_taken_over_is_a_copy_of_the_first(language: str, change: Any) -> None:
    text = TEXTS[language]
    first = article("first", text, 1, language=language)
    copy = article("copy", change(text), 5, language=language, title="Another headline")
    found = judged([copy, first])
    assert found["copy"].copy_of == "first"
    assert found["first"].copy_of is None
    assert found["first"].first == found["copy"].first == "first"
    assert found["first"].story == found["copy"].story == "first"
    why: Any = found["copy"].why
    assert why["of"] == "first"
    assert why["shared"] >= 0.5
    assert 8 <= len(why["run"].split()) <= 15


def test_texts_of_their_own_are_alone() -> None:
    found = judged(
        [article("a", HARBOUR), article("b", ORCHARD, 1), article("c", BARRAGE, 2, language="fr")]
    )
    assert {one.story for one in found.values()} == {"a", "b", "c"}
    assert {(one.copy_of, one.first, one.why) for one in found.values()} == {(None, None, None)}


def test_two_reports_of_one_event_are_a_story_and_say_why() -> None:
    found = judged(
        [
            article("a", HARBOUR, title="Crane blocks harbour of Calder Bay"),
            article(
                "b", HARBOUR_OTHERWISE, 3, title="Calder Bay: quay closed after fall of a crane"
            ),
            article("c", ORCHARD, 4, title="Frost in the Orne valley"),
        ]
    )
    assert found["a"].story == found["b"].story == "a" != found["c"].story
    assert found["b"].copy_of is None
    why: Any = found["b"].why
    assert why["with"] == "a"
    assert len(why["words"]) == 5
    assert "Calder Bay" in why["words"]


def test_words_are_told_as_the_article_writes_them() -> None:
    again = "À Vaucombe, le barrage fissuré inquiète. Hydrolac, l'exploitant, le videra lundi ; la préfecture a prévenu les hameaux en aval, la maire Odile Marchandier réclame une expertise indépendante."
    found = judged([article("a", BARRAGE, language="fr"), article("b", again, 2, language="fr")])
    why: Any = found["b"].why
    assert found["b"].story == "a"
    assert {"préfecture", "Odile Marchandier"} & set(why["words"])


def test_a_script_without_spaces_makes_stories() -> None:
    texts = [
        "周二下午，清河市的旧桥因货船撞击而关闭。市长林雪梅表示没有人员伤亡，维修工作预计持续两周，渡轮班次将会增加。专家正在检查桥墩。",
        "清河市的旧桥被货船撞击后关闭。市长林雪梅称没有人员伤亡。维修工作预计两周，渡轮班次增加，专家检查桥墩。",
        "国家图书馆周三宣布延长开放时间，读者可以在网上预约座位，新馆明年春天建成。",
    ]
    found = judged(article(f"a{n}", text, n, language="zh") for n, text in enumerate(texts))
    assert [one.story for one in found.values()] == ["a0", "a0", "a2"]


def test_an_old_event_is_not_told_again() -> None:
    later = replace(article("b", HARBOUR_OTHERWISE), first_seen=moment(29))
    found = judged([article("a", HARBOUR), later])
    assert found["a"].story != found["b"].story


def bulletin(day: int, level: int) -> Article:
    text = (
        f"River bulletin of day {day}. The gauge at the old bridge showed {level} centimetres at six in the"
        " morning, according to the water office. Walkers are asked to keep away from the lower banks and"
        " to follow the signs. Boats need a permit of the office, which can be asked for at the counter in"
        f" Mill Street. Next report tomorrow. {level + 3} centimetres are expected for the night, {level + 9}"
        f" by noon, {level + 14} in the evening."
    )
    return article(f"bulletin-{day}", text, 24 * day, source="river", title="River bulletin")


def test_issues_of_a_template_are_no_copies() -> None:
    found = judged([bulletin(day, 120 + 17 * day) for day in range(8)])
    assert [one.copy_of for one in found.values()] == [None] * 8


def test_a_paragraph_of_background_makes_no_copy() -> None:
    half = len(HARBOUR) // 2
    one = article("one", f"{ORCHARD} {BARRAGE} {HARBOUR[:half]}")
    other = article("other", f"{HARBOUR_OTHERWISE} {BRIDGE_AR} {HARBOUR[:half]}", 24)
    assert judged([one, other])["other"].copy_of is None


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        ({"published": moment(2, 1), "published_precision": "minute"}, "late"),
        ({"published": moment(2, 1), "published_precision": None}, "early"),
        (
            {"published": moment(1, 0) - timedelta(days=60), "published_precision": "second"},
            "early",
        ),
        ({"published": moment(9, 1), "published_precision": "second"}, "early"),
        ({"published": moment(2, 0), "published_precision": "day"}, "early"),
        ({"published": moment(1, 0), "published_precision": "day"}, "late"),
        ({"published": moment(1, 0), "published_precision": "year"}, "early"),
    ],
)
def test_who_was_first_is_told_by_dates_that_can_be_believed(dates: Any, first: str) -> None:
    late = article("late", HARBOUR, 20, **dates)
    assert judged([article("early", HARBOUR, 4), late])["late"].first == first


def test_an_article_of_two_texts_does_not_make_one_of_their_groups() -> None:
    both = article("both", f"{HARBOUR} {BARRAGE}", 9)
    found = judged(
        [article("a", HARBOUR), article("b", BARRAGE, 1), both, article("b2", BARRAGE, 3)]
    )
    assert found["both"].copy_of in {"a", "b"}
    assert found["b2"].copy_of == "b"
    assert found["a"].first == "a"


def test_short_lines_are_no_copies_of_what_they_quote() -> None:
    brief = article(
        "brief", "The harbour of Calder Bay will stay closed until Friday. More soon.", 2
    )
    assert judged([article("a", HARBOUR), brief])["brief"].copy_of is None


def test_people_decide() -> None:
    articles = [
        article("a", HARBOUR, title="Crane blocks harbour of Calder Bay"),
        article("b", HARBOUR_OTHERWISE, 3, title="Calder Bay: quay closed after fall of a crane"),
        article("copy", HARBOUR, 5, title="Crane blocks harbour"),
        article("c", ORCHARD, 6),
    ]
    apart = judged(articles, {"split": ["b"]}, {"not_a_copy": ["copy", "a"]}, {"merge": ["c", "b"]})
    assert apart["a"].story != apart["b"].story
    assert apart["b"].story == apart["c"].story == "c"
    assert apart["copy"].copy_of is None
    assert apart["a"].first is None
    split_copy = judged(articles, {"split": ["copy"]})
    assert split_copy["copy"].copy_of is None
    assert split_copy["copy"].story == "copy"
    # What is decided later counts.
    assert judged(articles, {"split": ["b"]}, {"merge": ["a", "b"]})["b"].story == "a"
    assert judged(articles, {"merge": ["gone", "a"]}, {"split": ["gone"]}) == judged(articles)


def stream(count: int, seed: int) -> list[Article]:
    """Articles on a dozen made-up events, with copies, cuts and two texts in one."""
    chance = random.Random(seed)
    syllables = ["ka", "lo", "mi", "ver", "tan", "os", "el", "ri", "du", "sen", "pa", "ug"]
    words = ["".join(chance.choices(syllables, k=3)) for _ in range(1_500)]
    events = [chance.sample(words, 40) for _ in range(12)]
    articles: list[Article] = []
    for number in range(count):
        event = chance.choice(events)
        text = " ".join(chance.choices(event, k=60) + chance.choices(words, k=40))
        if articles and chance.random() < 0.4:
            text = chance.choice(articles[-20:]).text
            text = " ".join(text.split()[: chance.randrange(50, 101)])
        if articles and chance.random() < 0.1:
            text = f"{text} {chance.choice(articles).text}"
        hour = chance.randrange(200)
        printed: dict[str, Any] = {}
        if chance.random() < 0.5:
            published = moment(2, 0) + timedelta(hours=hour - chance.randrange(30))
            printed = {"published": published, "published_precision": "second"}
        title = " ".join(chance.sample(event, 4))
        articles.append(
            article(f"a{number:04}", text, hour, title=title, source=f"s{number % 9}", **printed)
        )
    return articles


def test_the_order_of_arrival_does_not_matter_in_the_end() -> None:
    articles = stream(200, 5)
    decisions: list[Decision] = [
        {"split": ["a0004", "a0090"]},
        {"merge": ["a0001", "a0150"]},
        {"not_a_copy": ["a0010", "a0011"]},
    ]
    expected = judge(articles, decisions)
    assert sum(one.copy_of is not None for one in expected) > 40
    assert len({one.story for one in expected}) < 150
    for seed in range(5):
        random.Random(seed).shuffle(articles)
        stories = Stories(MemoryStore(), Decisions(decisions))
        for one in articles:
            stories.add(one)
        assert stories.settle() == expected


def told(articles: Iterable[Article]) -> dict[str, StoryJudgement]:
    """What was said last of each article, as they came."""
    stories = Stories(MemoryStore())
    said: dict[str, StoryJudgement] = {}
    for one in articles:
        judgements = stories.add(one)
        assert judgements[0].id == one.id
        said.update({judgement.id: judgement for judgement in judgements})
    return said


def test_what_is_said_as_articles_come_holds_together() -> None:
    articles = stream(300, 8)
    random.Random(1).shuffle(articles)
    said = told([*articles, *(replace(one, text=HARBOUR) for one in articles[40:60])])
    assert len(said) == 300
    for one in said.values():
        root = one
        for _ in range(300):
            if root.copy_of is None:
                break
            root = said[root.copy_of]
        assert root.copy_of is None, "a circle"
        assert root.story == one.story
        if one.copy_of is not None:
            assert one.first == root.id


def test_a_first_publisher_that_comes_late_is_the_root() -> None:
    copies = [article("b", HARBOUR, 5), article("c", HARBOUR, 6)]
    late = article("late", HARBOUR, 30, published=moment(2, 1), published_precision="minute")
    stories = Stories(MemoryStore())
    for one in copies:
        stories.add(one)
    own, *changed = stories.add(late)
    assert (own.id, own.first, own.copy_of) == ("late", "late", None)
    assert {one.id: one.first for one in changed} == {"b": "late", "c": "late"}
    assert {one.copy_of for one in changed} == {"late"}
    assert own.story == changed[0].story


def test_a_new_wording_takes_the_place_of_the_old() -> None:
    stories = Stories(MemoryStore())
    for one in (article("a", HARBOUR), article("b", HARBOUR, 1), article("c", HARBOUR, 2)):
        stories.add(one)
    said = {one.id: one for one in stories.add(article("a", ORCHARD))}
    assert said["a"].first is None
    assert said["b"].copy_of is None
    assert said["b"].first == "b"
    assert said["c"].copy_of == "b"
    assert {one.id: one.first for one in stories.settle()} == {"a": None, "b": "b", "c": "b"}


def line(one: Article, **more: object) -> dict[str, object]:
    return {**one.to_dict(), **more}


def written(path: Path, lines: Iterable[Mapping[str, object]]) -> str:
    body = "".join(json.dumps(values, ensure_ascii=False) + "\n" for values in lines)
    if path.suffix == ".xz":
        path.write_bytes(lzma.compress(body.encode()))
    else:
        path.write_text(body, encoding="utf-8")
    return str(path)


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(command, arguments, input=given, catch_exceptions=False)


def lines_of(result: Result) -> list[dict[str, Any]]:
    return [json.loads(text) for text in result.stdout.splitlines()]


def test_the_command_says_one_line_an_article_in_the_order_of_the_file(tmp_path: Path) -> None:
    articles = stream(60, 3)
    path = written(
        tmp_path / "articles.jsonl.xz", (line(one, event="x", topic=3) for one in articles)
    )
    result = run("--from", path, "--json")
    said = lines_of(result)
    assert [one["id"] for one in said] == [one.id for one in articles]
    assert set(said[0]) == {"id", "story", "copy_of", "first", "why"}
    assert result.stdout == run("--from", path, "--json").stdout
    renamed = written(tmp_path / "renamed.jsonl", (line(one, zebra="y") for one in articles))
    assert run("--from", renamed, "--json").stdout == result.stdout
    given = Path(renamed).read_text("utf-8")
    assert run("--from", "-", "--json", given=given).stdout == result.stdout
    out = tmp_path / "said.jsonl"
    assert run("--from", path, "--json", "--out", str(out)).stdout == ""
    assert out.read_text("utf-8") == result.stdout
    assert "60 articles" in run("--from", path).stdout


def test_the_order_of_the_file_stands_for_the_time_of_arrival(tmp_path: Path) -> None:
    lines = [
        {"id": id_, "title": "", "text": HARBOUR, "published": "2010"} for id_ in ("z", "a", "m")
    ]
    said = lines_of(run("--from", written(tmp_path / "a.jsonl", lines), "--json"))
    assert [(one["id"], one["copy_of"]) for one in said] == [("z", None), ("a", "z"), ("m", "z")]


def test_similar_articles_and_pairs(tmp_path: Path) -> None:
    articles = [article("a", HARBOUR), article("b", HARBOUR_OTHERWISE, 1), article("c", ORCHARD, 2)]
    path = written(tmp_path / "a.jsonl", map(line, articles))
    pairs = written(
        tmp_path / "pairs.jsonl",
        [
            {"pair": "same", "a": "a", "b": "a"},
            {"pair": "near", "a": "a", "b": "b"},
            {"pair": "far", "a": "a", "b": "c"},
        ],
    )
    said = lines_of(run("--from", path, "--json", "--similar", "1", "--pairs", pairs))
    assert [one.get("similar") for one in said[:3]] == [["b"], ["a"], said[2]["similar"]]
    alike = {one["pair"]: one["similarity"] for one in said[3:]}
    assert alike["same"] == 1 > alike["near"] > alike["far"] >= 0


def test_as_it_arrives_and_explain(tmp_path: Path) -> None:
    late = article("late", HARBOUR, 30, published=moment(2, 1), published_precision="minute")
    path = written(tmp_path / "a.jsonl", map(line, [article("b", HARBOUR, 5), late]))
    arrived = lines_of(run("--from", path, "--json", "--as-it-arrives"))
    assert [one["copy_of"] for one in arrived] == [None, None]
    assert [one["copy_of"] for one in lines_of(run("--from", path, "--json"))] == ["late", None]
    explained = json.loads(run("--from", path, "--explain", "b").stdout)
    assert explained["texts"] == [{"id": "late", "shared": 1.0, "sequences": 24, "is_copy": True}]
    decided = written(tmp_path / "decided.jsonl", [{"not_a_copy": ["b", "late"]}])
    said = lines_of(run("--from", path, "--json", "--decisions", decided))
    assert [one["copy_of"] for one in said] == [None, None]


GOOD = json.dumps({"id": "a", "title": "", "text": HARBOUR})


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("{", "line 2 is not an article: no JSON."),
        ("[]", "line 2 is not an article: no JSON object."),
        ('{"id": "b", "title": "x"}', "line 2 is not an article: it has no text."),
        ('{"id": "", "title": "x", "text": "y"}', "line 2 is not an article: it has no id."),
        (
            '{"id": "b", "title": "x", "text": "y", "first_seen": "soon"}',
            "first_seen is no moment.",
        ),
    ],
)
def test_a_line_that_is_no_article_is_named(tmp_path: Path, bad: str, says: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{GOOD}\n{bad}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=says.replace(".", r"\.")):
        run("--from", str(path), "--json")


@pytest.mark.parametrize("bad", ['{"join": ["a", "b"]}', '{"merge": ["a"]}', '{"split": "a"}'])
def test_a_decision_that_is_none_is_named(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{GOOD}\n", encoding="utf-8")
    decisions = tmp_path / "d.jsonl"
    decisions.write_text(bad, encoding="utf-8")
    with pytest.raises(CommandError, match=r"d\.jsonl"):
        run("--from", str(path), "--decisions", str(decisions))


def test_hostile_texts_cost_little_and_break_nothing() -> None:
    texts = [
        "",
        "a",
        "٣ " * 5,
        "word " * 100_000,
        "字" * 50_000,
        "a" * 1_000_000,
        "\u0301" * 10_000,
    ]
    found = judged(article(f"h{n}", text, n) for n, text in enumerate(texts))
    assert {one.copy_of for one in found.values()} == {None}


def test_dates_with_and_without_zone_compare() -> None:
    naive = replace(article("n", HARBOUR), first_seen=datetime(2026, 11, 2, 5))  # noqa: DTZ001
    assert judged([article("a", HARBOUR, 1), naive])["n"].copy_of == "a"
