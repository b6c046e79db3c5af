"""A query's text cut into tokens, each with its position in the text as typed."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from indexer.analysis.folding import words
from search.parse.errors import QueryMistake

Kind = Literal[
    "word",
    "phrase",
    "prefix",
    "all",
    "value",
    "open",
    "close",
    "and",
    "or",
    "not",
    "near",
    "field",
    "end",
]

MAX_SLOP = MAX_DISTANCE = 50
MAX_WORD = 200
MIN_PREFIX = 2

SEARCHED = ("title", "text", "author")
LISTED = (
    "source",
    "topic",
    "place",
    "section",
    "language",
    "agency",
    "attribution",
    "collection",
    "country",
)
DATED = ("published", "after", "before", "last", "maybe")
FIELDS = (*SEARCHED, *LISTED, "url", *DATED)

_RAW = {"url", *DATED}
# Full-width forms, typographic spaces and invisible marks become what they stand for, one character
# for one, so that positions stay those of the text as typed.
_PLAIN: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\u3000\u00a0\u202f\u2007\ufeff\u200e\u200f\u061c"), " "),
    **dict.fromkeys([*range(0x20), 0x7F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], " "),
    **dict.fromkeys(range(0xD800, 0xE000), " "),
    0x2212: "-",
}
_CLOSING = {'"': '"”“', "“": '”“‟"', "„": '“”‟"', "”": '”“"', "‟": '”“‟"', "«": "»", "‹": "›"}
_VALUE_OPENS = {"(", *_CLOSING}
_OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_CHUNK = re.compile(r"[^\s()\"“”„‟«»‹›]+")
_VALUE = re.compile(r"[^\s()\"“”„‟«»‹›]+(?:\([^\s()]*\)[^\s()]*)*")
_FIELD = re.compile(r"([^\W\d]\w*):")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_NEAR = re.compile(r"NEAR/?([0-9]*)")
_TILDE = re.compile(r"~([0-9]*)")


@dataclass(frozen=True, slots=True)
class QueryToken:
    """One piece of a query: `text` is what it says, `raw` what was typed, `number` a slop or a
    distance.
    """

    kind: Kind
    position: int
    text: str = ""
    raw: str = ""
    number: int = 0


def tokenize(query: str) -> list[QueryToken]:
    """The tokens of a query, the last one of kind "end"; raises `Mistake` where it cannot be cut."""
    text = query.translate(_PLAIN)
    found: list[QueryToken] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char.isspace():
            position += 1
        elif char in "()":
            found.append(QueryToken("open" if char == "(" else "close", position, raw=char))
            position += 1
        elif char in _CLOSING:
            token, position = _phrase(text, position)
            found.append(token)
        elif found and found[-1].kind == "field" and found[-1].text in _RAW:
            match = _VALUE.match(text, position)
            position = position + 1 if match is None else match.end()
            if match:
                found.append(QueryToken("value", match.start(), match[0], match[0]))
        else:
            position = _chunk(text, position, found)
    return [*found, QueryToken("end", len(text))]


def _phrase(text: str, start: int) -> tuple[QueryToken, int]:
    closing = _CLOSING[text[start]]
    end = min((at for mark in closing if (at := text.find(mark, start + 1)) >= 0), default=-1)
    if end < 0:
        raise QueryMistake("unclosed_quote", start, quote=closing[0])
    inner = text[start + 1 : end]
    tilde = _TILDE.match(text, end + 1)
    slop = _number(tilde, "expected_slop", end + 1, MAX_SLOP) if tilde else 0
    after = tilde.end() if tilde else end + 1
    return QueryToken("phrase", start, " ".join(inner.split()), text[start:after], slop), after


def _chunk(text: str, start: int, found: list[QueryToken]) -> int:
    """Append the tokens of what stands between spaces and parentheses at `start`; the position
    behind them.
    """
    match = _CHUNK.match(text, start)
    if match is None:
        return start + 1
    chunk = match[0]
    in_field = bool(found) and found[-1].kind == "field"
    if (
        chunk[0] == "-"
        and start + 1 < len(text)
        and not text[start + 1].isspace()
        and text[start + 1] not in "-)"
    ):
        found.append(QueryToken("not", start, raw="-"))
        return start + 1
    if operator := _operator(chunk, start):
        found.append(operator)
    elif address := _ADDRESS.match(text, start):
        found += [
            QueryToken("field", start, "url", "url:"),
            QueryToken("value", start, address[0], address[0]),
        ]
        return address.end()
    elif field := _FIELD.match(chunk):
        if (name := field[1].lower()) in FIELDS:
            found.append(QueryToken("field", start, name, field[0]))
            return start + field.end()
        if field.end() < len(chunk) or text[match.end() : match.end() + 1] in _VALUE_OPENS:
            raise QueryMistake(
                "unknown_field", start, field=field[1][:40], fields=", ".join(FIELDS)
            )
    if not operator and (token := _word(chunk, start, in_field)):
        found.append(token)
    return match.end()


def _operator(chunk: str, start: int) -> QueryToken | None:
    if kind := _OPERATORS.get(chunk):
        return QueryToken(kind, start, raw=chunk)
    if chunk in ("|", "||"):
        raise QueryMistake("write_or", start, found=chunk)
    if near := _NEAR.fullmatch(chunk):
        return QueryToken(
            "near", start, raw=chunk, number=_number(near, "near_distance", start, MAX_DISTANCE)
        )
    return None


def _number(match: re.Match[str], mistake: str, position: int, limit: int) -> int:
    if not match[1] or len(match[1]) > 4 or int(match[1]) > limit:
        raise QueryMistake(mistake, position, limit=limit)
    return int(match[1])


def _word(chunk: str, start: int, in_field: bool) -> QueryToken | None:
    """The word of a chunk without the punctuation around it; None where there is nothing to search for."""
    if chunk == "*":
        return QueryToken("all", start, raw=chunk)
    if len(chunk) > 2 and chunk[0] == chunk[-1] == "/":
        raise QueryMistake("regex", start)
    core = _trimmed(chunk)
    at = start + chunk.find(core)
    if len(core) > MAX_WORD:
        raise QueryMistake("word_too_long", at, limit=MAX_WORD)
    if core.startswith("*"):
        raise QueryMistake("leading_wildcard", at)
    if (inner := re.search(r"[*?](?=.)", core)) is not None:
        raise QueryMistake("inner_wildcard", at + inner.start())
    if (tilde := core.find("~")) >= 0:
        raise QueryMistake("slop_on_word", at + tilde)
    if core.endswith("*"):
        if len(core) <= MIN_PREFIX:
            raise QueryMistake("short_prefix", at, limit=MIN_PREFIX)
        return QueryToken("prefix", at, core[:-1], chunk)
    if not core:
        return QueryToken("value", start, chunk, chunk) if in_field else None
    return QueryToken("word", at, core, chunk)


def _trimmed(chunk: str) -> str:
    first, last = 0, len(chunk)
    while first < last and not _counts(chunk[first]):
        first += 1
    while last > first and not _counts(chunk[last - 1]):
        last -= 1
    return chunk[first:last] if words(chunk[first:last]) or "*" in chunk[first:last] else ""


def _counts(char: str) -> bool:
    return char.isalnum() or char == "*" or unicodedata.category(char)[0] == "M"
