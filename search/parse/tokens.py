"""A query's text cut into tokens, each with its position in the text as typed."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from indexer.analysis.folding import words
from indexer.fields import FACETS
from indexer.query.conditions import CONDITIONS
from search.parse.errors import QueryMistake
from search.parse.field_names import close_fields, field_named

Kind = Literal[
    "word",
    "phrase",
    "typed",
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

MAX_SLOP = 50
MAX_DISTANCE = 50
MAX_WORD = 200
MIN_PREFIX = 2

SEARCHED = ("title", "text", "author")
"""Fields that are searched by words."""
DATED = ("published", "after", "before", "last", "maybe")
SAVED = "saved"
"""The field that stands for a saved search."""
FIELDS = (*SEARCHED, *(name for name in FACETS if name not in SEARCHED), *DATED, *CONDITIONS, SAVED)
"""Every field of the query language."""

_ADDRESSED = [row.name for row in FACETS.values() if row.value == "address"]
_WHOLE_VALUED = {*DATED, *CONDITIONS, *_ADDRESSED}
"""Fields whose value goes up to the next space: it may hold what else would be an operator."""
_SIGNS = "+#&"
"""What may end a word as typed: C++, C#."""
_LONGEST_NAME = 40
"""Characters of a field's name that a mistake quotes."""
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
_PARENTHESES: dict[str, Kind] = {"(": "open", ")": "close"}
_VALUE_OPENS = {"(", *_CLOSING}
_OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_CHUNK = re.compile(r"[^\s()\"“”„‟«»‹›]+")
_VALUE = re.compile(r"[^\s()\"“”„‟«»‹›]+(?:\([^\s()]*\)[^\s()]*)*")
_FIELD = re.compile(r"([^\W\d]\w*):")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_NEAR = re.compile(r"NEAR/?([0-9]*)")
_TILDE = re.compile(r"~([0-9]*)")
_INNER_WILDCARD = re.compile(r"[*?](?=.)")


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
    """The tokens of a query, the last one of kind "end"; raises `QueryMistake` where it cannot be
    cut.
    """
    text = query.translate(_PLAIN)
    tokens: list[QueryToken] = []
    position = 0
    while position < len(text):
        char = text[position]
        if char.isspace():
            position += 1
        elif char in _PARENTHESES:
            tokens.append(QueryToken(_PARENTHESES[char], position, raw=char))
            position += 1
        elif char in _CLOSING:
            token, position = _phrase(text, position)
            tokens.append(token)
        elif tokens and tokens[-1].kind == "field" and tokens[-1].text in _WHOLE_VALUED:
            position = _whole_value(text, position, tokens)
        else:
            match = _CHUNK.match(text, position)
            position = _chunk(text, match, tokens) if match else position + 1
    return [*tokens, QueryToken("end", len(text))]


def _phrase(text: str, start: int) -> tuple[QueryToken, int]:
    """The phrase that begins at `start`, and the position behind it."""
    closing = _CLOSING[text[start]]
    ends = [text.find(mark, start + 1) for mark in closing]
    end = min((at for at in ends if at >= 0), default=-1)
    if end < 0:
        raise QueryMistake("unclosed_quote", start, quote=closing[0])
    inner = " ".join(text[start + 1 : end].split())
    slop = 0
    after = end + 1
    tilde = _TILDE.match(text, after)
    if tilde:
        slop = _number(tilde, "expected_slop", after, MAX_SLOP)
        after = tilde.end()
    return QueryToken("phrase", start, inner, text[start:after], slop), after


def _typed(text: str, start: int, tokens: list[QueryToken]) -> int:
    """Append the word or phrase behind an equals sign, as typed; the position behind it."""
    begin = start + 1
    if text[begin : begin + 1] in _CLOSING:
        phrase, end = _phrase(text, begin)
        tokens.append(replace(phrase, kind="typed", position=start, raw=text[start:end]))
        return end
    match = _CHUNK.match(text, begin)
    if match is None:
        return begin
    core = _trimmed(match[0], _SIGNS)
    if "*" in core:
        raise QueryMistake("phrase_wildcard", start)
    _check_word(core, begin)
    if core:
        tokens.append(QueryToken("typed", start, core, f"={match[0]}"))
    return match.end()


def _whole_value(text: str, start: int, tokens: list[QueryToken]) -> int:
    """Append the value that begins at `start`; the position behind it."""
    match = _VALUE.match(text, start)
    if match is None:
        return start + 1
    tokens.append(QueryToken("value", start, match[0], match[0]))
    return match.end()


