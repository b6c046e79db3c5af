"""Which language a text is written in."""

import json
from pathlib import Path

import pytest

from crawler.enrich.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Les députés ont adopté le budget au terme d'une longue séance de nuit.", "fr"),
        ("Lawmakers passed the budget after a long night of debate.", "en"),
        ("أقر النواب الميزانية بعد جلسة ليلية طويلة", "ar"),
        ("Los diputados aprobaron el presupuesto tras una larga sesión nocturna.", "es"),
        ("Die Abgeordneten haben den Haushalt nach einer langen Nachtsitzung verabschiedet.", "de"),
        ("Депутаты приняли бюджет после долгого ночного заседания.", "ru"),
        ("国会は深夜までの審議を経て予算案を可決した。", "ja"),
        (
            "Abahlali bakhalazile ngokunqongophala kwamayeza kwisithili esisemantla eMpuma Koloni.",
            "xh",
        ),
        ("UNgqongqoshe uthe isibhedlela esisha sizovulwa ngenyanga ezayo.", "zu"),
        ("Waziri amesema hospitali mpya itafunguliwa mwezi ujao.", "sw"),
        ("Gurukota rati chipatara chitsva chichavhurwa mwedzi unouya.", "sn"),
        ("Ministan lafiya ya ce za a bude sabon asibiti a wata mai zuwa.", "ha"),
        ("Sinabi ng kalihim na bubuksan ang bagong ospital sa susunod na buwan.", "tl"),
        ("Міністр паведаміў, што новая бальніца адкрыецца ў наступным месяцы.", "be"),
        ("Wezîr got ku nexweşxaneya nû dê meha bê vebe.", "ku"),
    ],
)
def test_language_is_that_of_the_text(text: str, language: str) -> None:
    assert language_of(text, declared="sv") == language


def test_a_declaration_decides_for_a_word_or_two() -> None:
    assert language_of("Syrie", "fr-FR") == "fr"
    assert language_of("", "xx") is None
    assert language_of("", None) is None


def test_a_declaration_decides_between_close_relatives() -> None:
    either = "Abahlali bakhalazile namhlanje."
    assert {language_of(either, "xh"), language_of(either, "zu")} == {"xh", "zu"}
    assert language_of(either, "en") in {"xh", "zu"}


def test_headlines_of_the_captured_pages(shared: Path) -> None:
    rows = map(
        json.loads,
        (shared / "replay" / "pages" / "truth.jsonl").read_text(encoding="utf-8").splitlines(),
    )
    told = [(row["lang"], language_of(row["text"])) for row in rows if row.get("text")]
    assert sum(known == found for known, found in told) >= 0.99 * len(told)
