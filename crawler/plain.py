"""Text without control characters, as it is kept and shown.

A door module; pure. What is dropped: C0 and C1 (Unicode, category Cc) but tabs and line ends, DEL,
halves of surrogate pairs, and the controls of writing direction that are not closed or not opened
in their line (Unicode Standard Annex 9, section 2). A control of direction that has no end turns
around what a page prints after it.
"""

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_SUSPECT = re.compile(f"[{_CONTROLS}\ud800-\udfff{_DIRECTIONS}]")
_DIRECTED = re.compile(f"[{_DIRECTIONS}]")
_SEQUENCE = re.compile(r"\x1b\[[0-9;?]{1,20}[A-Za-z]|\x1b\][^\x00-\x1f]{0,200}(?:\x07|\x1b\\)")
"""What a terminal takes for a colour, a movement of its cursor, or its title (ECMA-48)."""
_SPACES = "\x0b\x0c\x1c\x1d\x1e\x1f"
_EMBEDDINGS = "\u202a\u202b\u202d\u202e"
_EMBEDDING_END = "\u202c"
_ISOLATES = "\u2066\u2067\u2068"
_ISOLATE_END = "\u2069"


def _meant(code: int) -> str:
    """What a control character stands for: those of C1 are mostly characters of Windows-1252 that
    were taken for Latin-1, as browsers read them too (WHATWG HTML, numeric character references).
    """
    if chr(code) in _SPACES:
        return " "
    if code < 0x80:
        return ""
    return bytes((code,)).decode("cp1252", "ignore")


_MEANINGS = {code: _meant(code) for code in (*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0))}
_MEANINGS.update(dict.fromkeys(range(0xD800, 0xE000), ""))


def plain(text: str) -> str:
    """The text without control characters; its lines and tabs stay."""
    if not _SUSPECT.search(text):
        return text
    with_line_ends = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = _SEQUENCE.sub("", with_line_ends).translate(_MEANINGS)
    if not _DIRECTED.search(shown):
        return shown
    return "\n".join(map(_with_closed_directions, shown.split("\n")))


def plain_line(text: str) -> str:
    """The text on one line, as a name is, without control characters; spaces collapse."""
    return " ".join(plain(text).split())


def plain_value(value: object) -> object:
    """What was given in the place of a name: on one line and plain where it is a text at all."""
    return plain_line(value) if isinstance(value, str) else value


def _with_closed_directions(line: str) -> str:
    """The line without the controls of direction that have no partner in it."""
    lone: set[int] = set()
    opened: list[int] = []
    for place, character in enumerate(line):
        if character in _EMBEDDINGS or character in _ISOLATES:
            opened.append(place)
        elif character == _EMBEDDING_END:
            _close(line, opened, place, lone)
        elif character == _ISOLATE_END:
            _close_isolate(line, opened, place, lone)
    lone.update(opened)
    kept = (character for place, character in enumerate(line) if place not in lone)
    return "".join(kept)


def _close(line: str, opened: list[int], place: int, lone: set[int]) -> None:
    """Let the end of an embedding close the last that is open; inside an isolate it closes none
    outside of it.
    """
    if opened and line[opened[-1]] in _EMBEDDINGS:
        opened.pop()
    else:
        lone.add(place)


def _close_isolate(line: str, opened: list[int], place: int, lone: set[int]) -> None:
    """Let the end of an isolate close the last that is open, and what is open in it."""
    left_open: list[int] = []
    while opened and line[opened[-1]] in _EMBEDDINGS:
        left_open.append(opened.pop())
    if opened:
        opened.pop()
        lone.update(left_open)
    else:
        opened.extend(reversed(left_open))
        lone.add(place)
