"""One page's article: its text, and what the page says of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from crawler.article import Article, Page
from crawler.enrich import enrich
from crawler.extract.dates import DateClaim, dates_of, parse_date
from crawler.extract.errors import Refused
from crawler.extract.markup.evidence import PageEvidence, gather
from crawler.extract.markup.pagination import ALONE, Pagination, pagination
from crawler.extract.markup.tree import parse
from crawler.extract.metadata import byline, canonical, headline, paywall, section
from crawler.extract.metadata.plain_fields import plain_lines, without_controls
from crawler.extract.refusal import walls
from crawler.extract.refusal.announced import announcements, beginnings, share
from crawler.extract.text import feed_text, masthead, noise, parts, selectors
from crawler.extract.text.body import Body, body
from crawler.extract.text.boilerplate import lines_of, without_learned
from crawler.extract.text.end_matter import without_end_matter
from crawler.extract.text.last_line import About
from crawler.extract.text.noise import Trace
from crawler.extract.text.pointers import without_labelled


@dataclass(frozen=True, slots=True)
class Reading:
    """A headline with the text below it; `furniture` are the folded lines that were learned to be
    none of it.
    """

    title: str
    text: str
    content: Body
    authors: list[str]
    bylines: list[str]
    furniture: frozenset[str]


_NOTHING = b"<html><body></body></html>"
_AGREEING = 0.5
"""Share of its announced words from which a page's headline is the announced one."""
DESCRIPTIONS = ("og:description", "description", "twitter:description")
"""Meta tags that may hold the lead, the surest first."""


@dataclass(frozen=True, slots=True)
class Built:
    """An article, where it goes on, how many of the page's further parts it is made of, and the
    folded lines that were learned to be none of it.
    """

    article: Article
    pagination: Pagination
    parts: int = 0
    furniture: frozenset[str] = frozenset()


def no_trace(rule: str, text: str) -> None:
    """Takes no notes of what is left out."""


def evidence_of(page: Page, trace: Trace) -> PageEvidence:
    """What the page holds; raises Refused for what is no HTML."""
    body = page.body
    if page.hints.text and not body.strip():
        body = _NOTHING  # its feed may tell of an article all the same
    tree = parse(body, page.headers)
    selectors.prepare(tree, page.hints.selectors, trace)
    return gather(tree, page.url, page.hints)


def article(
    page: Page, evidence: PageEvidence, trace: Trace, check: Callable[[PageEvidence, Article], None]
) -> Built:
    """The article of the page, or of its feed where the page shows none, or a part; `check` raises
    Refused where the page is none of an article.
    """
    try:
        printed = _printed(page, evidence, trace)
        alone = _described(page, evidence, printed)
        check(evidence, alone)
    except Refused as refusal:
        fed = _fed(page, evidence, trace) if refusal.reason in feed_text.DOORS else None
        if fed is None:
            raise
        return Built(_described(page, evidence, fed), ALONE, furniture=fed.furniture)
    further = pagination(evidence.tree, page.url)
    if page.parts:
        return _joined(page, evidence, printed, further)
    if feed_text.may_be_fuller(page.hints, printed.text):
        fed = _fed(page, evidence, trace, printed)
        if fed and feed_text.is_part(printed.text, fed.text):
            return Built(_described(page, evidence, fed), ALONE, furniture=fed.furniture)
    return Built(alone, further, furniture=printed.furniture)


def _joined(page: Page, evidence: PageEvidence, first: Reading, further: Pagination) -> Built:
    """The article with the text of its further pages, up to the first that is none of its."""
    reading = first
    number = 0
    for part in page.parts:
        try:
            part_evidence = evidence_of(part, no_trace)
            printed = _printed(part, part_evidence, no_trace)
        except Refused:
            break
        text = parts.joined(first.title, reading.text, printed.title, printed.text)
        if not text:
            break
        number += 1
        reading = replace(reading, text=text)
        further = pagination(part_evidence.tree, part.url, page.url)
    described = _described(page, evidence, reading)
    return Built(described, further, number, reading.furniture)


def _printed(page: Page, evidence: PageEvidence, trace: Trace) -> Reading:
    """What the page shows; raises Refused where that is a wall or an error."""
    rules = page.hints.selectors
    title = selectors.title(evidence.tree, rules) or headline.headline(evidence)
    content = _content(page, evidence, title, trace)
    authors, bylines = _credits(page, evidence, title, content.frame)
    about = _about(evidence, title, authors, content)
    own, furniture = _own_lines(content.lines, page, trace)
    text = "\n".join(without_end_matter(own, about, trace))
    walls.check(evidence, title, text, page.body)
    return Reading(title, text, content, authors, bylines, furniture)


