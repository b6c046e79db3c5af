"""Places: which countries an article is about."""

from pathlib import Path

import pytest

from crawler.enrich.place_names import plain_forms
from crawler.enrich.places import place_label, places_of
from crawler.enrich.tables import table

TITLE = "Les USA ont évacué des chefs terroristes de «Daech» de Deir ez-Zor"


def about(
    title: str, text: str = "", language: str | None = "fr", section: str | None = None
) -> list[str]:
    return places_of(section, title, None, text, language)


def test_the_first_page_is_about_syria_first(shared: Path) -> None:
    lines = (shared / "seed" / "000_05d02ab1756c0df8.txt").read_text("utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("Fin août"))
    found = places_of("Syrie", TITLE, lines[start], "\n".join(lines[start:]), "fr")
    assert found[0] == "SY"
    assert "US" in found


@pytest.mark.parametrize(
    ("language", "title", "place"),
    [
        ("fr", "Les États-Unis et les Etats-Unis d'un côté", "US"),
        ("fr", "La RDC demande de l'aide", "CD"),
        ("fr", "Les EAU annoncent un accord", "AE"),
        ("fr", "Une ministre syrienne démissionne", "SY"),
        ("fr", "Des soldats turcs et une ville turque", "TR"),
        ("fr", "Damas accuse", "SY"),
        ("fr", "Le Royaume-Uni vote", "GB"),
        ("en", "U.S. says deal is near", "US"),
        ("en", "Syrians return home", "SY"),
        ("en", "UK's plan for rail", "GB"),
        ("de", "Syrische Armee rückt vor", "SY"),
        ("de", "Frankreichs Regierung tagt", "FR"),
        ("de", "Russinnen und Russen wählen", "RU"),
        ("de", "Münchner Stadtrat tagt", "DE"),
        ("es", "Los estadounidenses votan", "US"),
        ("es", "EE.UU. anuncia sanciones", "US"),
        ("es", "Las francesas ganan", "FR"),
        ("ar", "الحكومة السورية تعلن", "SY"),
        ("ar", "وبالسودان أزمة", "SD"),
        ("ar", "للسودان موقف", "SD"),
        ("ar", "سوريون في تركيا", "SY"),
        ("ar", "الأردنيين يطالبون", "JO"),
        ("it", "La Germania vota", "DE"),
        ("pt", "Estados Unidos anunciam acordo", "US"),
        ("ru", "В Германии прошли выборы", "DE"),
        ("ru", "Президент Ирана выступил", "IR"),
        ("pl", "Rozmowy z Iranem", "IR"),
        ("ja", "ドイツで総選挙", "DE"),
        ("zh", "法国总统访问", "FR"),
        ("ko", "프랑스에서 선거", "FR"),
        ("nl", "Duitsland stemt", "DE"),
    ],
)
def test_countries_are_named_in_many_ways(language: str, title: str, place: str) -> None:
    assert place in about(title, language=language)


@pytest.mark.parametrize(
    ("language", "title", "places"),
    [
        ("fr", "La Guinée-Bissau élit son président", ["GW"]),
        ("fr", "La Papouasie-Nouvelle-Guinée tremble", ["PG"]),
        ("fr", "Le Niger ferme sa frontière", ["NE"]),
        ("fr", "Le Nigeria ferme sa frontière", ["NG"]),
        ("en", "Nigeria closes border", ["NG"]),
        ("fr", "L'Irlande du Nord vote", ["GB"]),
        ("en", "Ireland votes", ["IE"]),
        ("en", "New Jersey votes", ["US"]),
        ("en", "New Mexico votes", ["US"]),
        ("fr", "La Corée du Nord tire un missile", ["KP"]),
        ("en", "South Sudan signs a deal", ["SS"]),
        ("en", "Romania joins", ["RO"]),
        ("fr", "Michael Jordan et Chad Smith dînent", []),
        ("en", "Michael Jordan returns", []),
        ("en", "How to roast a turkey at home", []),
        ("en", "China cabinets and fine china", ["CN"]),
        ("en", "fine china and jersey for us", []),
        ("en", "South American and Latin American leaders meet", []),
        ("fr", "L'Amérique latine et l'océan Indien", []),
        ("de", "Deutsche Bank steigt", []),
        ("fr", "Nos lecteurs lisent Le Parisien et Ouest-France", []),
        ("ar", "أوضاع مالية صعبة", []),
        ("ar", "الدعم المالي للشركات", []),
        ("ar", "مالي تعلن", []),
        ("es", "Mauricio gana", []),
        ("de", "Verhandlungen der Hamas in Gaza", ["PS"]),
        ("es", "Hong Kong y China", ["CN", "HK"]),
    ],
)
def test_longer_names_people_and_words_are_not_taken_for_countries(
    language: str, title: str, places: list[str]
) -> None:
    assert about(title, language=language) == places


@pytest.mark.parametrize(
    ("language", "title", "text", "place"),
    [
        (
            "en",
            "Georgia votes",
            "Atlanta and Savannah went to the polls, said Republican officials in Washington.",
            "US",
        ),
        ("en", "Georgia votes", "Tbilisi residents went to the polls, Georgian media said.", "GE"),
        (
            "fr",
            "Congo : les rebelles avancent",
            "À Goma et à Kinshasa, l'inquiétude grandit.",
            "CD",
        ),
        (
            "fr",
            "Congo : le président vote",
            "À Brazzaville, le calme règne. Brazzaville vote.",
            "CG",
        ),
        ("fr", "Tripoli sous tension", "L'armée libanaise s'est déployée, dit Beyrouth.", "LB"),
        ("fr", "Tripoli sous tension", "Les milices libyennes de Misrata s'affrontent.", "LY"),
        ("ar", "عمان تستضيف القمة", "أكد الأردن والملك عبد الله أن المملكة الأردنية مستعدة.", "JO"),
        ("ar", "عمان تستضيف القمة", "أكدت مسقط أن سلطنة عمان مستعدة.", "OM"),
    ],
)
def test_an_ambiguous_name_follows_the_rest_of_the_page(
    language: str, title: str, text: str, place: str
) -> None:
    assert about(title, text, language)[0] == place


def test_what_is_only_mentioned_is_no_place() -> None:
    text = (
        "La récolte de tomates a été bonne en Italie. " * 8 + "Un touriste venu du Pérou a goûté."
    )
    assert about("La récolte de tomates en Italie", text) == ["IT"]


def test_local_news_that_never_names_the_country() -> None:
    text = (
        "Deux ans ont été requis lundi à Vannes (Morbihan). Un pêcheur de Lorient a porté plainte."
    )
    assert about("Un homme condamné pour avoir cambriolé 150 bateaux", text) == ["FR"]


def test_the_section_weighs_most() -> None:
    assert about("Visite de la délégation française", section="Syrie")[0] == "SY"
    assert about("Visite", section="syrie") == ["SY"]


def test_tags_of_the_publisher_count() -> None:
    assert places_of(
        None, "Deux ans de prison", None, "Un homme a été jugé à Rabat.", "fr", tags=["Maroc"]
    ) == ["MA"]


def test_at_most_five_places() -> None:
    assert len(about("France, Italie, Espagne, Grèce, Turquie, Chypre, Malte")) == 5


@pytest.mark.parametrize("language", [None, "", "xx", "zh-Hant", "no", "not a language"])
def test_any_language_tag_is_accepted(language: str | None) -> None:
    assert places_of(None, "Germany votes", None, "Germany went to the polls.", language) in (
        ["DE"],
        [],
    )


def test_hostile_text_is_bounded() -> None:
    assert about("x", "Syrie " * 200_000) == ["SY"]
    assert places_of(
        "x" * 10**6, "Syria " * 10**5, "y" * 10**6, None, "fr" * 10**5, ["z" * 10**5] * 100
    ) == ["SY"]
    assert about("İ" * 100 + " Syrie", "\u0000" * 1_000) == ["SY"]


def test_labels_in_every_language_of_cldr() -> None:
    assert place_label("SY", "fr") == "Syrie"
    assert place_label("SY", "ar") == "سوريا"
    assert place_label("SY", "ja") == "シリア"
    assert place_label("SY", "xx") == "Syria"
    assert place_label("QQ", "fr") == "QQ"


def test_every_code_of_the_tables_is_a_country_of_cldr() -> None:
    codes = set(table("demonyms")) | set(table("places")) - {"nowhere", "ambiguous"}
    codes |= {code for codes in table("places")["ambiguous"].values() for code in codes}
    assert sorted(code for code in codes if place_label(code, "en") == code) == []


@pytest.mark.parametrize("language", ["fr", "en", "es", "de", "ar"])
def test_no_name_stands_for_two_countries_unless_it_is_marked_ambiguous(language: str) -> None:
    forms = list(plain_forms(language))
    excused = {form.text.lower() for form in forms if form.ambiguous or form.kind == "nowhere"}
    meant: dict[str, set[str]] = {}
    for form in forms:
        if form.text.lower() not in excused:
            meant.setdefault(form.text.lower(), set()).update(form.codes)
    assert {text: codes for text, codes in meant.items() if len(codes) > 1} == {}
