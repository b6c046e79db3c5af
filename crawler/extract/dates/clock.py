"""Times of day and time zones: "14h30", "2:30 pm", "14.30 Uhr", "(heure de Paris)", "GMT+2"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawler.article import Precision
from crawler.extract.dates.lexicon import fold, words
from crawler.extract.dates.tokens import Token, is_mark, is_word, number, starts

HOUR_WORDS = frozenset({"h", "hs", "hrs", "heure", "heures", "uhr", "horas", "hora", "kl", "ore", "uur"})
MORNING = frozenset(fold("am ص صباحا صباح فجرا").split())
AFTERNOON = frozenset(fold("pm م مساء ظهرا عصرا").split())
CONNECTORS = frozenset(fold("a at um as alle ore kl klo om t la las los على الساعة في the le on am den").split())
HOUR_CONNECTORS = frozenset(fold("a at um as alle ore kl klo om las الساعة").split())
EAST_ASIAN_WEEKDAYS = frozenset("月 火 水 木 金 土 日 월 화 수 목 금 토 일 星期一 星期二 星期三 星期四 星期五 星期六 星期日".split())
DURATION_WORDS = frozenset({"min", "mins", "minutes", "minuten", "minutos", "sec", "lecture", "read"})

# Names of zones as printed beside times, in minutes east of UTC or as IANA names where summer time decides. IST is India's:
# of the three zones of that name it is the one that papers print.
ZONE_NAMES: Mapping[str, int | str] = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120,
    "eet": 120, "eest": 180, "msk": 180, "trt": 180, "ist": 330, "pkt": 300, "wib": 420, "sgt": 480, "hkt": 480,
    "jst": 540, "kst": 540, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780, "est": -300, "edt": -240, "cst": -360,
    "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "brt": -180, "art": -180, "et": "America/New_York",
    "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
ZONE_BEFORE = words("heure de|heure d'|heures de|à l'heure de|hora de|بتوقيت|توقيت|hora|heure")
CITIES: Mapping[str, str] = {
    "paris": "Europe/Paris", "française": "Europe/Paris", "باريس": "Europe/Paris", "bruxelles": "Europe/Brussels",
    "genève": "Europe/Zurich", "londres": "Europe/London", "london": "Europe/London", "لندن": "Europe/London",
    "berlin": "Europe/Berlin", "madrid": "Europe/Madrid", "peninsular": "Europe/Madrid", "moscou": "Europe/Moscow",
    "moscow": "Europe/Moscow", "موسكو": "Europe/Moscow", "beyrouth": "Asia/Beirut", "beirut": "Asia/Beirut",
    "بيروت": "Asia/Beirut", "دمشق": "Asia/Damascus", "damas": "Asia/Damascus", "القدس": "Asia/Jerusalem",
    "القاهرة": "Africa/Cairo", "مكة": "Asia/Riyadh", "السعودية": "Asia/Riyadh", "الرياض": "Asia/Riyadh",
    "دبي": "Asia/Dubai", "أبوظبي": "Asia/Dubai", "بغداد": "Asia/Baghdad", "tunis": "Africa/Tunis",
    "تونس": "Africa/Tunis", "alger": "Africa/Algiers", "الجزائر": "Africa/Algiers", "rabat": "Africa/Casablanca",
    "الرباط": "Africa/Casablanca", "greenwich": "Etc/UTC", "غرينتش": "Etc/UTC", "جرينتش": "Etc/UTC",
    "غرينيتش": "Etc/UTC", "bogotá": "America/Bogota", "buenos": "America/Argentina/Buenos_Aires",
    "washington": "America/New_York", "montréal": "America/Toronto",
}  # fmt: skip
_CITIES = {fold(name): zone for name, zone in CITIES.items()}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as printed; `zone` is None where none is named."""

    hour: int
    minute: int
    second: int
    microsecond: int
    precision: Precision
    zone: int | str | None = None

    @property
    def valid(self) -> bool:
        return self.hour < 24 and self.minute < 60 and self.second < 60


INVALID = Clock(99, 99, 99, 0, "minute")


def clock(line: list[Token], at: int) -> tuple[Clock, int] | None:
    """The time of day at token `at` with its zone, and the token after it; an impossible one is not `valid`."""
    parts = _digits(line, at)
    if parts is None:
        return None
    hour, minute, second, microsecond, precision, end = parts
    if is_word(line, end, DURATION_WORDS):
        return None
    half = end + (is_mark(line, end, ",") and is_word(line, end + 1, MORNING | AFTERNOON))
    if is_word(line, half, MORNING | AFTERNOON) and not _is_article(line, half):
        if hour == 0 or (hour > 12 and is_word(line, half, MORNING)):
            return INVALID, half + 1
        hour = hour % 12 + 12 * is_word(line, half, AFTERNOON) if hour <= 12 else hour
        end = half + 1
    elif precision == "hour" and not is_word(line, end - 1, HOUR_WORDS):
        return None
    if is_word(line, end, HOUR_WORDS):
        end += 1
    named, end = zone(line, end)
    return Clock(hour, minute, second, microsecond, precision, named), end


