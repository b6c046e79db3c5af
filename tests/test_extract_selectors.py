"""A source's selectors, where its pages need help: what they find counts, the rest is extracted as
ever.
"""

from crawler.article import Article, Hints, Page, Selectors
from crawler.extract import extract
from tests.support.clock import moment

NOW = moment(25)
PROSE = "".join(
    f"<p>Le conseil municipal a voté la mesure numéro {n} après un long débat, et les habitants du quartier ont salué "
    "la décision qui doit entrer en vigueur au printemps prochain.</p>"
    for n in range(4)
)
PAGE = f"""<!DOCTYPE html><html lang=fr><head><title>Le journal</title><meta name=author content="Admin"></head><body>
<div class=k1>L'eau revient à Zahlé</div><span class=k2 data-x=1>12 mars 2026</span><i class=k3>Rima Haddad</i>
<div class=k4>{PROSE}<div class=ad7>Achetez nos casseroles en cuivre, elles sont garanties dix ans et livrées chez
vous.</div></div><div class=k5><p>Une note de fin qui compte aussi, avec sa phrase entière et un point.</p></div>
</body></html>"""


def read(selectors: Selectors | None) -> Article:
    page = Page("https://a.example/1", PAGE.encode(), {}, NOW, hints=Hints(selectors=selectors))
    return extract(page)


def test_what_selectors_find_counts() -> None:
    chosen = Selectors(
        title=".k1", text=".k4, .k5, .k5 p", date=".k2", authors=".k3", remove=(".ad7",)
    )
    article = read(chosen)
    assert article.title == "L'eau revient à Zahlé"
    assert article.authors == ["Rima Haddad"]
    assert (article.published or NOW).date().isoformat() == "2026-03-12"
    assert article.published_origin == "selector"
    lines = article.text.split("\n")
    assert len(lines) == 5
    assert lines[-1].startswith("Une note de fin")
    assert "casseroles" not in article.text


def test_without_them_or_where_they_find_nothing_the_general_rules_read() -> None:
    plain = read(None)
    assert plain.title != "L'eau revient à Zahlé"
    assert (
        read(Selectors(title="h6", text="#none", date="time", authors="b.c", remove=("table",)))
        == plain
    )


def test_the_page_itself_is_not_removed() -> None:
    assert (
        read(Selectors(remove=("html", "body", ".ad7"))).text
        == read(Selectors(remove=(".ad7",))).text
    )
