"""Credits and attributions: who wrote a text, and whom it cites."""

from pathlib import Path

import pytest

from crawler.enrich.agencies import Credits, credits_of

BODY = "Le gouvernement a annoncé mardi une réforme. Les syndicats protestent. " * 6


def names(found: Credits) -> tuple[set[str], set[str]]:
    return {credit["name"] for credit in found.agencies}, {
        credit["name"] for credit in found.attributions
    }


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        (BODY + "(AFP)", {"AFP"}),
        (BODY + "\n\n(avec AFP)", {"AFP"}),
        (BODY + "\n\nAvec AFP", {"AFP"}),
        (BODY + "\n\nAvec l’AFP et Reuters", {"AFP", "Reuters"}),
        (BODY + "\n\nSource : AFP", {"AFP"}),
        (BODY + "\nSources : Agences", {"agences"}),
        (BODY + "\n— With Reuters", {"Reuters"}),
        (BODY + "\nWith files from The Canadian Press", {"Canadian Press"}),
        (BODY + "\nAssociated Press writer John Doe contributed to this report.", {"AP"}),
        (BODY + "\nCopyright 2024 The Associated Press. All rights reserved.", {"AP"}),
        (BODY + "\n© 2024 AFP", {"AFP"}),
        ("PARIS (AP) — The government said on Tuesday it would.", {"AP"}),
        ("PARIS, May 3 (Reuters) - The government said on Tuesday.", {"Reuters"}),
        ("(Reuters) - The government said on Tuesday.", {"Reuters"}),
        ("Madrid, 3 may (EFE).- El Gobierno anunció", {"EFE"}),
        ("MADRID, 3 (EUROPA PRESS) El Gobierno anunció", {"Europa Press"}),
        ("Hamburg (dpa/lno) – Trotz eines Gespräches bleibt es dabei.", {"dpa"}),
        ("Berlin/Köln (dpa/sid) – Die Bundesregierung hat", {"dpa", "sid"}),
        ("Rom (KNA) Der Papst hat", {"KNA"}),
        ("Frankfurt a.M. (epd). Die Kirche", {"epd"}),
        ("Die Regierung hat das beschlossen.\nQuelle: ntv.de, mau/dpa/AFP", {"dpa", "AFP"}),
        ("Die Regierung hat das beschlossen. © dpa-infocom, dpa:210503-99-447110/3", {"dpa"}),
        ("Die Regierung sagte. (red, APA)", {"APA"}),
        ("Les insectes meurent. (ats/nxp) Créé: 12.12.2019, 07h36", {"Keystone-ATS"}),
        ("(Con información de AFP, EFE y Reuters)", {"AFP", "EFE", "Reuters"}),
        ("قال الرئيس ذلك اليوم. (أ ف ب)", {"AFP"}),
        ("قال الرئيس ذلك اليوم. (رويترز)", {"Reuters"}),
        ("حصيلة الوفيات إيجابية. --(بترا)", {"Petra"}),
        ("دمشق-سانا\nقال الرئيس", {"SANA"}),
        ("عمان - (بترا) - قال", {"Petra"}),
        ("قال الرئيس ذلك.\nالمصدر: وكالات", {"agences"}),
        ("قال الرئيس ذلك.\nالمصدر: رويترز + أ ف ب", {"Reuters", "AFP"}),
    ],
)
def test_how_agencies_are_credited(text: str, agencies: set[str]) -> None:
    assert names(credits_of(text))[0] == agencies


