"""From a page's bytes to an Article: pure, no network, disk, environment or clock."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.article import Article, Page
from crawler.enrich import enrich
from crawler.extract.dates import DateClaim, dates_of, parse_date
from crawler.extract.errors import Refused
from crawler.extract.markup import metatags
from crawler.extract.markup.evidence import PageEvidence, gather
from crawler.extract.markup.links import Link, links_in
from crawler.extract.markup.tree import parse
from crawler.extract.metadata import byline, headline, paywall
from crawler.extract.metadata import canonical as addresses
from crawler.extract.metadata import section as rubric
from crawler.extract.metadata.directives import AGENT, Directives, directives
from crawler.extract.refusal import page_type as kind
from crawler.extract.refusal import walls as gate
from crawler.extract.text import noise
from crawler.extract.text import omitted as printed
from crawler.extract.text import selectors as chosen
from crawler.extract.text.body import Body, body
from crawler.extract.text.boilerplate import (
    LEAST_ARTICLES,
    LINES_VERSION,
    fold_line,
    lines_of,
    without,
)
from crawler.extract.text.noise import Trace

__all__ = [
    "AGENT",
    "LEAST_ARTICLES",
    "LINES_VERSION",
    "Directives",
    "ExtractResult",
    "Link",
    "Refused",
    "Trace",
    "directives",
    "extract",
    "fold_line",
    "left_out",
    "lines_of",
    "links",
    "read",
    "without",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExtractResult:
    """What one parse of a page gave: the article, or why there is none; what its robots directives
    allow; the article's folded lines.
    """

    article: Article | None
    refused: Refused | None
    directives: Directives
    lines: frozenset[str] = frozenset()


def extract(page: Page, trace: Trace | None = None) -> Article:
    """The page's article; raises Refused where it is none. `trace` is told (rule, text) of
    everything left out.
    """
    trace = trace or _untold
    return _article(page, _gathered(page, trace), trace)


def read(page: Page, trace: Trace | None = None) -> ExtractResult:
    """The article, or the refusal, together with the page's robots directives, off one parse;
    raises nothing.

    What a crawl asks: here home pages, listings and pages about the site are refused, where
    `extract` takes the word of whoever names a page.
    """
    trace = trace or _untold
    try:
        evidence = _gathered(page, trace)
    except Refused as refusal:
        return ExtractResult(None, refusal, _allowed({}, page))
    allowed = _allowed(evidence.metas, page)
    try:
        article = _article(page, evidence, trace)
        # Where the source's selector finds a text, its owner has said what an article is.
        if not chosen.lines(evidence.tree, page.hints.selectors):
            kind.check(evidence, article)
        return ExtractResult(article, None, allowed, lines_of(article.text))
    except Refused as refusal:
        return ExtractResult(None, refusal, allowed)


def left_out(page: Page, title: str, text: str) -> list[tuple[str, str]]:
    """The lines of the page that its article, with this title and text, leaves out, each behind the
    rule that did it or the place where it stands (`crawler.extract.text.omitted`); raises Refused
    for what is no HTML.
    """
    told: list[tuple[str, str]] = []
    with suppress(Refused):
        found = extract(page, lambda rule, words: told.append((rule, words)))
        told += (("credit", credit["evidence"]) for credit in found.agencies)
    return printed.left_out(page, title, text, told)


def links(page: Page) -> list[Link]:
    """The links of a section or home page, none where it is no HTML; `nofollow` counts the page's
    own directives.
    """
    try:
        tree = parse(page.body, page.headers)
    except Refused:
        return []
    return links_in(tree, page.url, _allowed(metatags.metas(tree), page).follow)


def _allowed(metas: Mapping[str, list[str]], page: Page) -> Directives:
    site = {"robots_txt": page.hints.signals, "tdmrep": page.hints.tdmrep}
    return directives(metas, page.headers, now=page.fetched_at, url=page.url, **site)


def _untold(rule: str, text: str) -> None:
    pass


def _gathered(page: Page, trace: Trace) -> PageEvidence:
    tree = parse(page.body, page.headers)
    chosen.prepare(tree, page.hints.selectors, trace)
    return gather(tree, page.url, page.hints)


def _article(page: Page, evidence: PageEvidence, trace: Trace) -> Article:
    selectors = page.hints.selectors
    title = chosen.title(evidence.tree, selectors) or headline.headline(evidence)
    found = body(evidence, title, trace)
    if lines := chosen.lines(evidence.tree, selectors):
        found = Body(lines, frame=found.frame)
    text = "\n".join(noise.tidy(found.lines, title, page.hints.boilerplate, trace))
    gate.check(evidence, title, text, page.body)
    elements = byline.marked(evidence.tree)
    lead = found.standfirst or evidence.meta("og:description", "description", "twitter:description")
    article = Article(
        url=page.url,
        title=title,
        text=text,
        canonical_url=addresses.canonical_url(evidence),
        lead=lead or None,
        authors=byline.authors(
            evidence, elements, found.frame, chosen.authors(evidence.tree, selectors)
        ),
        section=rubric.section(evidence, title, page.section, found.frame),
        image=addresses.image(evidence),
        paywalled=paywall.paywalled(evidence, found.frame),
        tags=rubric.tags(evidence),
    )
    bylines = byline.printed(evidence, elements, found.frame)
    return enrich(
        _dated(article, evidence, page, found.frame), page, _declared_language(evidence), bylines
    )


def _dated(article: Article, evidence: PageEvidence, page: Page, frame: Iterable[str]) -> Article:
    dates = dates_of(
        evidence.tree,
        evidence.graph,
        page.url,
        page.fetched_at,
        language=_declared_language(evidence),
        hints=page.hints,
    )
    modified = dates.modified.value if dates.modified else None
    language = _declared_language(evidence)
    said = parse_date(chosen.date(evidence.tree, page.hints.selectors), language, page.fetched_at)
    claim = replace(said, origin="selector") if said else dates.published
    claim = claim or _beside_clock(frame, language, page.fetched_at)
    if claim is None:
        return replace(article, modified=modified)
    return replace(
        article,
        published=claim.value,
        published_precision=claim.precision,
        published_origin=claim.origin,
        published_earliest=claim.earliest,
        published_latest=claim.latest,
        modified=modified,
    )


def _beside_clock(
    frame: Iterable[str], language: str | None, captured: datetime
) -> DateClaim | None:
    """The date behind the clock that an icon font draws, where it runs into the words around it."""
    for words in noise.behind_clock(frame):
        claim = parse_date(words, language, captured)
        if claim:
            return claim
    return None


def _declared_language(evidence: PageEvidence) -> str | None:
    return (
        evidence.tree.get("lang")
        or evidence.meta("og:locale", "content-language", "language")
        or evidence.hints.language
    )