def _fed(
    page: Page, evidence: PageEvidence, trace: Trace, printed: Reading | None = None
) -> Reading | None:
    """What the feed shows, where it carries the whole text; its headline, unless that of the page
    agrees with it.
    """
    lines = feed_text.lines(page.hints, trace)
    title = page.hints.title or (printed.title if printed else "")
    if not lines or not title:
        return None
    frame: tuple[str, ...] = ()
    if printed:
        frame = printed.content.frame
        if share(announcements(page.url, page.hints), printed.title) >= _AGREEING:
            title = printed.title
    tidied, furniture = _own_lines(noise.tidy(lines, title, trace), page, trace)
    content = Body(tidied, frame=frame, origin="feed")
    authors, bylines = _credits(page, evidence, title, frame)
    about = _about(evidence, title, authors, content)
    text = "\n".join(without_end_matter(tidied, about, trace))
    return Reading(title, text, content, authors, bylines, furniture) if text else None


def _own_lines(lines: list[str], page: Page, trace: Trace) -> tuple[list[str], frozenset[str]]:
    """The lines without those that were learned to be furniture of the site, and these, folded."""
    taken: list[str] = []
    own = without_learned(lines, page.hints.boilerplate, taken.append)
    for line in taken:
        trace("learned", line)
    return own, lines_of("\n".join(taken))


def _described(page: Page, evidence: PageEvidence, reading: Reading) -> Article:
    """The article with what the page says of it."""
    content = reading.content
    frame = content.frame
    title = reading.title
    shown = Article(
        url=page.url,
        title=title,
        text=reading.text,
        canonical_url=canonical.canonical_url(evidence),
        lead=content.standfirst or _description(evidence, reading),
        authors=reading.authors,
        section=section.section(evidence, title, page.section, frame),
        image=canonical.image(evidence),
        paywalled=paywall.paywalled(evidence, frame, reading.text),
        tags=section.tags(evidence),
        text_origin=content.origin,
    )
    dated = _dated(without_controls(shown), evidence, page, frame)
    return enrich(dated, page, _declared_language(evidence), reading.bylines)


def _content(page: Page, evidence: PageEvidence, title: str, trace: Trace) -> Body:
    """The text without what is printed around it, but for learned lines and end matter; prompts to
    subscribe join its frame.
    """
    section_names = partial(section.names, evidence, title, page.section)
    content = body(evidence, title, section_names, trace)
    selected_lines = selectors.lines(evidence.tree, page.hints.selectors)
    printed = selected_lines or content.lines
    tidied = noise.tidy(printed, title, trace, content.links)
    lines, prompts = paywall.without_prompts(tidied, printed)
    for prompt in prompts:
        trace("paywall", prompt)
    standfirst = "" if selected_lines else content.standfirst
    return replace(
        content,
        lines=without_labelled(lines, trace),
        standfirst=standfirst,
        frame=(*content.frame, *prompts),
        origin="page" if selected_lines else content.origin,
    )


def _credits(
    page: Page, evidence: PageEvidence, title: str, frame: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The article's authors, and its bylines as they are printed."""
    author_markup = byline.AuthorMarkup(evidence, title)
    selected = selectors.authors(evidence.tree, page.hints.selectors)
    authors = byline.authors(evidence, author_markup, frame, selected)
    return authors, plain_lines(byline.printed_bylines(evidence, author_markup, frame))


def _about(evidence: PageEvidence, title: str, authors: list[str], content: Body) -> About:
    site = masthead.site_words(evidence, title)
    return About(title, tuple(authors), site, content.apart, content.channels)


def _description(evidence: PageEvidence, reading: Reading) -> str | None:
    """What the page's head says of its article. Beside a text of the feed it may be the site's, and
    the same on every page.
    """
    description = evidence.meta(*DESCRIPTIONS)
    if reading.content.origin == "feed":
        words = [beginnings(description)] if description else []
        if share(words, reading.text) < _AGREEING:
            return None
    return description or None


def _dated(article: Article, evidence: PageEvidence, page: Page, frame: Iterable[str]) -> Article:
    language = _declared_language(evidence)
    dates = dates_of(
        evidence.tree,
        evidence.graph,
        page.url,
        page.fetched_at,
        language=language,
        hints=page.hints,
    )
    if dates.modified:
        article = replace(article, modified=dates.modified.value)
    claim = (
        _selected_date(evidence, page, language)
        or dates.published
        or _date_beside_clock(frame, language, page.fetched_at)
    )
    if claim is None:
        return article
    return replace(
        article,
        published=claim.value,
        published_precision=claim.precision,
        published_origin=claim.origin,
        published_earliest=claim.earliest,
        published_latest=claim.latest,
    )


def _selected_date(evidence: PageEvidence, page: Page, language: str | None) -> DateClaim | None:
    """The date where the source's selector says that it stands."""
    words = selectors.date(evidence.tree, page.hints.selectors)
    claim = parse_date(words, language, page.fetched_at)
    return replace(claim, origin="selector") if claim else None


def _date_beside_clock(
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