def _chunk(text: str, match: re.Match[str], tokens: list[QueryToken]) -> int:
    """Append the tokens of what stands between spaces and parentheses; the position behind them."""
    chunk = match[0]
    start = match.start()
    if chunk[0] in "-=":
        after = _marked(text, start, tokens)
        if after:
            return after
    operator = _operator(chunk, start)
    if operator:
        tokens.append(operator)
        return match.end()
    address = _ADDRESS.match(text, start)
    if address:
        tokens.append(QueryToken("field", start, "url", "url:"))
        tokens.append(QueryToken("value", start, address[0], address[0]))
        return address.end()
    field = _field(text, start, chunk)
    if field:
        tokens.append(field)
        return start + len(field.raw)
    in_field = bool(tokens) and tokens[-1].kind == "field"
    word = _word(chunk, start, in_field)
    if word:
        tokens.append(word)
    return match.end()


def _marked(text: str, start: int, tokens: list[QueryToken]) -> int:
    """Append what begins with a minus or an equals sign; the position behind it, 0 where the sign
    means nothing.
    """
    if _negates(text, start):
        tokens.append(QueryToken("not", start, raw="-"))
        return start + 1
    if text[start] == "=" and not text[start + 1 : start + 2].isspace():
        return _typed(text, start, tokens)
    return 0


def _negates(text: str, start: int) -> bool:
    """Whether a minus stands here directly before what it negates."""
    after = text[start + 1 : start + 2]
    return text[start] == "-" and bool(after) and not after.isspace() and after not in "-)"


def _field(text: str, start: int, chunk: str) -> QueryToken | None:
    """The field that the chunk at `start` begins with; None where it is a word with a colon."""
    match = _FIELD.match(chunk)
    if match is None:
        return None
    name = field_named(match[1], FIELDS)
    if name is not None:
        return QueryToken("field", start, name, match[0])
    after = start + len(chunk)
    has_value = match.end() < len(chunk) or text[after : after + 1] in _VALUE_OPENS
    if has_value:
        typed = match[1][:_LONGEST_NAME]
        close = close_fields(typed, FIELDS)
        raise QueryMistake("unknown_field", start, close, field=typed, fields=", ".join(FIELDS))
    return None


def _operator(chunk: str, start: int) -> QueryToken | None:
    kind = _OPERATORS.get(chunk)
    if kind:
        return QueryToken(kind, start, raw=chunk)
    if chunk in ("|", "||"):
        raise QueryMistake("write_or", start, found=chunk)
    near = _NEAR.fullmatch(chunk)
    if near:
        distance = _number(near, "near_distance", start, MAX_DISTANCE)
        return QueryToken("near", start, raw=chunk, number=distance)
    return None


def _number(match: re.Match[str], mistake: str, position: int, limit: int) -> int:
    # Four digits at most are read: int() takes time with the square of their number.
    if not match[1] or len(match[1]) > 4 or int(match[1]) > limit:
        raise QueryMistake(mistake, position, limit=limit)
    return int(match[1])


def _word(chunk: str, start: int, in_field: bool) -> QueryToken | None:
    """The word of a chunk without the punctuation around it; None where there is no word."""
    if chunk == "*":
        return QueryToken("all", start, raw=chunk)
    if len(chunk) > 2 and chunk[0] == chunk[-1] == "/":
        raise QueryMistake("regex", start)
    core = _trimmed(chunk)
    position = start + chunk.find(core)
    _check_word(core, position)
    if core.endswith("*"):
        if len(core) <= MIN_PREFIX:
            raise QueryMistake("short_prefix", position, limit=MIN_PREFIX)
        return QueryToken("prefix", position, core[:-1], chunk)
    if core:
        return QueryToken("word", position, core, chunk)
    return QueryToken("value", start, chunk, chunk) if in_field else None


def _check_word(core: str, position: int) -> None:
    """Raise `QueryMistake` for what no word can hold."""
    if len(core) > MAX_WORD:
        raise QueryMistake("word_too_long", position, limit=MAX_WORD)
    if core.startswith("*"):
        raise QueryMistake("leading_wildcard", position)
    wildcard = _INNER_WILDCARD.search(core)
    if wildcard:
        raise QueryMistake("inner_wildcard", position + wildcard.start())
    tilde = core.find("~")
    if tilde >= 0:
        raise QueryMistake("slop_on_word", position + tilde)


def _trimmed(chunk: str, signs: str = "") -> str:
    """The chunk without what stands around its word; these signs may end it."""
    first = 0
    last = len(chunk)
    while first < last and not _counts(chunk[first]):
        first += 1
    while last > first and not _counts(chunk[last - 1]) and chunk[last - 1] not in signs:
        last -= 1
    core = chunk[first:last]
    return core if words(core) or "*" in core else ""


def _counts(char: str) -> bool:
    """Whether a character is part of a word: a letter, a digit, a star, a mark on a letter."""
    return char.isalnum() or char == "*" or unicodedata.category(char)[0] == "M"
