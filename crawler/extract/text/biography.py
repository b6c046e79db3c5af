"""Whether a line at a text's end tells who wrote it."""

from crawler.extract.markup.evidence import comparable_line
from crawler.extract.text import end_matter_patterns as patterns
from crawler.extract.text.last_line import NEAR, QUOTES, SHORT, WORD, LastLine

_NAME_BEGINS = 40
"""Characters from a line's beginning in which an author's name begins."""


def is_byline(line: LastLine) -> bool:
    return comparable_line(line.text) in map(comparable_line, line.about.authors)


def is_biography(line: LastLine) -> bool:
    """Whether a line tells who an author is: a name the page declares, or an unknown one with a
    writer's trade at this very site.
    """
    for author in line.about.authors:
        start = line.text.find(author)
        if 0 <= start <= _NAME_BEGINS and not QUOTES.search(line.text[:start]):
            return _tells_of(author, line.text[start + len(author) :], line)
    return _is_biography_of_unknown(line)


def _tells_of(author: str, rest: str, line: LastLine) -> bool:
    if rest.lstrip().startswith((":", "：")):
        return False  # it says who speaks
    named_above = author.rsplit(maxsplit=1)[-1] in f"{line.above}\n{line.about.title}"
    has_trade = bool(patterns.role().search(rest[:SHORT]))
    if named_above:
        return has_trade and (line.names_site or line.is_apart or not patterns.past().match(rest))
    return True


def _is_biography_of_unknown(line: LastLine) -> bool:
    if not line.names_site or QUOTES.match(line.text):
        return False
    named = _cased_name(line) if patterns.CASED.match(line.text) else _uncased_name(line)
    if named is None:
        return False
    name, rest = named
    is_subject = name in line.about.title or line.above.count(name) > 1
    if is_subject or patterns.past().match(rest):
        return False
    return bool(patterns.role().search(rest[:NEAR]))


def _cased_name(line: LastLine) -> tuple[str, str] | None:
    """The last word of the name that a line begins with, and what stands behind it."""
    match = patterns.name().match(line.text)
    return (match[1].rsplit(maxsplit=1)[-1], line.text[match.end() :]) if match else None


def _uncased_name(line: LastLine) -> tuple[str, str] | None:
    """The words before a trade and the rest, in scripts that don't mark names; none where the line
    reports what somebody said or saw.
    """
    trade = patterns.role().search(line.opening[:NEAR])
    if trade is None or patterns.reports().search(line.opening):
        return None
    name = line.opening[: trade.start()].strip()
    is_ideographic = patterns.IDEOGRAPHS.match(name)
    if is_ideographic:
        # "reporter Li Ming" is in a sentence, "Li Ming is a reporter." ends one
        return (name, line.text) if patterns.CLAUSE_END.match(line.text, trade.end()) else None
    return (name, line.text) if 2 <= len(name.split()) <= 5 else None


def continues_biography(line: LastLine) -> bool:
    """Whether a line below a biography goes on with it: with a pronoun, or a part of the name."""
    first = WORD.match(line.text)
    if first is None:
        return False
    names = {comparable_line(word) for name in line.about.authors for word in name.split()}
    return bool(patterns.pronoun().match(line.text)) or comparable_line(first[0]) in names


def begins_biography(line: LastLine) -> bool:
    """Whether a line above a biography belongs to it: it holds a part of the name that is new to
    the text, and a trade.
    """
    parts = {part for name in line.about.authors for part in name.split() if len(part) > 2}
    new_parts = parts.difference(WORD.findall(line.above))
    named = new_parts.intersection(WORD.findall(line.text))
    return bool(named) and bool(patterns.role().search(line.opening))
