"""One test per output field, on a page of our own."""

import pickle
from dataclasses import replace
from datetime import datetime

import pytest

from crawler.article import Article, Hints, Page
from crawler.extract import extract, read
from tests.support.clock import NOW

CAPTURED = NOW
URL = "https://www.phare.example/politique/budget-vote-dans-la-nuit-1234"
LEAD = "Après douze heures de débats, les députés ont adopté le budget par soixante voix contre cinquante-huit."
PARAGRAPHS = (
    "Les députés ont adopté jeudi soir le budget de l'année prochaine, au terme d'une séance que la présidente "
    "a dû interrompre "
    "à trois reprises. Le texte prévoit une hausse des dépenses de santé et d'éducation.",
    "L'opposition dénonce un vote arraché à la fatigue. « Nous saisirons le Conseil constitutionnel dès lundi "
    "matin », a promis "
    "son chef de file devant la presse réunie dans les couloirs de l'assemblée.",
    "Le ministre des finances, lui, se félicite d'un compromis. Il rappelle que la dette du pays a doublé en "
    "dix ans et que les "
    "taux d'intérêt pèsent désormais davantage que le budget de la défense.",
)
LD_JSON = """{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Le budget voté dans la nuit",
 "datePublished": "2026-11-20T23:40:00+01:00", "dateModified": "2026-11-21T08:00:00+01:00",
 "isAccessibleForFree": "False",
 "author": [{"@type": "Person", "name": "Par Jeanne Aubier"}, {"@type": "Person", "name": "Karim Haddad"}],
 "publisher": {"@type": "Organization", "name": "Le Phare"}}"""


def markup(head: str = "", above: str = "", below: str = "") -> bytes:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"""<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">
      <title>Le budget voté dans la nuit | Le Phare</title>
      {head}</head><body><nav><ul><li><a href="/">Accueil</a></li><li><a href="/politique">Politique</a></li></ul></nav>
      <main><article>{above}<h1>Le budget voté dans la nuit</h1><p class="chapo">{LEAD}</p>
      <div class="article-body">{paragraphs}{below}</div></article></main>
      <footer><p>© Le Phare, tous droits réservés</p></footer></body></html>""".encode()


def page(
    head: str = "",
    above: str = "",
    below: str = "",
    hints: Hints | None = None,
    section: str | None = None,
) -> Page:
    return Page(URL, markup(head, above, below), {}, CAPTURED, section, hints or Hints())


@pytest.fixture(scope="module")
def article() -> Article:
    return extract(page(f'<script type="application/ld+json">{LD_JSON}</script>'))


def test_title(article: Article) -> None:
    assert article.title == "Le budget voté dans la nuit"


def test_text_begins_with_the_standfirst_and_keeps_paragraphs(article: Article) -> None:
    assert article.text.split("\n") == [LEAD, *PARAGRAPHS]


def test_lead(article: Article) -> None:
    assert article.lead == LEAD


def test_lead_is_the_description_where_no_standfirst_is_printed() -> None:
    body = markup('<meta name="description" content="Un vote serré.">').replace(
        f'<p class="chapo">{LEAD}</p>'.encode(), b""
    )
    assert extract(Page(URL, body, {}, CAPTURED)).lead == "Un vote serré."


def test_authors_are_names(article: Article) -> None:
    assert list(article.authors) == ["Jeanne Aubier", "Karim Haddad"]


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (
            "Par Jeanne Aubier et Karim Haddad | Publié le 20/11/2026",
            ["Jeanne Aubier", "Karim Haddad"],
        ),
        ("By Jane Alder, Staff Writer", ["Jane Alder"]),
        ("Von Jana Erle und Kai Hader", ["Jana Erle", "Kai Hader"]),
        ("Por Juana Aliso, corresponsal", ["Juana Aliso"]),
        ("بقلم: سامر حداد", ["سامر حداد"]),
        ("La rédaction", ["La rédaction"]),
    ],
)
def test_authors_are_read_off_bylines(printed: str, names: list[str]) -> None:
    body = markup().replace(b"</h1>", f'</h1><p class="byline">{printed}</p>'.encode())
    assert list(extract(Page(URL, body, {}, CAPTURED)).authors) == names


def test_section_is_declared() -> None:
    assert (
        extract(page('<meta property="article:section" content="Vie politique">')).section
        == "Vie politique"
    )


def test_section_of_the_breadcrumb() -> None:
    trail = '<ol class="breadcrumb"><li><a href="/">Accueil</a></li><li><a href="/pol">Politique</a></li></ol>'
    assert extract(page(above=trail)).section == "Politique"


def test_section_of_the_entry_point_where_the_page_names_none() -> None:
    body = markup().replace(b"/politique", b"/x")
    assert (
        extract(Page("https://www.phare.example/1", body, {}, CAPTURED, "Liban")).section == "Liban"
    )


def test_published_keeps_its_offset(article: Article) -> None:
    assert article.published is not None
    assert article.published.isoformat() == "2026-11-20T23:40:00+01:00"
    assert article.published_origin == "json-ld"