@pytest.mark.parametrize(
    ("author", "agencies"),
    [
        ("AFP", {"AFP"}),
        ("Le Figaro avec AFP", {"AFP"}),
        ("A.G avec AFP", {"AFP"}),
        ("franceinfo Culture avec agences", {"agences"}),
        ("Reuters Staff", {"Reuters"}),
        ("Associated Press in Valencia", {"AP"}),
        ("By ROBERT BURNS, AP National Security Writer", {"AP"}),
        ("EFE / Redacción", {"EFE"}),
        ("La Presse canadienne", {"Canadian Press"}),
        ("dpa/lno", {"dpa"}),
        ("A.P.", set()),
        ("Sid Miller", set()),
        ("Ani Petrosyan", set()),
        ("Michael Bloomberg Jr.", set()),
        ("Photo by John Doe, AFP", set()),
    ],
)
def test_bylines(author: str, agencies: set[str]) -> None:
    assert names(credits_of(BODY, "fr", [author]))[0] == agencies


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ils ont été évacués, a appris jeudi Sputnik d'une source diplomatique", {"Sputnik"}),
        ("Ils sont partis, d'après une source de l’agence russe Sputnik.", {"Sputnik"}),
        ("Selon l'agence SANA, les troupes avancent", {"SANA"}),
        ("C'est fini, a déclaré à l'AFP le ministre", {"AFP"}),
        ("D’après le journal Ouest-France, il pleut", {"Ouest-France"}),
        ("The minister told Reuters on Monday", {"Reuters"}),
        ("Nobody came, the minister told The Associated Press.", {"AP"}),
        ("According to the Xinhua news agency, the train left", {"Xinhua"}),
        ("Russia's TASS news agency quoted him", {"TASS"}),
        ("The PA news agency has learned that, he told the PA news agency", {"PA Media"}),
        ("Wie die Nachrichtenagentur Reuters berichtet, regnet es", {"Reuters"}),
        (
            "Die Vorfälle seien verklärt, sagte er am Samstag der Deutschen Presse-Agentur in Hamburg.",
            {"dpa"},
        ),
        ("No vendrá, dijo el ministro a EFE", {"EFE"}),
        ("Según informó la agencia Efe, llueve", {"EFE"}),
        ("قال ذلك نقلاً عن وكالة سبوتنيك الروسية", {"Sputnik"}),
        ("وقال مصدر لرويترز إن الحكومة", {"Reuters"}),
        ("ذكرت وكالة الأنباء السورية سانا أن", {"SANA"}),
    ],
)
def test_how_sources_are_cited(text: str, cited: set[str]) -> None:
    assert names(credits_of(text)) == (set(), cited)


@pytest.mark.parametrize(
    "text",
    [
        "The MAP of the AP courses. PA systems, sid and the SPA were open. ONA is a brand.",
        "He joined the Pakistan Tehreek-e-Insaf (PTI) in 1996 and left later.",
        "According to PTI leaders, the party (PTI) will protest.",
        "Il a été élu avec Jair Bolsonaro (PL).",
        "Michael Bloomberg and the Bloomberg family were rich.",
        "Sputnik V est un vaccin. Le satellite Sputnik fut lancé en 1957.",
        "AFP workers protested. Layoffs at Reuters continue.",
        "Selon le monde entier, la libération est proche.",
        BODY + "\nPhoto: AFP",
        BODY + "\n(Photo: Reuters)",
        "Foto: dpa",
    ],
)
def test_words_parties_pictures_and_people_are_no_credits(text: str) -> None:
    assert names(credits_of(text)) == (set(), set())


def test_the_closing_source_line_leaves_the_text() -> None:
    found = credits_of(
        "Un paragraphe.\nSource: Le port est calme.\n"
        + "Un autre.\n" * 9
        + "Source: agences et rédaction\nComments"
    )
    assert found.text.endswith("Un autre.\nComments")
    assert found.text.startswith("Un paragraphe.\nSource: Le port est calme.")
    assert found.agencies == [{"name": "agences", "evidence": "Source: agences et rédaction"}]


def test_a_source_line_may_name_others() -> None:
    assert names(credits_of(BODY + "\nSource: Al-Manar")) == (set(), {"Al-Manar"})
    assert names(credits_of(BODY + "\nالمصدر: الجزيرة + وكالات")) == ({"agences"}, {"Al Jazeera"})
    assert names(credits_of(BODY + "\nSource: Le Courrier du Coin")) == (
        set(),
        {"Le Courrier du Coin"},
    )


def test_a_text_without_credits_is_returned_as_it_is() -> None:
    text = "  Un texte’s.\n\n Deuxième\xa0ligne. "
    assert credits_of(text) == Credits([], [], text)


def test_evidence_is_the_pages_own_words() -> None:
    found = credits_of("Il pleut, d’après une source de l’agence russe Sputnik. Bref.")
    assert found.attributions[0]["evidence"].endswith("l’agence russe Sputnik")


def test_the_first_page(shared: Path) -> None:
    text = (shared / "seed" / "000_05d02ab1756c0df8.txt").read_text("utf-8")
    found = credits_of(text, "fr")
    assert names(found) == ({"agences"}, {"Sputnik"})
    assert "Source: agences" not in found.text


@pytest.mark.parametrize(
    "text",
    [
        "selon l'AFP " * 20_000,
        "(" * 100_000,
        "l'agence " * 20_000 + "AFP",
        "\nSource: AFP" * 20_000,
        "avec " * 50_000,
    ],
)
def test_hostile_text_is_bounded(text: str) -> None:
    found = credits_of(text, "fr", ["AFP et " * 1_000] * 100)
    assert len(found.agencies) <= 20
    assert all(len(credit["evidence"]) <= 160 for credit in found.agencies + found.attributions)
