"""The printed headline, without the site's name."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from html import unescape

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.markup import jsonld
from crawler.extract.markup.evidence import PageEvidence, clean, comparable_line, words_in

_MAX = 400
_SEPARATOR = re.compile(r"\s+[|•·»›>–—:-]+\s+|\s*[|_│｜]\s*|\s+::\s+|\s*--\s*")
_TIGHT_SEPARATOR = re.compile(r"[-_|–—]+")  # scripts without spaces put none around it either
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_TITLE_CLASS = re.compile(r"head-?line|title|titre|titular|titulo", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,200}>")
_LINE = XPath("boolean(//body//text()[normalize-space() = $line])")
_KNOWN = 0.5  # below this likeness to all that is declared, a heading is not the article's headline


def headline(evidence: PageEvidence) -> str:
    """The headline as printed: the heading that the page's declarations agree with, else what they
    declare.
    """
    raw = [title for title in _declared(evidence) if title]
    declared = [title for title in (without_site(title, evidence) for title in raw) if title]
    headings = [title for title in _printed(evidence.tree) if title]
    printed = _agreed(headings, declared)
    if not printed:
        repeated = [title for title, times in Counter(headings).items() if times > 1]
        if _is_bare(declared, evidence):
            return next(iter((*repeated, *declared, *headings)), "")
        return _shown(declared[0], evidence.tree)
    said, count = Counter(map(comparable_line, raw)).most_common(1)[0] if raw else ("", 0)
    if (
        count >= 3
        and comparable_line(printed) != said
        and not any(
            comparable_line(title) == said != comparable_line(without_site(title, evidence))
            for title in raw
        )
    ):
        return next(title for title in raw if comparable_line(title) == said)
    return _core(without_site(printed, evidence), declared, _last_parts(evidence))


def _declared(evidence: PageEvidence) -> Iterator[str]:
    yield _plain(
        jsonld.text(evidence.node.get("headline")) or jsonld.text(evidence.node.get("name"))
    )
    yield _plain(evidence.meta("og:title"))
    yield _plain(
        evidence.meta("twitter:title", "title", "dc.title", "parsely-title", "sailthru.title")
    )
    title = evidence.tree.find(".//title")
    yield _plain(title.text_content()) if title is not None else ""
    yield _plain(evidence.hints.title or "")


def _printed(tree: HtmlElement) -> Iterator[str]:
    """Headings that may be the headline: first those of the first rank or called a title, then others."""
    others = []
    for number, element in enumerate(tree.iter("h1", "h2", "h3")):
        if number >= 60:
            break
        words = words_in(element)
        if not 2 < len(words) <= _MAX:
            continue
        if element.tag == "h1" or (
            element.tag == "h2" and _TITLE_CLASS.search(element.get("class") or "")
        ):
            yield words
        else:
            others.append(words)
    yield from others[:10]


def _shown(title: str, tree: HtmlElement) -> str:
    """The title without an end that is not part of the line that the page shows."""
    for mark in _SEPARATOR.finditer(title):
        head = title[: mark.start()]
        if len(head) >= 20 and _LINE(tree, line=head):
            return clean(head)
    return title


def _is_bare(declared: list[str], evidence: PageEvidence) -> bool:
    """Whether all that is declared is one title in a word or two, or the site's name: no headline."""
    return not declared or all(
        _is_site(comparable_line(title), evidence) or len(title.split()) <= 2 for title in declared
    )


def _agreed(printed: list[str], declared: list[str]) -> str:
    """The printed heading nearest to what is declared, if it is near at all."""
    if not declared:
        return printed[0] if printed else ""
    others = [comparable_line(title) for title in declared]
    best, found = 0.0, ""
    for title in printed:
        own = comparable_line(title)
        likeness = 1.0 if own in others else max(_likeness(own, other) for other in others)
        if likeness > best:
            best, found = likeness, title
        if best == 1.0:
            break
    return found if best >= _KNOWN else ""


def _core(printed: str, declared: list[str], last_parts: frozenset[str]) -> str:
    """The printed heading; without a kicker or a site's name that runs into it."""
    own = comparable_line(printed)
    for title in declared:
        folded = comparable_line(title)
        begins = own.startswith(folded) and own[len(folded) :] in last_parts
        ends = (
            own.endswith(folded) and len(folded) >= 0.4 * len(own) and len(own) - len(folded) >= 5
        )
        ends = ends and len(printed.split()) - len(title.split()) <= 4
        if folded != own and (begins or ends) and not title.endswith(("…", "...")):
            return title
    return printed


def _last_parts(evidence: PageEvidence) -> frozenset[str]:
    """What the page's own title says after the headline: the site, in one spelling or another."""
    title = evidence.tree.find(".//title")
    parts = _SEPARATOR.split(_plain(title.text_content())) if title is not None else []
    last = comparable_line(parts[-1]) if len(parts) > 1 else ""
    shared = comparable_line(
        evidence.meta("og:title", "twitter:title") or jsonld.text(evidence.node.get("headline"))
    )
    return evidence.site_names | ({last} if last and last not in shared else frozenset())


def _likeness(left: str, right: str) -> float:
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    shorter, longer = sorted((left, right), key=len)
    if shorter in longer and len(shorter) >= 10:
        return 0.95 - 0.2 * (1 - len(shorter) / len(longer))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return (
        matcher.ratio()
        if matcher.real_quick_ratio() >= _KNOWN and matcher.quick_ratio() >= _KNOWN
        else 0.0
    )


def without_site(title: str, evidence: PageEvidence) -> str:
    """The title without parts that are the site's name, in front or at the end."""
    for pattern in (_SEPARATOR, _TIGHT_SEPARATOR) if _CJK.search(title) else (_SEPARATOR,):
        for _ in range(3):
            parts = list(pattern.finditer(title))
            shorter = _stripped(title, parts, evidence) if parts else title
            if shorter == title:
                break
            title = shorter
    return title


def _stripped(title: str, separators: list[re.Match[str]], evidence: PageEvidence) -> str:
    for mark in separators:
        tail = comparable_line(title[mark.end() :])
        if _is_site(tail, evidence) and mark.start() > 3:
            return clean(title[: mark.start()])
    last, first = separators[-1], separators[0]
    if _is_site(comparable_line(title[: first.start()]), evidence):
        return clean(title[first.end() :])
    # a pipe or a dash before a few words at the end is a site's name even where the page never says
    # it
    rest = len(title) - last.end()
    if (last.start() > 20 and rest <= 30 and "|" in last[0]) or (
        _CJK.search(title) and rest <= 8 < last.start() and "-" in last[0]
    ):
        return clean(title[: last.start()])
    return title


def _is_site(part: str, evidence: PageEvidence) -> bool:
    return bool(part) and (
        part in evidence.site_names
        or any(
            len(name) > 4
            and (part.startswith(name) or part.endswith(name))
            and len(part) < 2 * len(name) + 8
            for name in evidence.site_names
        )
    )


def _plain(title: str) -> str:
    return clean(unescape(_TAG.sub("", title)))[:_MAX]
