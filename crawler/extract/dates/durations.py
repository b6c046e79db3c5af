"""Spans of time: "3 heures", "1 hour 20 minutes", "1h20", "une heure et demie", "ساعتين"."""

from crawler.extract.dates.lexicon import Lexicon, Unit
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, number, phrase, starts

Parts = list[tuple[int, Unit]]

AND_WORDS = frozenset({"et", "and", "und", "y", "و"})
READING_WORDS = frozenset({"read", "lecture", "lectura", "lesezeit"})
MOST_PARTS = 3
HALF_HOUR: tuple[int, Unit] = (30, "minute")


def duration(line: list[DateToken], at: int, lexicon: Lexicon) -> tuple[Parts, int] | None:
    """The parts of the span at token `at`, and the token after it."""
    parts: Parts = []
    end = at
    while len(parts) < MOST_PARTS:
        part = _part(line, end, lexicon)
        if part is None or (parts and _is_reading_time(line, part[1])):
            break
        parts.extend(part[0])
        end = part[1]
        half = starts(line, end, lexicon.and_half)
        if half is not None:  # half a day or more changes nothing within its unit's bounds
            if parts[-1][1] == "hour":
                parts.append(HALF_HOUR)
            return parts, half
        link = end + (is_mark(line, end, ",") or is_word(line, end, AND_WORDS))
        if _part(line, link, lexicon) is not None:
            end = link
    return (parts, end) if parts else None


def _is_reading_time(line: list[DateToken], at: int) -> bool:
    """Whether "5 min" goes on as "read" or "de lecture"."""
    return is_word(line, at + is_word(line, at, {"de"}), READING_WORDS)


def _part(line: list[DateToken], at: int, lexicon: Lexicon) -> tuple[Parts, int] | None:
    if at >= len(line):
        return None
    if line[at].kind == "time" and "h" in line[at].text:
        hours, minutes = line[at].text.split("h")
        return [(int(hours), "hour"), (int(minutes), "minute")], at + 1
    half = starts(line, at, lexicon.half_hour)
    if half is not None:
        return [HALF_HOUR], half
    pair = phrase(line, at, lexicon.pairs)
    if pair is not None:
        return [(2, pair[0])], pair[1]
    return _counted(line, at, lexicon)


def _counted(line: list[DateToken], at: int, lexicon: Lexicon) -> tuple[Parts, int] | None:
    """A number and a unit; in some languages the unit alone is one of it."""
    digits = number(line, at)
    counted = phrase(line, at, lexicon.numbers) if digits is None else (digits, at + 1)
    if counted is None:
        counted = (1, at) if lexicon.bare_units else None
    unit = phrase(line, counted[1], lexicon.units) if counted else None
    if counted is None or unit is None:
        return None
    end = unit[1]
    # "5 min. ago": a mark that ends the line ends a sentence.
    if is_mark(line, end, ".") and end + 1 < len(line):
        end += 1
    return [(counted[0], unit[0])], end