def test_modified(article: Article) -> None:
    assert article.modified == datetime.fromisoformat("2026-11-21T08:00:00+01:00")


def test_language(article: Article) -> None:
    assert article.language == "fr"


def test_image_is_absolute() -> None:
    assert (
        extract(page('<meta property="og:image" content="/i/1.jpg">')).image
        == "https://www.phare.example/i/1.jpg"
    )


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("https://phare.example/politique/1234", "https://phare.example/politique/1234"),
        ("/politique/1234", "https://www.phare.example/politique/1234"),
        ("https://autre.example/politique/1234", URL),
        ("https://www.phare.example/", URL),
        ("javascript:alert(1)", URL),
    ],
)
def test_canonical_url_stays_on_the_site(declared: str, kept: str) -> None:
    assert extract(page(f'<link rel="canonical" href="{declared}">')).canonical_url == kept


@pytest.mark.parametrize(
    ("url", "declared", "believed"),
    [
        ("/article.php?id=84455", "/article.php", False),
        ("/article.php?id=84455", "/quais/le-quai-rouvre-84455", True),
        ("/quais/le-quai-rouvre-84455", "/quais/", False),
        ("/quais/le-quai-rouvre-84455", "/node/84455", True),
        ("/quais/le-quai-rouvre-84455?partage=oui", "/quais/le-quai-rouvre-84455", True),
        ("/news/ميناء-المدينة-يفتح-غدا", "/news/", False),
        ("/2026/11/29/hafen-oeffnet-wieder-morgen.html", "/2026/11/", False),
        ("/quais/breve", "/breves/une", True),
        ("/story?ref=rss", "/story", True),
    ],
)
def test_an_address_without_what_names_the_article_is_not_its_own(
    url: str, declared: str, believed: bool
) -> None:
    site = "https://www.phare.example"
    canonical = f'<link rel="canonical" href="{declared}">'
    article = extract(replace(page(canonical), url=f"{site}{url}"))
    assert article.canonical_url == f"{site}{declared if believed else url}"


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ('<meta property="og:url" content="/quais/rouverture-84455">', "/quais/rouverture-84455"),
        (
            '<link rel="canonical" href="/"><meta property="og:url" content="/quais/rouverture-84455">',
            "/quais/rouverture-84455",
        ),
        (
            '<link rel="canonical" href="/a/rouverture-84455"><meta property="og:url" content="/b/84455">',
            "/a/rouverture-84455",
        ),
    ],
)
def test_og_url_stands_in_where_no_canonical_address_is_believed(head: str, kept: str) -> None:
    assert extract(page(head)).canonical_url == f"https://www.phare.example{kept}"


def test_a_canonical_address_may_stand_on_another_host_of_the_site() -> None:
    address = "https://phare.example.org/quais/rouverture-84455"
    canonical = f'<link rel="canonical" href="{address}">'
    amp = "https://amp.phare.example.org/quais/rouverture-84455"
    assert extract(replace(page(canonical), url=amp)).canonical_url == address


def test_words(article: Article) -> None:
    assert article.words == len(article.text.split())


def test_paywalled(article: Article) -> None:
    assert article.paywalled is True
    assert extract(page()).paywalled is False


def test_agencies_of_the_closing_line() -> None:
    article = extract(page(below="<p>Source: AFP</p>"))
    assert [credit["name"] for credit in article.agencies] == ["AFP"]
    assert "Source" not in article.text


def test_embedded_text_stands_in_for_one_that_is_cut() -> None:
    whole = "\\n\\n".join(PARAGRAPHS)
    node = f'{{"@type": "NewsArticle", "headline": "Le budget voté dans la nuit", "articleBody": "{whole}"}}'
    body = markup(f'<script type="application/ld+json">{node}</script>')
    for paragraph in PARAGRAPHS[1:]:
        body = body.replace(f"<p>{paragraph}</p>".encode(), b"")
    assert extract(Page(URL, body, {}, CAPTURED)).text.split("\n")[-3:] == list(PARAGRAPHS)


def test_what_is_read_travels_through_a_process_pool() -> None:
    reading = read(page('<meta name="robots" content="noindex">'))
    again = pickle.loads(pickle.dumps(reading))
    assert again == reading
    assert reading.article is not None
    assert not reading.directives.index


def test_a_trace_tells_what_was_left_out() -> None:
    told: list[tuple[str, str]] = []
    extract(
        page(below="<p>Lire aussi : Le Sénat en embuscade</p>"),
        lambda rule, text: told.append((rule, text)),
    )
    assert ("read also", "Lire aussi : Le Sénat en embuscade") in told


@pytest.mark.parametrize(
    "prompt", ["Article réservé aux abonnés", "Subscribe to continue reading", "Nur für Abonnenten"]
)
def test_a_printed_prompt_tells_a_paywall(prompt: str) -> None:
    assert extract(page(below=f"<div>{prompt}</div>")).paywalled is True