def _is_article(line: list[Token], at: int) -> bool:
    """German "am" before a date or a weekday is no ante meridiem: "14:30 am 3. März"."""
    return line[at].text == "am" and at + 1 < len(line) and line[at + 1].kind in ("number", "dmy")


def _digits(line: list[Token], at: int) -> tuple[int, int, int, int, Precision, int] | None:
    """Hour, minute, second, microsecond, precision and the next token."""
    if at >= len(line):
        return None
    token = line[at]
    if token.kind == "time":
        parts = token.text.replace(" ", "").replace("h", ":").replace(",", ".").split(":")
        whole, _, fraction = (parts[2] if len(parts) > 2 else "0").partition(".")
        precision: Precision = "second" if len(parts) > 2 else "minute"
        return int(parts[0]), int(parts[1]), int(whole), int(fraction.ljust(6, "0")[:6] or 0), precision, at + 1
    hour = number(line, at)
    if hour is None or len(token.text) > 2:
        return _compact(token, line, at)
    minutes = number(line, at + 2)
    if (
        minutes is not None
        and is_mark(line, at + 1, ".")
        and len(line[at + 2].text) == 2
        and line[at + 2].start == token.end + 1
    ):
        if is_word(line, at + 3, HOUR_WORDS | MORNING | AFTERNOON) or is_word(line, at - 1, HOUR_CONNECTORS - {"a"}):
            return hour, minutes, 0, 0, "minute", at + 3
        return None
    if is_word(line, at + 1, HOUR_WORDS):
        minutes = number(line, at + 2)
        if minutes is not None and len(line[at + 2].text) == 2:
            return hour, minutes, 0, 0, "minute", at + 3
        return hour, 0, 0, 0, "hour", at + 2
    return (hour, 0, 0, 0, "hour", at + 1) if is_word(line, at + 1, MORNING | AFTERNOON) else None


def _compact(token: Token, line: list[Token], at: int) -> tuple[int, int, int, int, Precision, int] | None:
    """120000 or 1200 after the T of 20240309T120000."""
    if token.kind != "number" or len(token.text) not in (4, 6) or not is_word(line, at - 1, {"t"}):
        return None
    text = token.text
    second = int(text[4:6]) if len(text) == 6 else 0
    return int(text[:2]), int(text[2:4]), second, 0, "second" if len(text) == 6 else "minute", at + 1


def zone(line: list[Token], at: int) -> tuple[int | str | None, int]:
    """The zone named at token `at`: minutes east of UTC or an IANA name, and the token after it."""
    start = at + 1 if is_mark(line, at, "([") or (is_mark(line, at, ",") and starts(line, at + 1, ZONE_BEFORE)) else at
    if start >= len(line):
        return None, at
    token = line[start]
    if token.kind == "offset":
        return _minutes(token.text), start + 1
    city = starts(line, start, ZONE_BEFORE)
    if city is not None and city < len(line) and line[city].text in _CITIES:
        return _CITIES[line[city].text], city + 1
    if token.text in _CITIES and is_word(line, start + 1, {"time"}):
        return _CITIES[token.text], start + 2
    if token.kind != "word" or token.text not in ZONE_NAMES:
        return None, at
    if start + 1 < len(line) and line[start + 1].kind == "offset" and token.text in ("gmt", "utc"):
        return _minutes(line[start + 1].text), start + 2
    return ZONE_NAMES[token.text], start + 1


def _minutes(offset: str) -> int:
    """+02:00, +0200 or +2 in minutes."""
    sign = -1 if "-" in offset else 1
    digits = offset.strip().lstrip("+-").replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    return sign * (int(hours) * 60 + int(minutes))


def zoned(moment: datetime, name: int | str | None, default: tzinfo) -> datetime | None:
    """A naive moment in its zone, at a fixed offset; None where no zone lies so far from UTC."""
    if isinstance(name, int):
        return moment.replace(tzinfo=timezone(timedelta(minutes=name))) if -720 <= name <= 840 else None
    where = ZoneInfo(name) if name else default
    if where is UTC:
        return moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=timezone(moment.replace(tzinfo=where).utcoffset() or timedelta()))
