"""Data that frameworks pack for their scripts, as the values that it stands for.

Nuxt 3 and SvelteKit write one flat list in which a member names others by their number (devalue),
React Router numbers the keys as well (turbo-stream), Astro puts a number of its kind before each
value, and SvelteKit's answers hold JSON in a string.
"""

import re
from typing import Any

import orjson

_MOST_VALUES = 50_000
"""Values of a flat list that are put in their places."""
_DEEPEST = 40
_LEAST = 3
_LONGEST = 2_000_000
"""Characters of a string that is read as JSON."""
_LEAST_STRING = 100
_NUMBERED_KEY = re.compile(r"_(\d{1,6})")
_WRAPPERS = frozenset(("Reactive", "ShallowReactive", "Ref", "ShallowRef", "EmptyRef", "Date", "D"))
"""What stands before a value of a kind that JSON has not."""
_KINDS = 12
"""Kinds of values that Astro knows."""


def unpacked(value: Any) -> Any:
    """The value that a flat list stands for; any other value as it is."""
    if not _is_flat(value):
        return value
    return _Unpacking(value).of(0, 0)


def plain(value: Any) -> Any:
    """A value without the number of its kind before it, and the JSON that a string holds."""
    if isinstance(value, str) and len(value) >= _LEAST_STRING and value[0] in "[{":
        return _parsed(value)
    is_pair = isinstance(value, list) and len(value) == 2
    if is_pair and type(value[0]) is int and 0 <= value[0] < _KINDS:
        return value[1]
    return value


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text) if len(text) <= _LONGEST else text
    except orjson.JSONDecodeError:
        return text


def _is_flat(value: Any) -> bool:
    """Whether a value is a list whose objects name other members by their number."""
    if not isinstance(value, list) or len(value) < _LEAST:
        return False
    first = value[0]
    if _is_wrapper(first):
        first = value[1]
    if not isinstance(first, dict) or not first:
        return False
    return all(type(number) is int and number < len(value) for number in first.values())


def _is_wrapper(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and value[0] in _WRAPPERS


class _Unpacking:
    """Puts the members of a flat list in their places, within a bound."""

    def __init__(self, flat: list[Any]) -> None:
        self._flat = flat
        self._left = _MOST_VALUES

    def of(self, number: Any, depth: int) -> Any:
        """The value that a member stands for; None for what is none, or beyond the bounds."""
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            return None
        if type(number) is not int or not 0 <= number < len(self._flat):
            return None
        return self._placed(self._flat[number], depth + 1)

    def _placed(self, value: Any, depth: int) -> Any:
        """A member with what it names in its place."""
        if _is_wrapper(value):
            inner = value[1]
            return self.of(inner, depth) if type(inner) is int else inner
        if isinstance(value, dict):
            return {self._key(key): self.of(inner, depth) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.of(inner, depth) for inner in value]
        return value

    def _key(self, key: str) -> str:
        numbered = _NUMBERED_KEY.fullmatch(key)
        name = self.of(int(numbered[1]), 0) if numbered else key
        return name if isinstance(name, str) else key
