"""Lines that are printed around an article and are none of it: known forms in five languages,
echoes, learned lines.
"""

from collections.abc import Callable, Iterable, Iterator

from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.text.boilerplate import fold_line
from crawler.extract.text.noise_patterns import (
    CLOCK,
    COMMENTS,
    ICONIC,
    ICONS,
    RELATED,
    RULES,
    SOURCE,
    is_date,
)

Trace = Callable[[str, str], None]
"""Told (rule, text) of whatever is left out of an article."""

_SUMMARIES = 8


def without_icons(line: str) -> str:
    """The line without the ligature names that an icon font would draw as pictures."""
    return clean(ICONS.sub(" ", line)) if ICONIC.search(line) else line


def behind_clock(lines: Iterable[str]) -> Iterator[str]:
    """What stands behind a clock or calendar of an icon font, up to the next picture."""
    for line in lines:
        found = CLOCK.search(line)
        if found:
            yield clean(found[1])


def tidy(lines: Iterable[str], title: str, boilerplate: frozenset[str], trace: Trace) -> list[str]:
    """The lines that belong to the article, in order; what is left out is told to `trace`."""
    kept: list[str] = []
    seen: set[str] = set()
    own = comparable_line(title)
    printed = [
        _without_title(without_icons(line), title) for line in _until_the_end(list(lines), trace)
    ]
    boilerplate = _harmless(printed, boilerplate)
    keys = [comparable_line(line) for line in printed]
    for number, (words, folded) in enumerate(zip(printed, keys, strict=True)):
        rule = _rule(words, folded, own, boilerplate)
        if not rule and len(folded) > 40 and (folded in seen or _comes_again(folded, number, keys)):
            rule = "repeated"
        if rule:
            trace(rule, words)
        else:
            kept.append(words)
            seen.add(folded)
    return kept


def _comes_again(folded: str, number: int, keys: list[str]) -> bool:
    """Whether a line near the top, a summary, stands word for word in a later one."""
    return number < _SUMMARIES and any(folded in key for key in keys[number + 1 : number + 60])


def _harmless(lines: list[str], boilerplate: frozenset[str]) -> frozenset[str]:
    """No learned line, where together they would take half of the text: a text that comes again is
    no furniture.
    """
    if not boilerplate:
        return boilerplate
    taken = sum(len(line) for line in lines if fold_line(line) in boilerplate)
    return frozenset() if 2 * taken > sum(map(len, lines)) else boilerplate


def _rule(line: str, folded: str, title: str, boilerplate: frozenset[str]) -> str:
    if not folded:
        return "symbols"
    if folded == title:
        return "title"
    if boilerplate and fold_line(line) in boilerplate and not SOURCE.match(line):
        return "learned"
    if len(line) <= 90 and is_date(line):
        return "date"
    return next(
        (name for name, longest, pattern in RULES if len(line) <= longest and pattern.search(line)),
        "",
    )


def _without_title(line: str, title: str) -> str:
    # a reading that lost the page's breaks runs the headline into the first line
    if title and len(title) > 20 and line.startswith(title) and len(line) > len(title):
        return line[len(title) :].lstrip(" |:–—-")
    return line


def _until_the_end(lines: list[str], trace: Trace) -> list[str]:
    """The lines before readers' comments, and before a closing list of other articles."""
    sizes = [len(line) for line in lines]
    total = sum(sizes)
    before = 0
    for number, line in enumerate(lines):
        closing = (
            "comments"
            if COMMENTS.match(line)
            else "related"
            if len(line) < 60 and RELATED.match(line)
            else ""
        )
        if closing and before >= (200 if closing == "comments" else 0.7 * total):
            for dropped in lines[number:]:
                trace(closing, dropped)
            return lines[:number]
        before += sizes[number]
    return lines
