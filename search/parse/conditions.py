"""The values of conditions: what stands behind `seen:`, `gone:`, `words:` and the others of the
registry, in a query or as a parameter.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import cast, get_args

from indexer.analysis.folding import key
from indexer.query import Amount, Has, Moment, Node, Not, Or
from indexer.query.conditions import CONDITIONS, PARTS, MomentField, NumberField
from indexer.registry import Condition, Reading, same
from search.i18n.catalogue import read_texts
from search.parse.asker import Asker
from search.parse.dates import AmbiguousDate, plain, since, span
from search.parse.errors import QueryMistake, ambiguous

_SHOWN = 60
"""Characters of a value that a mistake quotes."""
_MOST_VALUES = 50
_COMMAS = re.compile("[,،]")
_NUMBERS = re.compile(r"([0-9]{0,7})(?:(\.\.)([0-9]{0,7}))?")


def condition(name: str, text: str, asker: Asker, position: int | None = None) -> Node:
    """What a condition with this value asks for; values between commas are alternatives.

    Raises `QueryMistake` for a value that the condition does not take.
    """
    row = CONDITIONS[name]
    values = [value.strip() for value in _COMMAS.split(text)][:_MOST_VALUES]
    present = [value for value in values if value] or [""]
    if len(present) > 1 and "moment" in row.reads:
        # "March 14, 2026" has a comma within.
        whole = _moment(row, text, asker, position)
        present = [text] if whole else present
    nodes = [_one(row, value, asker, position) for value in present]
    return nodes[0] if len(nodes) == 1 else Or(tuple(dict.fromkeys(nodes)))


def _one(row: Condition, text: str, asker: Asker, position: int | None) -> Node:
    for reading in row.reads:
        if reading == "moment":
            node: Node | None = _moment(row, text, asker, position)
        else:
            node = _READERS[reading](row, text)
        if node is not None:
            return node
    raise _mistake(row, text, position)


def _moment(row: Condition, text: str, asker: Asker, position: int | None) -> Node | None:
    field = cast(MomentField, row.field)
    try:
        return Moment(field, start=since(text, asker.now))
    except ValueError:
        pass
    try:
        return Moment(field, *span(text, asker.tz, day_first=asker.day_first))
    except AmbiguousDate as date:
        raise ambiguous(text, date.readings, position) from None
    except ValueError:
        return None


def _choice(row: Condition, text: str) -> Node | None:
    is_yes = _choices().get(key(text))
    if is_yes is None:
        return None
    holds: Node = Has(row.field)
    if row.over is not None:
        holds = Amount(cast(NumberField, row.field), least=row.over + 1)
    return holds if is_yes else Not(holds)


def _number(row: Condition, text: str) -> Node | None:
    match = _NUMBERS.fullmatch(plain(text))
    if match is None or not (match[1] or match[3]):
        return None
    least = int(match[1]) if match[1] else None
    most = int(match[3]) if match[3] else None
    if not match[2]:
        most = least
    if least is not None and most is not None and least > most:
        return None
    return Amount(cast(NumberField, row.field), least, most)


def _part(row: Condition, text: str) -> Node | None:
    part = text.casefold()
    if part not in PARTS:
        return None
    return Has("published" if part == "date" else part)


_READERS: Mapping[Reading, Callable[[Condition, str], Node | None]] = {
    "choice": _choice,
    "number": _number,
    "part": _part,
}
same("search.parse.conditions._READERS", ("moment", *_READERS), get_args(Reading))


def _mistake(row: Condition, text: str, position: int | None) -> QueryMistake:
    found = text[:_SHOWN]
    match row.reads[0]:
        case "moment":
            return QueryMistake("bad_moment", position, found=found)
        case "number":
            return QueryMistake("bad_number", position, found=found)
        case "part":
            choices = ", ".join(PARTS)
        case _:
            choices = "yes, no, 2026-03, 7d" if "moment" in row.reads else "yes, no"
    return QueryMistake("unknown_choice", position, found=found, choices=choices)


@cache
def _choices() -> Mapping[str, bool]:
    """The words for yes and no, in every language of the interface."""
    words = {"true": True, "1": True, "false": False, "0": False}
    for texts in read_texts().values():
        words[key(texts("yes"))] = True
        words[key(texts("no"))] = False
    return words
