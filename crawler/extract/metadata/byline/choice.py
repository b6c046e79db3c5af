"""Chooses whom to name as an article's authors, among all that its page says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

from crawler.extract.markup.evidence import PageEvidence, comparable_line, words_in
from crawler.extract.metadata.byline import claims, patterns, printed
from crawler.extract.metadata.byline.credit import MAX_NAMES, PageNames, bare, office_in, persons
from crawler.extract.metadata.byline.person import is_office
from crawler.extract.metadata.byline.printed import AuthorMarkup

_MAX_PRINTED = 120
"""Characters of a line that is kept as a byline."""


def authors(
    evidence: PageEvidence,
    elements: AuthorMarkup,
    frame: Iterable[str] = (),
    selector_names: Iterable[str] = (),
) -> list[str]:
    """Names in the page's order; an office ("Rédaction", an agency) as it is printed, only where no
    person is named.

    `frame` holds the lines printed around headline and text, `selector_names` what the source's
    selectors find.
    """
    page = PageNames(evidence.site_names, printed.page_language(evidence))
    offices: list[str] = []
    for source in _sources(evidence, elements, frame, selector_names, page.language):
        if not (offices and source.weak):
            named, others = _named_in(source, page)
            if named:
                return named
            offices = offices or others
    return offices


def _named_in(source: "_Source", page: PageNames) -> tuple[list[str], list[str]]:
    """The persons that the first credit of a source names that names any; else its offices."""
    offices: list[str] = []
    for credit in source.credits:
        lines = [bare(line, page, source.declared) for line in credit]
        named = [name for line in lines for name in persons(line, page, source.declared)]
        if named:
            return _unique(named), []
        found = map(partial(office_in, page=page, declared=source.declared), lines)
        offices = offices or _unique(chain.from_iterable(found))
        if any(map(is_office, lines)):
            break
    return [], offices


@dataclass(frozen=True, slots=True)
class _Source:
    """A place where authors may be named: its credits, each in lines, of which the first one that
    names anybody counts.

    `declared`: nothing but names is to stand here. `weak`: it says nothing against an office that
    is named elsewhere.
    """

    credits: Iterable[Iterable[str]]
    declared: bool = False
    weak: bool = False


def _sources(
    evidence: PageEvidence,
    elements: AuthorMarkup,
    frame: Iterable[str],
    selector_names: Iterable[str],
    language: str | None,
) -> Iterator[_Source]:
    """Where names may stand, from the surest to the least sure."""
    yield _Source([selector_names], declared=True)
    yield _Source([_printed_and_carded(evidence, elements)])
    yield _Source([claims.of_jsonld(evidence)], declared=True)
    yield _Source([claims.of_metas(evidence)], declared=True)
    yield _Source([credit] for credit in printed.credits_in(elements.declared))
    introduced = sorted(printed.credits_in(elements.introduced), key=_names_no_role)
    yield _Source([credit] for credit in introduced)
    yield _Source([claims.of_card(evidence)], declared=True)
    yield _Source([credit] for credit in printed.credits_in(elements.classed))
    yield _Source([elements.own_lines(printed.introduced_lines(frame, language))])
    yield _Source(([credit] for credit in printed.credits_in(elements.linked)), weak=True)
    yield _Source([printed.edited_lines(frame)], weak=True)
    yield _Source([evidence.hints.authors], declared=True)


def _printed_and_carded(evidence: PageEvidence, elements: AuthorMarkup) -> list[str]:
    """Bylines that page and card share: where its data name another, that is who entered the
    text.
    """
    carded = set(map(comparable_line, claims.of_card(evidence)))
    if not carded:
        return []
    classed = printed.credits_in(elements.classed)
    return [credit for credit in classed if comparable_line(credit) in carded]


def _names_no_role(credit: str) -> bool:
    """Whether a credit doesn't say what its person does: a picture's may not."""
    return patterns.role().search(credit) is None


def printed_bylines(
    evidence: PageEvidence, elements: AuthorMarkup, frame: Iterable[str] = ()
) -> list[str]:
    """The bylines as printed, agencies included ("A.G avec AFP"): who the article credits."""
    page = PageNames(evidence.site_names, printed.page_language(evidence))
    shown = map(words_in, (*elements.declared, *elements.classed))
    own_lines = elements.own_lines(printed.introduced_lines(frame, page.language))
    in_data = (claims.of_jsonld(evidence), claims.of_metas(evidence), claims.of_card(evidence))
    lines = chain(*in_data, shown, own_lines, evidence.hints.authors)
    bylines = map(partial(bare, page=page), lines)
    return _unique(line for line in bylines if 2 < len(line) <= _MAX_PRINTED)


def _unique(names: Iterable[str]) -> list[str]:
    """The first spelling of each name."""
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(comparable_line(name), name)
    return list(by_key.values())[:MAX_NAMES]
