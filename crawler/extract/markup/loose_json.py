"""JSON that does not parse, read as far as it goes.

Templates print it: a brace is missing or one too many, a comma is left over or left out, a
quotation mark or a line break stands in a string, the end is cut off.
"""

import re
from itertools import islice
from typing import Any

MAX_LENGTH = 500_000
_MAX_DEPTH = 100
_MAX_TOKENS = 100_000
# A string ends at a quotation mark that something of JSON follows, or the next key; any other
# quotation mark is one of its characters. Repetition is possessive and what is looked ahead at is
# bounded: linear on any input.
_SPACE = r"\s{0,200}"
_NEXT = rf',{_SPACE}(?:["{{}}\[\]\d-]|true|false|null|\Z|\w{{1,60}}\s{{0,9}}:)'
_NEXT_KEY = r'"[@\w.-]{1,60}"\s{0,9}:'
_END = rf'"(?={_SPACE}(?:[:}}\]]|\Z|{_NEXT}|{_NEXT_KEY}))'
_TOKEN = re.compile(
    rf'"(?P<string>(?:[^"\\]++|\\.|(?!{_END})")*+)(?P<end>"?)'
    r"|(?P<mark>[{}\[\]:,])"
    r"|(?P<bare>[^\s{}\[\]:,\"]++)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS = {"true": True, "false": False, "null": None}
_CLOSES = {"}": dict, "]": list}


class LooseJson:
    """What was read of a text: its outermost values, and whether all of them were closed."""

    def __init__(self, source: str) -> None:
        self.values: list[Any] = []
        self._open: list[Any] = []
        # Of each object that is open: the last string, and the key whose value comes next.
        self._strings: list[str | None] = []
        self._keys: list[str | None] = []
        self._read(source)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was opened was closed."""
        return not self._open

    @property
    def _innermost(self) -> Any:
        return self._open[-1] if self._open else None

    def _read(self, source: str) -> None:
        for token in islice(_TOKEN.finditer(source), _MAX_TOKENS):
            mark = token["mark"]
            if mark is None:
                self._take_plain(token)
            elif mark in "{[":
                if len(self._open) >= _MAX_DEPTH:
                    return
                self._begin({} if mark == "{" else [])
            elif mark in _CLOSES:
                self._close(_CLOSES[mark])
            elif self._open:
                self._keys[-1] = self._strings[-1] if mark == ":" else None
                self._strings[-1] = None

    def _take_plain(self, token: re.Match[str]) -> None:
        if token["string"] is None:
            value = _plain(token["bare"])
        elif token["end"]:
            value = _unescaped(token["string"])
        else:
            return  # a string that is cut off says nothing
        is_key = isinstance(value, str) and isinstance(self._innermost, dict)
        if is_key and self._keys[-1] is None:
            self._strings[-1] = value
        else:
            self._place(value)

    def _begin(self, value: Any) -> None:
        if self._open:
            self._place(value)
        else:
            self.values.append(value)
        self._open.append(value)
        self._strings.append(None)
        self._keys.append(None)

    def _place(self, value: Any) -> None:
        """Put a value where it belongs; one without a key, or outside of everything, belongs
        nowhere.
        """
        outer = self._innermost
        key = self._keys[-1] if self._keys else None
        if isinstance(outer, list):
            outer.append(value)
        elif key is not None:
            outer[key] = value
            self._keys[-1] = None

    def _close(self, kind: type) -> None:
        """Close the innermost value of a kind with all that was left open in it."""
        if not any(isinstance(value, kind) for value in self._open):
            return
        while True:
            value = self._open.pop()
            self._strings.pop()
            self._keys.pop()
            if isinstance(value, kind):
                return


def _plain(word: str) -> Any:
    """A number, a word of JSON, or else the word itself."""
    if word in _WORDS:
        return _WORDS[word]
    try:
        return int(word) if word.isdecimal() else float(word)
    except ValueError:
        return word.strip("'")


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    whole = _ESCAPE.sub(_letter, text)
    # Pairs of surrogates are one character; half of a pair is none.
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _letter(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return _ESCAPES.get(escape[2], escape[2])
