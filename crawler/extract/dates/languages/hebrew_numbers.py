"""Numbers that Hebrew writes in letters: כ"ח is 28, תשפ"ז the year 5787."""

_VALUES = dict(zip("אבגדהוזחט", range(1, 10), strict=True))
_VALUES |= dict(zip("יכלמנסעפצ", range(10, 100, 10), strict=True))
_VALUES |= dict(zip("קרשת", range(100, 500, 100), strict=True))
_MOST_LETTERS = 6
_THOUSANDS = 5000  # which a year leaves out, or writes as one letter before it
_INSTEAD = {"טו": "יה", "טז": "יו"}  # 15 and 16 are written otherwise than they add up


def hebrew_number(word: str) -> int | None:
    """The value of a folded word as a number, where it is written as one."""
    if not word or len(word) > _MOST_LETTERS or word[0] not in _VALUES:
        return None
    plain = word[:-2] + _INSTEAD.get(word[-2:], word[-2:])
    values = [_VALUES.get(letter, 0) for letter in plain]
    is_number = 0 not in values and values == sorted(values, reverse=True)
    return sum(values) if is_number else None


def hebrew_year(word: str) -> int | None:
    """The year that a folded word means: תשפז or התשפז."""
    has_thousands = len(word) > 1 and word[0] == "ה"
    value = hebrew_number(word[1:] if has_thousands else word)
    return _THOUSANDS + value if value is not None and value > 100 else None
