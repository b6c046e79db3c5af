"""Reading a text for the dates that it prints."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from crawler.extract.dates.calendar_dates import day
from crawler.extract.dates.claim import FINENESS, FIRST_YEAR, DateClaim, Role, aware, bounds
from crawler.extract.dates.clock import CONNECTORS, EAST_ASIAN_WEEKDAYS, Clock, clock, zoned
from crawler.extract.dates.languages import MONTH_FIRST_TAGS, SHARED_MONTHS, lexicons
from crawler.extract.dates.lexicon import Lexicon, fold
from crawler.extract.dates.relative import Moment, relative
from crawler.extract.dates.roles import label
from crawler.extract.dates.tokens import Token, is_mark, is_word, starts, tokens

LONGEST = 300  # characters of a text that are read; a printed date is shorter
MOST_CLAIMS = 8
_GAPS = ",-|·•@/()."


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a text was read.

    A date after the capture is none. With `whole_day` that is one on a later day: clocks and unnamed zones differ by hours.
    """

    captured: datetime
    zone: tzinfo = UTC
    month_first: bool = False
    whole_day: bool = False

    @property
    def today(self) -> date:
        return self.captured.astimezone(self.zone).date()

    def accepts(self, value: datetime) -> bool:
        if value.year < FIRST_YEAR:
            return False
        if self.whole_day:
            today = self.captured.astimezone(UTC).date()
            return value.date() <= today or value.astimezone(UTC).date() <= today
        return value <= self.captured


def parse_date(
    text: str, language: str | None, captured: datetime, *, zone: tzinfo = UTC, month_first: bool = False
) -> DateClaim | None:
    """The date that `text` prints for a page captured at `captured`, or None where it prints none, or several.

    Reads French, English, Arabic, Spanish and German in full, and of other languages numbers and month names; `language`
    is a tag ("fr", "en-US"), None tries the five. Where the text prints a publication and an update, the publication is
    returned; where it prints an update alone, that (its `role` says so). `zone` is the source's time zone, for times that
    name none and for days such as "hier". Numbers are day first, 03/09/2024 being the third of September, except with
    `month_first`, for a tag such as en-US, or where the weekday printed beside says otherwise.
    """
    moment = aware(captured)
    setting = Setting(moment, zone, month_first or (language or "").casefold().replace("_", "-") in MONTH_FIRST_TAGS)
    return chosen(claims_in(text, language, setting))


def chosen(claims: list[DateClaim]) -> DateClaim | None:
    """The publication if labelled, else what is not labelled, else the update; None where two of a kind disagree."""
    for role in ("published", None, "modified"):
        same = [claim for claim in claims if claim.role == role]
        if same:
            finest = max(same, key=lambda claim: FINENESS[claim.precision])
            return finest if all(finest.overlaps(claim) for claim in same) else None
    return None


def claims_in(text: str, language: str | None, setting: Setting) -> list[DateClaim]:
    """Every date that the text prints, in its order."""
    line = tokens(fold(text[:LONGEST]))
    shown = " ".join(text[:LONGEST].split())
    for lexicon in lexicons(language):
        found = _scan(line, lexicon, setting)
        if found is None:
            return []
        if found:
            return [replace(claim, text=shown) for claim in found]
    return []


def _scan(line: list[Token], lexicon: Lexicon, setting: Setting) -> list[DateClaim] | None:
    """The claims in reading order; None where a date is printed that no calendar has, or that lies after the capture."""
    claims: list[DateClaim] = []
    at = since = 0
    before: tuple[Clock, int] | None = None
    impossible = False
    while at < len(line) and len(claims) < MOST_CLAIMS:
        read = _date(line, at, lexicon, setting)
        if read is None:
            timed = clock(line, at)
            before = timed or (before if before and _is_gap(line, before[1], at + 1) else None)
            at = timed[1] if timed else at + 1
            continue
        found, end = read
        role = label(line, since, at)
        start = at
        timed, end = _clock_after(line, end, lexicon) if found is None or found.open_clock else (None, end)
        hour = timed or (before[0] if before and found and found.open_clock and _is_gap(line, before[1], at) else None)
        claim = _claim(found, hour, setting)
        if found and found.loose and not (hour or role or _stands_alone(line, start, end, lexicon)):
            claim = None
        if claim is None:
            impossible = True
        elif role != "other":
            claims.append(replace(claim, role=_role(role)))
        at = since = end
        before = None
    return claims if claims or not impossible else None


def _role(role: str | None) -> Role | None:
    return "published" if role == "published" else "modified" if role == "modified" else None


def _date(line: list[Token], at: int, lexicon: Lexicon, setting: Setting) -> tuple[Moment | None, int] | None:
    """A date at token `at`, by the calendar or told from the capture."""
    if line[at].kind == "mark" or (
        line[at].kind == "word" and line[at].text not in lexicon.openers and line[at].text not in SHARED_MONTHS
    ):
        return None
    told = relative(line, at, lexicon, setting.captured, setting.zone)
    if told is not None:
        return told
    printed = day(line, at, lexicon, setting.today, setting.month_first)
    if printed is None:
        return None
    found, end = printed
    if found.first is None:
        return None, end
    last = starts(line, end, lexicon.last_after)
    first = datetime(found.first.year, found.first.month, found.first.day, tzinfo=UTC)
    value = zoned(first.replace(tzinfo=None), None, setting.zone)
    if value is None:
        return None, end
    return Moment(
        value, found.precision, *bounds(value, found.precision), open_clock=found.precision == "day"
    ), last or end


def _is_gap(line: list[Token], start: int, end: int) -> bool:
    """Whether only marks and small words lie between a time and its date."""
    return end - start <= 4 and all(
        is_mark(line, at, _GAPS) or is_word(line, at, CONNECTORS) for at in range(start, end)
    )


def _stands_alone(line: list[Token], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether at most one word stands beside a day and month: "le 28 août", not "place du 8 mai"."""
    rest = [token for token in (*line[:start], *line[end:]) if token.kind == "word" and token.text not in lexicon.weekdays]
    return len(rest) <= 1


def _clock_after(line: list[Token], at: int, lexicon: Lexicon) -> tuple[Clock | None, int]:
    """The time of day that follows a date: "à 14h30", ", 14:30 Uhr", "| 15:54"."""
    start = at
    while start <= at + 4:
        timed = clock(line, start)
        if timed is not None:
            return timed
        if not (is_mark(line, start, _GAPS) or is_word(line, start, CONNECTORS) or is_word(line, start, lexicon.weekdays) or is_word(line, start, EAST_ASIAN_WEEKDAYS)):
            break
        start += 1
    return None, at


def _claim(found: Moment | None, hour: Clock | None, setting: Setting) -> DateClaim | None:
    """The claim of a moment and a time of day; None where either is impossible or lies after `until`."""
    if found is None or found.value is None:
        return None
    value, precision, earliest, latest = found.value, found.precision, found.earliest, found.latest
    if hour is not None:
        if not hour.valid:
            return None
        naive = value.replace(
            tzinfo=None, hour=hour.hour, minute=hour.minute, second=hour.second, microsecond=hour.microsecond
        )
        with_zone = zoned(naive, hour.zone, setting.zone)
        if with_zone is None:
            return None
        value, precision = with_zone, hour.precision
        earliest, latest = bounds(value, precision)
    if not setting.accepts(value):
        return None
    return DateClaim(value, precision, earliest, max(latest, value))
