"""Lines that are printed around an article and are none of it: known forms in five languages,
echoes, learned lines.
"""

from collections.abc import Callable, Iterable, Iterator

from crawler.extract.markup.evidence import clean, comparable_line
from crawler.extract.text import noise_patterns
from crawler.extract.text.boilerplate import fold_line

Trace = Callable[[str, str], None]
"""Called with (rule, text) for whatever is left out of an article."""

_SUMMARIES = 8
"""Lines at the beginning of a text that may be its summary, printed again further below."""
_ECHO = 40
"""Letters and digits of a line from which it is no chance that it comes again."""
_DATE_LINE = 90
_RELATED_HEADING = 60
_BEFORE_COMMENTS = 200
"""Characters of text before a line that may head readers' comments: a menu has it further above."""
_BEFORE_RELATED = 0.7
"""Share of the text before a line that may head a closing list of other articles."""


def without_icons(line: str) -> str:
    """The line without the ligature names that an icon font would draw as pictures."""
    if not noise_patterns.ICONIC.search(line):
        return line
    return clean(noise_patterns.icons().sub(" ", line))


def behind_clock(lines: Iterable[str]) -> Iterator[str]:
    """What stands behind a clock or calendar of an icon font, up to the next picture."""
    for line in lines:
        match = noise_patterns.clock().search(line)
        if match:
            yield clean(match[1])


def tidy(lines: Iterable[str], title: str, boilerplate: frozenset[str], trace: Trace) -> list[str]:
    """The lines that belong to the article, in order; what is left out is told to `trace`."""
    folded_title = comparable_line(title)
    before_end = _until_the_end(list(lines), trace)
    printed = [_without_title(without_icons(line), title) for line in before_end]
    boilerplate = _harmless(printed, boilerplate)
    keys = list(map(comparable_line, printed))
    text: list[str] = []
    seen: set[str] = set()
    for number, (line, key) in enumerate(zip(printed, keys, strict=True)):
        rule = _rule(line, key, folded_title, boilerplate)
        if not rule and _comes_again(number, keys, seen):
            rule = "repeated"
        if rule:
            trace(rule, line)
        else:
            text.append(line)
            seen.add(key)
    return text


def _comes_again(number: int, keys: list[str], seen: set[str]) -> bool:
    """Whether a line stood above, or is a summary near the top that stands word for word in a later
    line.
    """
    key = keys[number]
    if len(key) <= _ECHO:
        return False
    if key in seen:
        return True
    return number < _SUMMARIES and any(key in later for later in keys[number + 1 : number + 60])


def _harmless(lines: list[str], boilerplate: frozenset[str]) -> frozenset[str]:
    """No learned line, where together they would take half of the text: a text that comes again is
    no furniture.
    """
    if not boilerplate:
        return boilerplate
    learned = sum(len(line) for line in lines if fold_line(line) in boilerplate)
    takes_half = 2 * learned > sum(map(len, lines))
    return frozenset() if takes_half else boilerplate


def _rule(line: str, folded: str, title: str, boilerplate: frozenset[str]) -> str:
    """Why a line is left out, empty where it belongs to the text; `title` is folded."""
    if not folded:
        return "symbols"
    if folded == title:
        return "title"
    if boilerplate and _is_learned(line, boilerplate):
        return "learned"
    if len(line) <= _DATE_LINE and noise_patterns.is_date(line):
        return "date"
    return noise_patterns.rule_for(line)


def _is_learned(line: str, boilerplate: frozenset[str]) -> bool:
    """Whether it is a learned line, and none that names the article's source."""
    return fold_line(line) in boilerplate and not noise_patterns.source().match(line)


def _without_title(line: str, title: str) -> str:
    # a reading that lost the page's breaks runs the headline into the first line
    runs_in = len(line) > len(title) > 20 and line.startswith(title)
    return line[len(title) :].lstrip(" |:–—-") if runs_in else line


def _until_the_end(lines: list[str], trace: Trace) -> list[str]:
    """The lines before readers' comments, and before a closing list of other articles."""
    least_before = {"comments": _BEFORE_COMMENTS, "related": _BEFORE_RELATED * sum(map(len, lines))}
    before = 0
    for number, line in enumerate(lines):
        closing = _closing(line)
        if closing and before >= least_before[closing]:
            for dropped in lines[number:]:
                trace(closing, dropped)
            return lines[:number]
        before += len(line)
    return lines


def _closing(line: str) -> str:
    """What a line heads at the end of a page: "comments", "related", or nothing."""
    if noise_patterns.comments().match(line):
        return "comments"
    if len(line) < _RELATED_HEADING and noise_patterns.related().match(line):
        return "related"
    return ""
