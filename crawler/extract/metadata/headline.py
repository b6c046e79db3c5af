"""The printed headline, without the site's name."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from html import unescape
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line, weight, words_in
from crawler.extract.metadata import title_words
from crawler.extract.metadata.crumbs import leads_home
from crawler.extract.words.lists import any_word

_MAX_TITLE = 400
_MAX_HEADINGS = 60
_SEPARATOR = re.compile(r"\s+[|•·»›>–—:-]+\s+|\s*[|_│｜]\s*|\s+::\s+|\s*--\s*")
_TIGHT_SEPARATOR = re.compile(r"[-_|–—]+")  # scripts without spaces put none around it either
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"<[^<>]{1,200}>")
_DIRECTION_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069 "
_LEAST_SHOWN = 20
"""Weight of a title's beginning that, shown as a line of its own, is the whole headline."""
_LEAST_IDEOGRAPHS = 8
"""Letters of Chinese, Japanese, Korean or Thai that are a headline, not a name."""
_LINE = XPath("boolean(//body//text()[normalize-space() = $line])")
_CLEARLY_MORE = 0.3
"""How much more of a heading than of a declared title the text must take up, of 1."""
_LEAST_LIKENESS = 0.5
"""Below this likeness to all that is declared, a heading is not the article's headline."""


def headline(evidence: PageEvidence) -> str:
    """The headline as printed: the heading that the page's declarations agree with, else what they
    declare; without marks of writing direction around it.
    """
    return _headline(evidence).strip(_DIRECTION_MARKS)


def _headline(evidence: PageEvidence) -> str:
    raw = list(filter(None, _declared(evidence)))
    shortened = [without_site(title, evidence) for title in raw]
    declared = list(filter(None, shortened))
    headings = list(_headings(evidence.tree, evidence.url))
    printed = _nearest(headings, declared)
    if not printed:
        return _without_heading(declared, headings, evidence)
    shared = _shared(raw, printed, evidence)
    if shared:
        return shared
    return _core(without_site(printed, evidence), declared, _last_parts(evidence))


def _without_heading(declared: list[str], headings: list[str], evidence: PageEvidence) -> str:
    """The headline where no heading is near to what is declared."""
    main = _main_heading(evidence)
    if main and declared and _is_constant(declared, main, evidence):
        return main
    if not _is_bare(declared, evidence):
        return _shown(declared[0], evidence.tree)
    repeated = [title for title, times in Counter(headings).items() if times > 1]
    return next(iter((*repeated, *declared, *headings)), "")


def _main_heading(evidence: PageEvidence) -> str:
    """The one heading of the first rank that is not the site's name; empty where there are more."""
    headings = set()
    for element in islice(evidence.tree.iter("h1"), _MAX_HEADINGS):
        words = _printed(element)
        if 2 < len(words) <= _MAX_TITLE and not _is_home_link(element, words, evidence.url):
            headings.add(words)
    own = [words for words in headings if not _is_site(comparable_line(words), evidence)]
    return own[0] if len(own) == 1 else ""


def _is_home_link(heading: HtmlElement, words: str, url: str) -> bool:
    """Whether a heading is nothing but a link to the home page: the site's name or its logo."""
    links = (*heading.iter("a"), *heading.iterancestors("a"))
    return any(
        leads_home(link.get("href") or "", url) and words_in(link) == words for link in links
    )


def _is_constant(declared: list[str], heading: str, evidence: PageEvidence) -> bool:
    """Whether all that is declared is the site's, the same on each page: its name, or words that
    the text does not take up, while it does those of the heading.
    """
    if all(_is_site(comparable_line(title), evidence) for title in declared):
        return True
    stems = title_words.stems_of_text(evidence.tree)
    known = max(title_words.share_in(title, stems) for title in declared)
    return title_words.share_in(heading, stems) > known + _CLEARLY_MORE


def _shared(raw: list[str], printed: str, evidence: PageEvidence) -> str:
    """The title that three declarations share and the heading differs from; empty where it ends
    in the site's name.
    """
    if not raw:
        return ""
    key, count = Counter(map(comparable_line, raw)).most_common(1)[0]
    if count < 3 or comparable_line(printed) == key:
        return ""
    titles = [title for title in raw if comparable_line(title) == key]
    names_site = any(comparable_line(without_site(title, evidence)) != key for title in titles)
    return "" if names_site else titles[0]


def _declared(evidence: PageEvidence) -> Iterator[str]:
    described = jsonld.text(evidence.node.get("headline")) or jsonld.text(evidence.node.get("name"))
    yield _plain(described)
    yield _plain(evidence.meta("og:title"))
    yield _plain(
        evidence.meta("twitter:title", "title", "dc.title", "parsely-title", "sailthru.title")
    )
    yield _title_element(evidence.tree)
    yield _plain(evidence.hints.title or "")


def _title_element(tree: HtmlElement) -> str:
    element = tree.find(".//title")
    return _plain(element.text_content()) if element is not None else ""


def _headings(tree: HtmlElement, url: str) -> Iterator[str]:
    """Headings that may be the headline: first those of the first rank or called a title, then
    others.
    """
    others = []
    for element in islice(tree.iter("h1", "h2", "h3"), _MAX_HEADINGS):
        words = _printed(element)
        if not 2 < len(words) <= _MAX_TITLE or _is_home_link(element, words, url):
            continue
        called_title = element.tag == "h2" and _title_class().search(element.get("class") or "")
        if element.tag == "h1" or called_title:
            yield words
        else:
            others.append(words)
    yield from others[:10]


