"""Pages that are no article, pages in odd encodings, pages that would cost too much."""

import base64
import codecs
import gzip
import json
import pickle
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.article import Page
from crawler.extract import Refused, extract, links, read
from crawler.extract.markup.charset import decode
from tests.test_extract import CAPTURED, URL, markup, page


def refusal(body: bytes, headers: dict[str, str] | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        extract(Page(URL, body, headers or {}, CAPTURED))
    return caught.value


def wall(title: str, text: str, inside: str = "") -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{inside}</body></html>".encode()


@pytest.mark.parametrize(
    ("reason", "title", "text"),
    [
        ("blocked", "Just a moment...", "Enable JavaScript and cookies to continue"),
        ("blocked", "Accès refusé", "Votre requête a été bloquée par notre service de sécurité."),
        (
            "blocked",
            "Pardon Our Interruption",
            "As you were browsing something made us think you were a bot.",
        ),
        (
            "soft-404",
            "Page introuvable",
            "La page que vous cherchez n'existe pas ou a été déplacée.",
        ),
        ("soft-404", "404 - Not Found", "We could not find the page you were looking for."),
        ("soft-404", "Página no encontrada", "Lo sentimos, la página que busca ya no está aquí."),
        (
            "consent",
            "Before you continue",
            "We use cookies and data to deliver and maintain our services.",
        ),
    ],
)
def test_walls_and_errors_are_recognised(reason: str, title: str, text: str) -> None:
    assert refusal(wall(title, text)).reason == reason


def test_a_login_page_is_recognised() -> None:
    form = '<form><input name="user"><input type="password" name="pass"></form>'
    assert (
        refusal(
            wall(
                "Se connecter",
                "Entrez votre adresse et votre mot de passe pour lire la suite.",
                form,
            )
        ).reason
        == "login"
    )


def test_an_article_about_captchas_is_kept() -> None:
    body = markup().replace(
        "Le budget voté dans la nuit".encode(), b"Are you human? How the captcha conquered the web"
    )
    assert extract(Page(URL, body * 1, {}, CAPTURED)).title.startswith("Are you human")


@pytest.mark.parametrize(
    ("reason", "body", "headers"),
    [
        ("empty", b"", {}),
        ("empty", b"   \n", {}),
        ("empty", b"<html><head><title>x</title></head><body></body></html>", {}),
        ("not-text", b"%PDF-1.7 ...", {}),
        ("not-text", b"<html><p>words</p></html>", {"Content-Type": "image/png"}),
        ("too-deep", b"<html><body>" + b"<div>" * 300 + b"<p>words</p>", {}),
        (
            "too-complex",
            b"<html><body " + b"".join(b"a%d=1 " % n for n in range(20_000)) + b"><p>words</p>",
            {},
        ),
    ],
)
def test_what_is_no_page_is_refused(reason: str, body: bytes, headers: dict[str, str]) -> None:
    assert refusal(body, headers).reason == reason


def test_a_refusal_travels_and_reads_well() -> None:
    refused = refusal(b"")
    again = pickle.loads(pickle.dumps(refused))
    assert (again.reason, str(again)) == ("empty", str(refused))


def test_reading_a_wall_raises_nothing_and_keeps_its_directives() -> None:
    body = wall("Just a moment...", "Checking your browser").replace(
        b"<head>", b'<head><meta name="robots" content="noindex">'
    )
    reading = read(Page(URL, body, {}, CAPTURED))
    assert reading.article is None
    assert reading.refused is not None
    assert reading.refused.reason == "blocked"
    assert not reading.directives.index


def recorded(folder: Path) -> Iterator[tuple[str, str, bytes, dict[str, str]]]:
    for file in sorted(folder.glob("*/*.json")):
        entry = json.loads(file.read_text(encoding="utf-8"))["log"]["entries"][0]
        content = entry["response"].get("content", {})
        text = content.get("text") or ""
        body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
        yield (
            file.stem,
            entry["request"]["url"],
            body,
            {h["name"]: h["value"] for h in entry["response"]["headers"]},
        )


def test_recorded_block_pages_are_refused(shared: Path) -> None:
    blocked = [
        entry for entry in recorded(shared / "hostile" / "blockpages") if entry[0] == "failed"
    ]
    assert blocked
    for _, url, body, headers in blocked:
        assert read(Page(url, body, headers, CAPTURED)).article is None


def test_hostile_markup_is_read_or_refused_in_time(shared: Path) -> None:
    for file in sorted((shared / "hostile" / "generated" / "html").iterdir()):
        body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        start = time.process_time()
        reading = read(Page(URL, body, {}, CAPTURED))
        links(Page(URL, body, {}, CAPTURED))
        assert (reading.article is None) != (reading.refused is None), file.name
        assert time.process_time() - start < 5, file.name


def encoding_of(folder: str) -> str:
    apple = {"MacCyrillic": "mac_cyrillic", "MacRoman": "mac_roman"}
    for name in (folder, folder.rsplit("-", 1)[0]):
        try:
            return codecs.lookup(apple.get(name, name)).name
        except LookupError:
            continue
    pytest.fail(f"no codec for {folder}")


@pytest.mark.parametrize("declared", [True, False])
def test_encodings_are_read(shared: Path, declared: bool) -> None:
    exact = total = 0
    for file in sorted((shared / "hostile" / "charset" / "tests").glob("*/*")):
        name = encoding_of(file.parent.name)
        text = re.sub("[<>&]", " ", file.read_bytes().decode(name, "replace")).replace("\ufeff", "")
        meta = f'<meta charset="{name}">' if declared else ""
        whole = f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>"
        read_back = decode(whole.encode(name, "replace"), {})
        total += 1
        exact += read_back.removeprefix("\ufeff") == whole.encode(name, "replace").decode(
            name
        ).removeprefix("\ufeff")
        assert read_back.strip(), file
    assert exact >= 0.93 * total


PORT = "L'été du port : à la criée, « la pêche » a déjà repris après des années d'arrêt."
QUAY = "بحث المجلس البلدي مساء الأحد مستقبل المرفأ القديم بعد جلسة استمرت أربع ساعات."
PIER = "Пристань открылась утром, и первые рыбаки вернулись к старому причалу."
DAMAGED = {
    "a description that was cut": ("utf-8", PORT.encode(), "Le port rénové".encode()[:-1]),
    "Arabic, cut": ("utf-8", QUAY.encode(), QUAY.encode()[:21]),
    "Cyrillic, cut, undeclared": ("", PIER.encode(), PIER.encode()[:3]),
    "French with a byte of its own": ("utf-8", PORT.encode(), b"\xff"),
    "a page in UTF-8 around Windows-1252": ("utf-8", PORT.encode("cp1252"), "Éveil, Île".encode()),
    "Windows-1252 that says UTF-8": ("utf-8", PORT.encode("cp1252"), b""),
    "Windows-1251 that says so": ("windows-1251", PIER.encode("cp1251"), b""),
    "Shift_JIS that says so": ("shift_jis", "漁港は朝に再開した。".encode("cp932"), b"cut"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_few_bad_bytes_spoil_only_themselves(case: str) -> None:
    declared, text, around = DAMAGED[case]
    meta = f'<meta charset="{declared}">'.encode() if declared else b""
    body = b"<html>" + meta + b'<meta name="description" content="' + around + b'"><p>' + text
    assert decode(body, {}).rpartition("<p>")[2] in (PORT, QUAY, PIER, "漁港は朝に再開した。")


LEGACY = {
    "el": ("cp1253", "Η προβλήτα άνοιξε το πρωί και οι πρώτοι ψαράδες γύρισαν με άδεια δίχτυα."),
    "fr": (
        "cp1252",
        "Les travaux dureront quatre mois et coûteront moins que prévu, bien que le prix de l'acier "
        "continue d'augmenter partout.",
    ),
    "pl": (
        "iso8859_2",
        "Mieszkańcy dolnej dzielnicy proszą o tymczasowy most, a burmistrzyni obiecała zająć się tą "
        "sprawą jeszcze przed latem.",
    ),
    "ru": ("cp866", PIER * 3),
    "tr": (
        "cp1254",
        "Belediye meclisi salı akşamı, geçen kışın fırtınalarından beri su sızdıran eski kanal "
        "kapısının onarılmasına karar verdi.",
    ),
}


@pytest.mark.parametrize("language", LEGACY)
def test_the_language_of_a_page_tells_its_code_page(language: str) -> None:
    encoding, text = LEGACY[language]
    body = f'<html lang="{language}"><title>x</title><p>{text}'.encode(encoding)
    assert decode(body, {}).rpartition("<p>")[2] == text


@pytest.mark.parametrize("language", ["el", "ru"])
def test_another_alphabet_that_says_it_is_latin(language: str) -> None:
    text = LEGACY[language][1]
    encoding = {"el": "cp1253", "ru": "cp1251"}[language]
    meta = f'<html lang="{language}"><meta charset="iso-8859-1"><title>x</title>'
    assert decode(f"{meta}<p>{text}".encode(encoding), {}).rpartition("<p>")[2] == text


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_an_article_or_refused(body: bytes) -> None:
    reading = read(Page(URL, body, {}, CAPTURED))
    assert (reading.article is None) != (reading.refused is None)


PIECES = (
    "<p>", "</p>", "<div class='related'>", "</div>", "<h1>", "</h1>", "<a href='/x'>", "</a>", "<ul><li>", "<br>",
    "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",", "</script>", "<aside>", "<table><tr><td>",
    "Le budget a été adopté jeudi soir par les députés, au terme d'une longue séance de nuit. ", "folder_open", "\0",
    "<meta property='og:title' content='Budget'>", "<title>Budget</title>", "<!--", "-->", "&#0;", "<base href='//['>",
)  # fmt: skip
MARKUP = st.lists(st.sampled_from(PIECES), max_size=60)


@settings(max_examples=120, deadline=None)
@given(MARKUP)
def test_any_markup_is_read_the_same_way_twice(parts: list[str]) -> None:
    body = "".join(parts).encode()
    first, second = (read(Page(URL, body, {}, CAPTURED)) for _ in range(2))
    assert first.article == second.article
    assert getattr(first.refused, "reason", None) == getattr(second.refused, "reason", None)
    if first.article is not None and len(first.article.title) > 3:
        assert first.article.title not in first.article.text.split("\n")
    links(Page(URL, body, {}, CAPTURED))


def test_a_page_without_headline_keeps_its_text() -> None:
    body = page().body.replace(b"<h1>", b"<b>").replace(b"</h1>", b"</b>")
    assert len(extract(Page(URL, body, {}, CAPTURED)).text) > 500
