"""Texts that a wrong encoding spoilt are told from texts in several scripts."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.article import Article
from crawler.health.garbled import find_garbled
from crawler.health.spoilt import is_garbled
from crawler.health.tally import GARBLED, HourlyCounts
from crawler.policy.decide import KnownArticle, decide
from tests.support.clock import NOW

FRENCH = (
    "Le conseil a rouvert le vieux port à l'aube, après onze semaines de travaux et d'études préalables. "
    "« La criée reprendra jeudi », a précisé la maire, élue l'été dernier, devant des pêcheurs rassurés."
)
ARABIC = "بحث المجلس البلدي مساء الأحد مستقبل المرفأ القديم بعد جلسة استمرت أربع ساعات."
RUSSIAN = "Пристань открылась утром, и первые рыбаки вернулись к старому причалу. Гёте и Грёз об этом не знали."


def read_as(text: str, encoding: str) -> str:
    """The text, its bytes in UTF-8 read in another encoding."""
    return text.encode().decode(encoding, "replace")


SPOILT = {
    "replaced": re.sub("[^\\x00-\\x7f]", "\ufffd", FRENCH),
    "French as Windows-1252": read_as(FRENCH, "cp1252"),
    "French as Latin-1": read_as(FRENCH, "latin-1"),
    "French as Windows-1251": read_as(FRENCH, "cp1251"),
    "French as Shift_JIS": read_as(FRENCH, "cp932"),
    "Arabic as Windows-1252": read_as(ARABIC, "cp1252"),
    "Arabic as Windows-1251": read_as(ARABIC, "cp1251"),
    "Russian as Windows-1252": read_as(RUSSIAN, "cp1252"),
    "Russian as Windows-1251": read_as(RUSSIAN, "cp1251"),
    "Windows-1252 as UTF-8": FRENCH.encode("cp1252").decode("utf-8", "replace"),
}
WELL = {
    "French": FRENCH,
    "Arabic": ARABIC,
    "Russian": RUSSIAN,
    "Greek in French": f"{FRENCH} Le mot λόγος vient de Ἐν ἀρχῇ ἦν ὁ λόγος.",
    "Arabic in French": f"{FRENCH} La foule criait « الشعب يريد إسقاط النظام ».",
    "Japanese with half-width letters": "漁港（ｷﾞｮｺｳ）は朝に再開した。競りは木曜日に再開される。ﾎﾟｰﾄ",
    "emoji": f"{FRENCH} Bravo 🎉🎉 à tous ❤️ 👩‍👩‍👧 !",
    "Portuguese capitals": "SÃO PAULO, NÃO, MÃE, IRMÃOS, CORAÇÃO E AÇÃO: ANTÔNIO FALA",
    "Vietnamese capitals": "ĐÂY LÀ ÂM NHẠC CỦA NHÂN DÂN ÂU CƠ, HÀ NỘI",
    "one slip": f"{FRENCH} {FRENCH} L\ufffdété.",
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_text_is_recognised(text: str) -> None:
    assert is_garbled(text)


@pytest.mark.parametrize("text", WELL.values(), ids=WELL)
def test_other_scripts_spoil_nothing(text: str) -> None:
    assert not is_garbled(text)


def _decided(held: str, shown: str) -> str:
    article = Article("https://phare.example/port", "Le port", held, id="1", words=30)
    first = decide(article, None, NOW)
    known = KnownArticle(first.article.to_dict(), first.digest, "phare.example/port")
    return decide(replace(article, text=shown), known, NOW + timedelta(hours=1)).article.text


def test_a_spoilt_text_replaces_none_and_is_replaced() -> None:
    spoilt = SPOILT["replaced"]
    assert _decided(FRENCH, spoilt) == FRENCH
    assert _decided(spoilt, FRENCH) == FRENCH


def _hour(hours: int, articles: int, garbled: int) -> HourlyCounts:
    languages = {"fr": articles - garbled} | ({GARBLED: garbled} if garbled else {})
    return HourlyCounts(NOW + timedelta(hours=hours), articles=articles, languages=languages)


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ([(5, 5), (5, 5)], True),
        ([(20, 0), (12, 5)], True),
        ([(20, 1)], False),
        ([(3, 3), (12, 0)], False),
        ([], False),
    ],
    ids=["all", "of late", "one", "mended", "none"],
)
def test_a_source_with_spoilt_articles_is_not_well(
    hours: list[tuple[int, int]], told: bool
) -> None:
    tallies = [_hour(number, *counts) for number, counts in enumerate(hours)]
    assert bool(find_garbled(tallies)) is told
