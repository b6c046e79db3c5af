"""The page that Veille began with: its text stands in a shell of the same shape, and every field is
read from that.
"""

from pathlib import Path

import pytest

from crawler.article import Article, Page
from crawler.extract import extract
from tests.support.clock import NOW

CAPTURED = NOW
ICON = '<i class="material-icons">{}</i>'


@pytest.fixture(scope="module")
def seed(shared: Path) -> tuple[str, str, list[str]]:
    """Its title, its standfirst and its paragraphs, read from the reference data."""
    blocks = [
        block.strip()
        for block in next((shared / "seed").glob("*.txt")).read_text(encoding="utf-8").split("\n\n")
    ]
    title = blocks[2]
    first = next(number for number, block in enumerate(blocks) if len(block) > 200)
    last = next(number for number, block in enumerate(blocks) if block.startswith("Source:"))
    return title, blocks[first], [block for block in blocks[first + 1 : last] if block != title]


def shell(title: str, standfirst: str, paragraphs: list[str]) -> bytes:
    """A single-page application's markup as it is delivered: no metadata, icon ligatures, the
    headline three times.
    """
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head><body>
      <noscript>noscript</noscript><div class="loader">Please Wait...</div>
      <nav><a href="/">Accueil</a><a href="/syrie">Syrie</a><a href="/liban">Liban</a></nav>
      <div class="page"><h2>{title}</h2><h1>{title}</h1>
        <div class="infos"><span>{ICON.format("folder_open")}Syrie</span>
          {ICON.format("access_time")} depuis 7 années</div>
        <div class="fav">{ICON.format("star")}AJOUTER AUX FAVORIS</div>
        <p class="chapo">{standfirst}</p>
        <h3>{title}</h3>
        <div class="texte">{body}<p>Source: agences et rédaction</p></div>
        <h4>Comments</h4><div>//</div>
      </div><footer>© 2026 Tous droits réservés</footer></body></html>""".encode()


@pytest.fixture(scope="module")
def article(seed: tuple[str, str, list[str]]) -> Article:
    page = Page("https://www.example.org/article/153202", shell(*seed), {}, CAPTURED)
    return extract(page)


def test_title_is_printed_once(article: Article, seed: tuple[str, str, list[str]]) -> None:
    assert article.title == seed[0]
    assert article.title not in article.text


def test_text_is_whole_and_in_order(article: Article, seed: tuple[str, str, list[str]]) -> None:
    _, standfirst, paragraphs = seed
    assert article.text.split("\n") == [standfirst, *paragraphs]


@pytest.mark.parametrize(
    "noise",
    ["folder_open", "access_time", "star", "FAVORIS", "Please Wait", "noscript", "//", "Source:"],
)
def test_no_noise_is_in_the_text(article: Article, noise: str) -> None:
    assert noise not in article.text


def test_lead_repeats_the_standfirst(article: Article, seed: tuple[str, str, list[str]]) -> None:
    assert article.lead == seed[1]


def test_section_is_read_beside_its_icon(article: Article) -> None:
    assert article.section == "Syrie"


def test_places_begin_with_syria(article: Article) -> None:
    assert article.places[0] == "SY"


def test_published_seven_years_before_the_capture(article: Article) -> None:
    assert article.published is not None
    assert article.published.year == 2019
    assert article.published_precision == "year"
    assert article.published_earliest is not None
    assert article.published_latest is not None
    assert article.published_earliest <= article.published <= article.published_latest


def test_language(article: Article) -> None:
    assert article.language == "fr"


def test_agencies_name_the_source_line(article: Article) -> None:
    assert "agences" in [credit["name"] for credit in article.agencies]


def test_attributions_name_sputnik(article: Article) -> None:
    assert "Sputnik" in [credit["name"] for credit in article.attributions]


def test_no_author_is_guessed(article: Article) -> None:
    assert list(article.authors) == []