def _printed(heading: HtmlElement) -> str:
    """A heading's words; some sites escape them twice."""
    return unescape(words_in(heading))


def _shown(title: str, tree: HtmlElement) -> str:
    """The title without an end that is not part of the line that the page shows."""
    for mark in _SEPARATOR.finditer(title):
        head = title[: mark.start()]
        if weight(head) >= _LEAST_SHOWN and _LINE(tree, line=head):
            return clean(head)
    return title


def _is_bare(declared: list[str], evidence: PageEvidence) -> bool:
    """Whether nothing is declared but titles in a word or two, or the site's name: no headline."""
    return all(_is_short(title) or _is_site(comparable_line(title), evidence) for title in declared)


def _is_short(title: str) -> bool:
    """Whether a title is a word or two; ideographs are not parted by spaces."""
    return len(title.split()) <= 2 and weight(title) - len(title) < 2 * _LEAST_IDEOGRAPHS


def _nearest(headings: list[str], declared: list[str]) -> str:
    """The printed heading nearest to what is declared, if it is near at all."""
    if not declared:
        return headings[0] if headings else ""
    keys = list(map(comparable_line, declared))
    nearest = ""
    best = 0.0
    for heading in headings:
        key = comparable_line(heading)
        if key in keys:
            return heading
        likeness = max(_likeness(key, other) for other in keys)
        if likeness > best:
            best = likeness
            nearest = heading
    return nearest if best >= _LEAST_LIKENESS else ""


def _core(printed: str, declared: list[str], last_parts: frozenset[str]) -> str:
    """The printed heading; without a kicker or a site's name that runs into it."""
    key = comparable_line(printed)
    votes = Counter(map(comparable_line, declared))
    for title in declared:
        folded = comparable_line(title)
        if votes[folded] <= votes[key] or title.endswith(("…", "...")):
            continue
        site_follows = key.startswith(folded) and key[len(folded) :] in last_parts
        if site_follows or _kicker_precedes(printed, title):
            return title
    return printed


def _kicker_precedes(printed: str, title: str) -> bool:
    """Whether a heading ends in the title, behind up to four words that are not half of it."""
    key = comparable_line(printed)
    folded = comparable_line(title)
    if not key.endswith(folded) or len(printed.split()) - len(title.split()) > 4:
        return False
    return len(folded) >= 0.4 * len(key) and len(key) - len(folded) >= 5


def _last_parts(evidence: PageEvidence) -> frozenset[str]:
    """What the page's own title says after the headline: the site, in one spelling or another."""
    parts = _SEPARATOR.split(_title_element(evidence.tree))
    last = comparable_line(parts[-1]) if len(parts) > 1 else ""
    shared = evidence.meta("og:title", "twitter:title")
    shared = shared or jsonld.text(evidence.node.get("headline"))
    if not last or last in comparable_line(shared):
        return evidence.site_names
    return evidence.site_names | {last}


def _likeness(left: str, right: str) -> float:
    """From 0 to 1 how much of two folded titles is the same."""
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    shorter, longer = sorted((left, right), key=len)
    if shorter in longer and len(shorter) >= 10:
        return 0.95 - 0.2 * (1 - len(shorter) / len(longer))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    # the quick ratios are upper bounds: the costly one is computed where it can reach the limit
    if matcher.real_quick_ratio() < _LEAST_LIKENESS or matcher.quick_ratio() < _LEAST_LIKENESS:
        return 0.0
    return matcher.ratio()


def without_site(title: str, evidence: PageEvidence) -> str:
    """The title without parts that are the site's name, in front or at the end."""
    patterns = [_SEPARATOR]
    if _CJK.search(title):
        patterns.append(_TIGHT_SEPARATOR)
    for pattern in patterns:
        for _ in range(3):
            shorter = _stripped(title, list(pattern.finditer(title)), evidence)
            if shorter == title:
                break
            title = shorter
    return title


def _stripped(title: str, separators: list[re.Match[str]], evidence: PageEvidence) -> str:
    """The title without one part that is the site's name."""
    if not separators:
        return title
    for mark in separators:
        tail = comparable_line(title[mark.end() :])
        if _is_site(tail, evidence) and mark.start() > 3:
            return clean(title[: mark.start()])
    first = separators[0]
    if _is_site(comparable_line(title[: first.start()]), evidence):
        return clean(title[first.end() :])
    last = separators[-1]
    if _sets_off_a_site(title, last):
        return clean(title[: last.start()])
    return title


def _sets_off_a_site(title: str, separator: re.Match[str]) -> bool:
    """Whether a pipe or a dash stands before a few words at the end: a site's name, even where the
    page never says it.
    """
    rest = len(title) - separator.end()
    if "|" in separator[0] and separator.start() > 20 and rest <= 30:
        return True
    return "-" in separator[0] and rest <= 8 < separator.start() and bool(_CJK.search(title))


def _is_site(part: str, evidence: PageEvidence) -> bool:
    """Whether folded words are a name of the site, or little more than one."""
    if not part:
        return False
    names = evidence.site_names
    return part in names or any(_little_more_than(part, name) for name in names)


def _little_more_than(part: str, name: str) -> bool:
    if len(name) <= 4 or len(part) >= 2 * len(name) + 8:
        return False
    return part.startswith(name) or part.endswith(name)


def _plain(title: str) -> str:
    return clean(unescape(_TAG.sub("", title)))[:_MAX_TITLE]


@cache
def _title_class() -> re.Pattern[str]:
    return re.compile(any_word("classes", "headline"), re.IGNORECASE)
