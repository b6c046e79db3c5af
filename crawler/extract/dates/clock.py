"""Times of day: "14h30", "14 heures", "2:30 p.m.", "14.30 Uhr", "09:22 مساءً"."""

from dataclasses import dataclass, replace

from crawler.article import Precision
from crawler.extract.dates.lexicon import fold_date_text
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, number
from crawler.extract.dates.zones import Zone, printed_zone


def _set(words: str) -> frozenset[str]:
    return frozenset(fold_date_text(words).split())


HOUR_WORDS = _set("h hs hrs heure heures uhr horas hora kl ore uur")
MORNING = _set("am ص صباحا صباح فجرا")
AFTERNOON = _set("pm م مساء ظهرا عصرا")
HALVES = MORNING | AFTERNOON
# Between a day and its time; the second set also says that 14.30 is one.
CONNECTORS = _set(
    "a at um as alle ore kl klo om t la las los على الساعة في the le on am den م "
    "ساعت เวลา בשעה saat godz"
)
HOUR_CONNECTORS = _set("at um as alle ore kl klo om las الساعة")
EAST_ASIAN_WEEKDAYS = _set(
    "月 火 水 木 金 土 日 월 화 수 목 금 토 일 星期一 星期二 星期三 星期四 星期五 星期六 星期日"
)
IMPOSSIBLE_HOUR = 99  # of "0 pm" and "15 am": such a time is not `valid`
DURATION_WORDS = _set("min mins minutes minuten minutos sec lecture read")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as printed; `zone` is None where none is named."""

    hour: int
    minute: int = 0
    second: int = 0
    microsecond: int = 0
    precision: Precision = "minute"
    zone: Zone | None = None

    @property
    def valid(self) -> bool:
        return self.hour < 24 and self.minute < 60 and self.second < 60


def clock(line: list[DateToken], at: int) -> tuple[Clock, int] | None:
    """The time of day at token `at` with its zone, and the token after it; an impossible one is not
    `valid`.
    """
    if not 0 <= at < len(line) or line[at].kind not in ("time", "number"):
        return None
    found = _colons(line, at) or _dotted(line, at) or _hours(line, at) or _compact(line, at)
    if found is None or is_word(line, found[1], DURATION_WORDS):
        return None
    time, end = _halved(line, *found)
    end += is_word(line, end, HOUR_WORDS)
    zone, end = printed_zone(line, end)
    return replace(time, zone=zone), end


def _halved(line: list[DateToken], time: Clock, end: int) -> tuple[Clock, int]:
    """The time with its am or pm; 15:30 pm is half past three."""
    half = end + (is_mark(line, end, ",") and is_word(line, end + 1, HALVES))
    if not is_word(line, half, HALVES) or _is_german_am(line, half):
        return time, end
    late = is_word(line, half, AFTERNOON)
    hour = time.hour
    if hour == 0 or (hour > 12 and not late):
        hour = IMPOSSIBLE_HOUR
    elif hour <= 12:
        hour = hour % 12 + 12 * late
    return replace(time, hour=hour), half + 1


def _is_german_am(line: list[DateToken], at: int) -> bool:
    """Whether "am" stands before a day: "14:30 am 3. März"."""
    return line[at].text == "am" and at + 1 < len(line) and line[at + 1].kind in ("number", "dmy")


def _colons(line: list[DateToken], at: int) -> tuple[Clock, int] | None:
    """14:30, 14:30:15.5, 14h30."""
    if line[at].kind != "time":
        return None
    hour, minute, *rest = (
        line[at].text.replace(" ", "").replace("h", ":").replace(",", ".").split(":")
    )
    if not rest:
        return Clock(int(hour), int(minute)), at + 1
    second, _, fraction = rest[0].partition(".")
    microsecond = int(fraction.ljust(6, "0")[:6])
    return Clock(int(hour), int(minute), int(second), microsecond, "second"), at + 1


def _dotted(line: list[DateToken], at: int) -> tuple[Clock, int] | None:
    """14.30 Uhr, um 14.30: only with a word that says that it is a time."""
    hour = number(line, at)
    minute = number(line, at + 2)
    if hour is None or minute is None or not is_mark(line, at + 1, "."):
        return None
    minutes = line[at + 2]
    if minutes.start != line[at].end + 1 or len(minutes.text) != 2:
        return None
    is_time = is_word(line, at + 3, HOUR_WORDS | HALVES) or is_word(line, at - 1, HOUR_CONNECTORS)
    return (Clock(hour, minute), at + 3) if is_time else None


def _hours(line: list[DateToken], at: int) -> tuple[Clock, int] | None:
    """14 h, 14 Uhr 30, 2 pm."""
    hour = number(line, at)
    if hour is None or len(line[at].text) > 2:
        return None
    if is_word(line, at + 1, HALVES):
        return Clock(hour, precision="hour"), at + 1
    if not is_word(line, at + 1, HOUR_WORDS):
        return None
    minute = number(line, at + 2)
    if minute is not None and len(line[at + 2].text) == 2:
        return Clock(hour, minute), at + 3
    return Clock(hour, precision="hour"), at + 2


def _compact(line: list[DateToken], at: int) -> tuple[Clock, int] | None:
    """120000 or 1200 after the T of 20240309T120000."""
    text = line[at].text
    if len(text) not in (4, 6) or not is_word(line, at - 1, {"t"}):
        return None
    if len(text) == 4:
        return Clock(int(text[:2]), int(text[2:])), at + 1
    return Clock(int(text[:2]), int(text[2:4]), int(text[4:]), precision="second"), at + 1
