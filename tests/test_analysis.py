"""Stemming by language, and what a typed word stands for."""

import pytest

from indexer.analysis import analyzers, folding
from indexer.analysis.terms import typed_words


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("pt_BR", "pt"),
        ("nb", "no"),
        ("nn-NO", "no"),
        ("nl", "und"),
        ("zh", "und"),
        ("", "und"),
        (None, "und"),
        ("x" * 100, "und"),
    ],
)
def test_an_articles_language(code: str | None, language: str) -> None:
    assert analyzers.language_of(code) == language


ALIKE = [
    ("fr", "évacuation évacuations EVACUATION"),
    ("fr", "évacué évacués évacuée évacuées"),
    ("fr", "armée armées ARMEE l’armées"),
    ("fr", "française français françaises FRANCAIS"),
    ("fr", "sécurité sécurités"),
    ("fr", "époux epoux"),
    ("fr", "réfugié réfugiés réfugiée réfugiées"),
    ("fr", "national nationale nationaux nationales"),
    ("fr", "heureux heureuse heureuses"),
    ("fr", "directeur directrice directrices"),
    ("fr", "travail travaux"),
    ("fr", "premier première premières"),
    ("fr", "syrien syrienne syriens syriennes"),
    ("fr", "crédit crédits CREDIT"),
    ("fr", "élu élus élue élues"),
    ("fr", "vidéo vidéos"),
    ("fr", "opinion opinions"),
    ("fr", "étranger étrangers étrangère étrangères"),
    ("en", "organization organizations"),
    ("en", "organize organized organizing organizes"),
    ("en", "plan planned planning plans"),
    ("en", "vote voted voting"),
    ("en", "city cities"),
    ("en", "agree agreed"),
    ("en", "university universities"),
    ("en", "evacuate evacuates evacuated evacuating"),
    ("ar", "السورية سورية السوريّة سوريه السوريه"),
    ("ar", "مدينة المدينة المدينه والمدينة للمدينة"),
    ("ar", "مصري مصريون مصريين المصرية"),
    ("es", "nación naciones nacion"),
    ("es", "educación educaciones"),
    ("pt", "nação nações nacao"),
    ("it", "attività attivita"),
    ("de", "Regierung Regierungen"),
    ("de", "Lehrerin Lehrerinnen Lehrer"),
    ("de", "startet startete"),
    ("ru", "город города городе"),
    ("sv", "huset hus"),
]


@pytest.mark.parametrize(("language", "forms"), ALIKE, ids=[forms for _, forms in ALIKE])
def test_forms_of_one_word_have_one_stem(language: str, forms: str) -> None:
    texts = list(map(analyzers.query_text, forms.split()))
    typed = [typed_words(text)[0] for text in texts]
    words = [folding.words(text)[0] for text in texts]
    assert len(set(analyzers.written_stems(words, typed, language))) == 1


APART = [
    ("fr", "armée arme"),
    ("fr", "palais pal"),
    ("fr", "maire mairie"),
    ("fr", "France franc français"),
    ("fr", "pénis pen"),
    ("fr", "limogé limoge"),
    ("fr", "marché marche"),
    ("fr", "capital capitale"),
    ("en", "organ organization"),
    ("en", "plan plane"),
    ("en", "news new"),
    ("ar", "مصر مصري"),
    ("ar", "لبنان لبن"),
    ("en", "university universe"),
    ("en", "organic organization"),
    ("en", "internal international"),
    ("ru", "мой мир"),
]


@pytest.mark.parametrize(("language", "forms"), APART, ids=[forms for _, forms in APART])
def test_other_words_have_other_stems(language: str, forms: str) -> None:
    texts = forms.split()
    words = list(map(folding.key, texts))
    assert len(set(analyzers.written_stems(words, texts, language))) == len(words)


@pytest.mark.parametrize("language", analyzers.LANGUAGES)
def test_stems_keep_order_and_number(language: str) -> None:
    words = [f"word{number % 700}" for number in range(2_000)]
    found = analyzers.stems(words, language)
    assert len(found) == 2_000
    assert found[:700] == found[700:1_400]


def test_without_a_stemmer_words_stay() -> None:
    assert analyzers.stems(["running", "evacuations"], analyzers.UNKNOWN) == [
        "running",
        "evacuations",
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("l'armée", ["armee"]),
        ("L’ARMÉE", ["armee"]),
        ("d'aujourd'hui", ["aujourd", "hui"]),
        ("Jusqu'où", ["ou"]),
        ("quelqu'un", ["un"]),
        ("dell'arte", ["arte"]),
        ("Assad's", ["assad"]),
        ("O'Neil", ["o", "neil"]),
        ("porte-avions", ["porte", "avions"]),
        ("l'", ["l"]),
        ("'", []),
        ("«»", []),
        ("s'", ["s"]),
    ],
)
def test_what_a_typed_word_stands_for(typed: str, words: list[str]) -> None:
    assert analyzers.query_words(typed) == words
