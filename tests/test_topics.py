"""Topics: what a section, an address, tags and words say an article is about."""

import json
from pathlib import Path

import pytest

from crawler.enrich.fold import fold_phrase
from crawler.enrich.tables import table
from crawler.enrich.topics import canonical_topic, topic_label, topics_of

SLUG = "https://www.example.org/a-long-slug-of-an-article-12345.html"
SPORT, POLITICS, ECONOMY = "sport", "politics", "economy, business and finance"
CRIME, CULTURE = "crime, law and justice", "arts, culture, entertainment and media"
WAR, SCIENCE, HEALTH = "conflict, war and peace", "science and technology", "health"


@pytest.mark.parametrize(
    ("section", "topic"),
    [
        ("Économie", ECONOMY),
        ("/economie/consommation/", ECONOMY),
        ("Economy & Business", ECONOMY),
        ("Deportes/formula-1", SPORT),
        ("Faits divers", CRIME),
        ("SUCESOS", CRIME),
        ("Wissen", SCIENCE),
        ("Soci&eacute;t&eacute;", "society"),
        ("أخبار الفن", CULTURE),
        ("الرياضة", SPORT),
        ("رِيَاضَة", SPORT),
        ("جرائم", CRIME),
    ],
)
def test_a_section_says_the_topic_in_five_languages(section: str, topic: str) -> None:
    assert topics_of(section, SLUG, []) == [topic]


def test_a_section_known_as_a_whole_is_not_taken_apart() -> None:
    assert topics_of("Aerospace & Defense", SLUG, []) == [ECONOMY]


@pytest.mark.parametrize(
    "section", ["International", "Monde", "News", "Liban", "Syrie", "", None, "x" * 5_000]
)
def test_a_section_that_is_no_subject_gives_no_topic(section: str | None) -> None:
    assert topics_of(section, SLUG, []) == []


@pytest.mark.parametrize(
    ("url", "topics"),
    [
        ("https://www.example.org/politique/liban", [POLITICS]),
        ("https://www.example.org/politique/liban/un-long-titre-d-article-4031036", [POLITICS]),
        ("https://www.example.org/politique", [POLITICS]),
        ("https://sport.example.org/a-b-c-12345.html", [SPORT]),
        ("https://www.example.org/%D8%B1%D9%8A%D8%A7%D8%B6%D8%A9/12345", [SPORT]),
        ("https://www.example.org/2026/05/04/guerre-et-paix-au-cinema-un-film-1234", []),
        ("https://[broken", []),
        ("not a url", []),
    ],
)
def test_folders_of_the_address_count_and_the_slug_does_not(url: str, topics: list[str]) -> None:
    assert topics_of(None, url, []) == topics


def test_the_hint_of_the_sources_file_wins_alone() -> None:
    assert topics_of("Sport", "https://www.example.org/sport/x-y-z-1234", ["football"], WAR) == [
        WAR
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Conflict, war and peace",
        "medtop:16000000",
        "Conflits, guerre et paix",
        "  CONFLICT, WAR AND PEACE ",
    ],
)
def test_a_hint_may_be_written_as_label_or_code(name: str) -> None:
    assert canonical_topic(name) == WAR
    assert topics_of(None, SLUG, [], name) == [WAR]


def test_a_hint_may_be_the_name_of_a_section() -> None:
    assert topics_of(None, SLUG, [], "Labour") == ["labor"]
    assert topics_of(None, SLUG, [], "économie") == [ECONOMY]


def test_an_unknown_hint_is_no_topic() -> None:
    assert topics_of("Sport", SLUG, [], "gardening gnomes") == [SPORT]


def test_tags_count_where_they_speak_of_this_article() -> None:
    assert topics_of("News", SLUG, ["Justice", "Bretagne", "cambriolage"]) == [CRIME]


def test_tags_that_list_the_sites_sections_are_a_menu() -> None:
    menu = ["Nachrichten", "Inland", "Wirtschaft", "Sport", "Kultur", "Wissenschaft", "Politik"]
    assert topics_of(None, SLUG, menu) == []


@pytest.mark.parametrize(
    ("language", "title", "lead", "topic"),
    [
        (
            "fr",
            "Séisme : les pompiers recherchent des disparus",
            "Le bilan officiel du tremblement de terre",
            "disaster, accident and emergency incident",
        ),
        (
            "en",
            "Prosecutors say suspect was arrested after robbery",
            "The police said a judge would hear the trial",
            CRIME,
        ),
        (
            "de",
            "Streik: Gewerkschaft und Arbeitgeber verhandeln",
            "Die Beschäftigten fordern höhere Löhne",
            "labor",
        ),
        (
            "es",
            "La vacuna reduce los contagios en los hospitales",
            "Los médicos tratan a menos pacientes",
            HEALTH,
        ),
        ("ar", "المنتخب يفوز في المباراة النهائية", "سجل اللاعب هدفين في كأس العالم", SPORT),
    ],
)
def test_words_tell_the_topic_where_the_publisher_does_not(
    language: str, title: str, lead: str, topic: str
) -> None:
    assert topics_of(None, SLUG, [], title=title, lead=lead, language=language)[0] == topic


def test_one_passing_word_is_not_enough() -> None:
    assert (
        topics_of(None, SLUG, [], text="The hall stands beside the hospital. " * 20, language="en")
        == []
    )


def test_words_of_other_languages_are_not_read_as_ours() -> None:
    assert topics_of(None, SLUG, [], title="Film film film", lead="film", language="hu") == []


def test_a_kicker_before_the_colon_is_a_section() -> None:
    assert topics_of(None, SLUG, [], title="Football : la Tunisie bat le Mali", language="fr") == [
        SPORT
    ]


def test_at_most_three_topics() -> None:
    assert len(topics_of("Politique/Sport/Santé/Culture", SLUG, ["météo", "religion"])) == 3


def test_every_topic_has_a_code_labels_and_names() -> None:
    topics = table("topics")
    assert len(topics) == 17
    assert topics[WAR]["code"] == "medtop:16000000"
    assert topic_label(WAR, "ar") == "نزاعات وحرب وسلام"
    assert topic_label(WAR, "ja") == "Conflict, war and peace"
    for topic, entry in topics.items():
        assert entry["label"]["en"].lower() == topic
        assert set(entry["label"]) == {"fr", "en", "ar", "es", "de"}
        assert set(table("topics_words")[topic]) == {"fr", "en", "ar", "es", "de"}


def test_the_table_names_each_section_once() -> None:
    names = [fold_phrase(name) for entry in table("topics").values() for name in entry["sections"]]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_values_are_the_official_names(shared: Path) -> None:

    official = json.loads((shared / "iptc" / "mediatopics.json").read_text("utf-8"))
    names = {entry["qcode"]: entry["prefLabel"]["en"] for entry in official if entry["level"] == 1}
    assert {entry["code"]: entry["label"]["en"] for entry in table("topics").values()} == names
