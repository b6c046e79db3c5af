"""What a text holds for certain where an expression of a word list matches it: strings that can be
looked for without the expression.

Reads the part of Python's regular expressions that the word lists use. After Russ Cox, "Regular
Expression Matching with a Trigram Index" (2012): a part is known by all that it may match while
that is little, else by strings of which each of its matches holds one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

_MOST = 64
"""Strings by which a part is known exactly."""
_LEAST = 3
"""Bytes (UTF-8) of a string that says something: three Latin letters, two of most other alphabets,
one ideograph.
"""
_NOWHERE = frozenset(("",))
_PLAIN = re.compile(r"[^\\()\[\]{}?*+.|^$]+(?![?*+{])")
"""Characters that stand for themselves, up to one that comes again or may lack."""
_CLASS = re.compile(r"\[(\^?)([^\]]+)\]")
_SIGNS_OF_CLASS = re.compile(r"\\|.-.")
"""What in a class stands for more than its own characters."""
_LOOK = re.compile(r"\(\?<?[=!]")
_GROUP = re.compile(r"\((?:\?:)?")
_OFTEN = re.compile(r"([?*+]|\{\d+(?:,\d*)?\})\??")
_PLACES = "bBAZ"
"""Letters of the escapes that match a place and no character."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an expression: its `strings` are all that it may match where it is `exact`; else
    each of its matches holds one of them, or nothing is known where there are none.
    """

    strings: frozenset[str] = frozenset()
    exact: bool = False

    @property
    def least(self) -> int:
        """Bytes that a match holds for certain, spaces aside: they stand in every line."""
        return min((len(string.replace(" ", "").encode()) for string in self.strings), default=0)


_PLACE = _Part(_NOWHERE, exact=True)
_UNKNOWN = _Part()


def literals(expression: str) -> frozenset[str]:
    """Strings of which every match of the expression holds one, as they are written there; none
    where it may match without any that says something.

    Raises ValueError for brackets that don't close.
    """
    if _PLAIN.fullmatch(expression):
        part = _exactly(expression)
    else:
        part, end = _alternatives(expression, 0)
        if end != len(expression):
            raise ValueError(f"a bracket too much in {expression}")
    return part.strings if part.least >= _LEAST else frozenset()


def _exactly(*strings: str) -> _Part:
    return _Part(frozenset(strings), exact=True)


def _alternatives(expression: str, start: int) -> tuple[_Part, int]:
    """What stands from `start` to the bracket that closes it, or to the end; and where that is."""
    part, at = _sequence(expression, start)
    parts = [part]
    while expression.startswith("|", at):
        part, at = _sequence(expression, at + 1)
        parts.append(part)
    return _any_of(parts), at


def _any_of(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    strings = frozenset[str]().union(*(part.strings for part in parts))
    if len(strings) <= _MOST and all(part.exact for part in parts):
        return _Part(strings, exact=True)
    if all(part.least for part in parts):
        return _Part(strings)
    return _UNKNOWN


def _sequence(expression: str, start: int) -> tuple[_Part, int]:
    """What stands one behind the other, up to a stroke, a closing bracket or the end."""
    run = _PLACE
    told = _UNKNOWN
    at = start
    is_exact = True
    while at < len(expression) and expression[at] not in "|)":
        part, at = _repeated(expression, at)
        if part.exact and len(run.strings) * len(part.strings) <= _MOST:
            run = _exactly(*map("".join, product(run.strings, part.strings)))
            continue
        is_exact = False
        told = max(told, run, part, key=_least)
        run = _PLACE
    if is_exact:
        return run, at
    return _Part(max(told, run, key=_least).strings), at


def _least(part: _Part) -> int:
    return part.least


def _repeated(expression: str, start: int) -> tuple[_Part, int]:
    """A run of characters, a class or a group, with the sign that says how often it comes."""
    part, at = _single(expression, start)
    often = _OFTEN.match(expression, at)
    if often is None:
        return part, at
    if often[1] == "?" and part.exact:
        return _Part(part.strings | _NOWHERE, exact=True), often.end()
    may_lack = often[1].startswith(("?", "*", "{0"))
    return (_UNKNOWN if may_lack else _Part(part.strings)), often.end()


def _single(expression: str, start: int) -> tuple[_Part, int]:
    plain = _PLAIN.match(expression, start)
    if plain:
        return _exactly(plain[0]), plain.end()
    read = _READERS.get(expression[start], _sign)
    return read(expression, start)


def _sign(expression: str, start: int) -> tuple[_Part, int]:
    sign = expression[start]
    if sign in "^$":
        return _PLACE, start + 1
    return (_UNKNOWN if sign == "." else _exactly(sign)), start + 1


def _escape(expression: str, start: int) -> tuple[_Part, int]:
    sign = expression[start + 1]
    if sign in _PLACES:
        return _PLACE, start + 2
    return (_UNKNOWN if sign.isalnum() else _exactly(sign)), start + 2


def _group(expression: str, start: int) -> tuple[_Part, int]:
    look = _LOOK.match(expression, start)
    opening = look or _GROUP.match(expression, start)
    part, end = _alternatives(expression, opening.end() if opening else start + 1)
    if not expression.startswith(")", end):
        raise ValueError(f"a bracket that doesn't close in {expression}")
    return (_PLACE if look else part), end + 1


def _class(expression: str, start: int) -> tuple[_Part, int]:
    match = _CLASS.match(expression, start)
    if match is None:
        raise ValueError(f"a bracket that doesn't close in {expression}")
    is_open = match[1] or _SIGNS_OF_CLASS.search(match[2])
    return (_UNKNOWN if is_open else _exactly(*match[2])), match.end()


_READERS: dict[str, Callable[[str, int], tuple[_Part, int]]] = {
    "(": _group,
    "[": _class,
    "\\": _escape,
}
