"""Reads one page: bytes become a tree, the tree evidence, the evidence an Article or a refusal."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from crawler.article import Article, Page
from crawler.extract import building
from crawler.extract.errors import Refused
from crawler.extract.markup import metatags
from crawler.extract.markup.evidence import PageEvidence
from crawler.extract.markup.links import Link, frame_links, header_links, links_in
from crawler.extract.markup.page_stories import stories_in
from crawler.extract.markup.pagination import ALONE, Pagination
from crawler.extract.markup.tree import parse
from crawler.extract.metadata import live_blog
from crawler.extract.metadata.directives import Directives, directives
from crawler.extract.refusal import page_type, shell
from crawler.extract.text import omitted, selectors
from crawler.extract.text.boilerplate import lines_of
from crawler.extract.text.noise import Trace


@dataclass(frozen=True, slots=True)
class ExtractResult:
    """What one parse of a page gave: the article, or why there is none; what its robots directives
    allow; the article's folded lines, learned ones included; whether it is a live blog, whose posts
    leave the page; where it goes on, how many of the page's further parts it is made of, and the
    folded names that the site gives itself.
    """

    article: Article | None
    refused: Refused | None
    directives: Directives
    lines: frozenset[str] = frozenset()
    live: bool = False
    pagination: Pagination = ALONE
    parts: int = 0
    site_names: frozenset[str] = frozenset()


def extract(page: Page, trace: Trace | None = None) -> Article:
    """The page's article; raises Refused where it is none.

    `trace` is called with (rule, text) for everything that is left out.
    """
    trace = trace or building.no_trace
    evidence = building.evidence_of(page, trace)
    return building.article(page, evidence, trace, _take_the_word).article


def read(page: Page, trace: Trace | None = None) -> ExtractResult:
    """The article, or the refusal, together with the page's robots directives, off one parse;
    raises nothing.

    What a crawl calls: here home pages, listings and pages about the site are refused, where
    `extract` takes the word of whoever names a page.
    """
    trace = trace or building.no_trace
    try:
        evidence = building.evidence_of(page, trace)
    except Refused as refusal:
        return ExtractResult(None, refusal, _allowed({}, page))
    allowed = _allowed(evidence.metas, page)
    # Where the source's selector finds a text, its owner has said what an article is.
    selected = selectors.lines(evidence.tree, page.hints.selectors)
    check = _take_the_word if selected else page_type.check
    try:
        built = building.article(page, evidence, trace, check)
    except Refused as refusal:
        return ExtractResult(None, refusal, allowed)
    if built.pagination.first:
        refused = Refused("part", f"it goes on from {built.pagination.first}")
        return ExtractResult(None, refused, allowed, pagination=built.pagination)
    article = built.article
    live = live_blog.is_live_blog(evidence, article.title, article.text)
    # With the lines that were learned: they are furniture as long as the site prints them.
    lines = lines_of(article.text) | built.furniture
    return ExtractResult(
        article, None, allowed, lines, live, built.pagination, built.parts, evidence.site_names
    )


def left_out(page: Page, title: str, text: str) -> list[tuple[str, str]]:
    """The lines of the page that its article, with this title and text, leaves out, each behind the
    rule that did it or the place where it stands (`crawler.extract.text.omitted`); raises Refused
    for what is no HTML.
    """
    removals: list[tuple[str, str]] = []
    # A page that is refused by now still has lines; what was traced before the refusal counts.
    with suppress(Refused):
        article = extract(page, lambda rule, words: removals.append((rule, words)))
        removals.extend(("credit", credit["evidence"]) for credit in article.agencies)
    return omitted.left_out(page, title, text, removals)


def links(page: Page) -> list[Link]:
    """The links of a section or home page, behind them the stories that only its data holds (region
    "data"); where there are none of either, the parts that the page shows (region "frame"). None
    where it is no HTML. `nofollow` counts the page's own directives.
    """
    try:
        tree = parse(page.body, page.headers)
    except Refused:
        return []
    follow = _allowed(metatags.metas(tree), page).follow
    page_links = [*links_in(tree, page.url, follow), *header_links(page.headers, page.url)]
    stories = stories_in(tree, page.url, page_links)
    page_links += [
        Link(story.url, story.title, nofollow=not follow, region="data") for story in stories
    ]
    if not any(link.region in ("main", "data") for link in page_links):
        page_links += frame_links(tree, page.url)
    return page_links


def is_shell(page: Page) -> bool:
    """Whether scripts alone fill a page that shows nothing else."""
    try:
        shell.check(parse(page.body, page.headers), "")
    except Refused as refusal:
        return refusal.reason == "shell"
    return False


def _allowed(metas: Mapping[str, list[str]], page: Page) -> Directives:
    return directives(
        metas,
        page.headers,
        now=page.fetched_at,
        url=page.url,
        robots_txt=page.hints.signals,
        tdmrep=page.hints.tdmrep,
    )


def _take_the_word(evidence: PageEvidence, article: Article) -> None:
    pass
