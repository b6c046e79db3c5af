"""Reading a text for the dates that it prints."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from crawler.extract.dates.claim import (
    FINENESS,
    FIRST_YEAR,
    GREGORIAN,
    LAST_YEAR,
    DateClaim,
    Role,
    aware,
    bounds,
)
from crawler.extract.dates.clock import CONNECTORS, EAST_ASIAN_WEEKDAYS, Clock, clock
from crawler.extract.dates.languages import MONTH_FIRST_TAGS, SHARED_MONTHS, lexicons
from crawler.extract.dates.languages.hebrew_numbers import hebrew_number
from crawler.extract.dates.languages.other_calendars import OTHER_MONTHS
from crawler.extract.dates.lexicon import Lexicon, fold_date_text
from crawler.extract.dates.month_names import named_day
from crawler.extract.dates.numeric import NumericLine, numeric_day
from crawler.extract.dates.relative import RelativeTime, relative
from crawler.extract.dates.roles import label, role_of
from crawler.extract.dates.tokens import DateToken, is_mark, is_word, starts, tokens
from crawler.extract.dates.zones import zoned

LONGEST = 300  # characters of a text that are read; a printed date is shorter
MOST_CLAIMS = 8
_GAPS = ",-|·•@/()."
LONGEST_GAP = 4  # tokens between a day and its time


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """Where and when a text was read.

    A date after the capture is none; with `whole_day`, a date on a later day: clocks and unnamed
    zones differ by hours.
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
    text: str,
    language: str | None,
    captured: datetime,
    *,
    zone: tzinfo = UTC,
    month_first: bool = False,
) -> DateClaim | None:
    """The date that `text` prints for a page captured at `captured`, or None where it prints none,
    or several.

    Reads French, English, Arabic, Spanish and German in full, and of other languages numbers and
    month names. `language` is a tag ("fr", "en-US"); None tries the five. Where the text prints a
    publication and an update, the publication is returned; where it prints an update alone, that
    (its `role` says so). `zone` is the source's time zone, for times that name none and for days
    such as "hier". Numbers are day first, 03/09/2024 being the third of September, except with
    `month_first`, for a tag such as en-US, or where the weekday printed beside says otherwise.
    """
    tag = (language or "").casefold().replace("_", "-")
    setting = ReadingContext(aware(captured), zone, month_first or tag in MONTH_FIRST_TAGS)
    if not FIRST_YEAR < captured.year < LAST_YEAR:
        return None
    return chosen(claims_in(text, language, setting))


def chosen(claims: list[DateClaim]) -> DateClaim | None:
    """The publication if labelled, else what is not labelled, else the update; None where two of a
    kind disagree.
    """
    order: tuple[Role | None, ...] = ("published", None, "modified")
    for role in order:
        same = [claim for claim in claims if claim.role == role]
        if same:
            finest = max(same, key=lambda claim: FINENESS[claim.precision])
            return finest if all(finest.overlaps(claim) for claim in same) else None
    return None


def claims_in(text: str, language: str | None, setting: ReadingContext) -> list[DateClaim]:
    """Every date that the text prints, in its order; none where one of them is impossible and no
    other is printed.
    """
    folded = fold_date_text(text[:LONGEST])
    line = tokens(folded)
    read = text[:LONGEST]
    shown = " ".join(text[:LONGEST].split())
    for lexicon in lexicons(language, read):
        claims = _scan(line, lexicon, setting)
        if claims is not None:
            return [replace(claim, text=shown) for claim in _gregorian(claims)]
    return []


def _gregorian(claims: list[DateClaim]) -> list[DateClaim]:
    """The claims of the Gregorian calendar where there are such: those beside repeat them."""
    own = [claim for claim in claims if claim.calendar == GREGORIAN]
    return own or claims


def _scan(
    line: list[DateToken], lexicon: Lexicon, setting: ReadingContext
) -> list[DateClaim] | None:
    """The claims in reading order; None where nothing on the line reads as a date at all."""
    claims: list[DateClaim] = []
    at = 0
    since = 0
    # A time of day, and the token after it, that may belong to a date right behind.
    time_before: tuple[Clock, int] | None = None
    has_date = False
    while at < len(line) and len(claims) < MOST_CLAIMS:
        read = _date(line, at, lexicon, setting)
        if read is None:
            timed = clock(line, at)
            at = timed[1] if timed else at + 1
            if timed is not None:
                time_before = timed
            elif time_before and not _is_gap(line, time_before[1], at):
                time_before = None
            continue
        has_date = True
        said = label(line, since, at)
        earlier = time_before[0] if time_before and _is_gap(line, time_before[1], at) else None
        claim, since = _claim(line, at, read, lexicon, setting, earlier, said is not None)
        if claim is not None and said != "other":
            claims.append(replace(claim, role=role_of(said)))
        at = since
        time_before = None
    return claims if has_date else None


def _date(
    line: list[DateToken], at: int, lexicon: Lexicon, setting: ReadingContext
) -> tuple[RelativeTime | None, int] | None:
    """A date at token `at`, told from the capture or by the calendar; its moment is None where it
    is impossible.
    """
    if not _may_begin(line[at], lexicon):
        return None
    told = relative(line, at, lexicon, setting.captured, setting.zone)
    if told is not None:
        return told
    reading = NumericLine(line, lexicon, setting.today, setting.month_first)
    printed = numeric_day(reading, at) or named_day(reading, at)
    if printed is None:
        return None
    day, end = printed
    value: datetime | None = None
    if day.first is not None:
        value = zoned(datetime.combine(day.first, datetime.min.time()), None, setting.zone)
    if value is None:
        return None, end
    last = starts(line, end, lexicon.last_after)
    earliest, latest = bounds(value, day.precision)
    loose = day.yearless and last is None
    # A time of day would be more precise than the day.
    open_clock = day.precision == "day" and not day.slack
    moment = RelativeTime(
        value,
        day.precision,
        earliest - day.slack,
        latest + day.slack,
        open_clock,
        loose,
        day.calendar,
    )
    return moment, last or end


def _may_begin(token: DateToken, lexicon: Lexicon) -> bool:
    """Whether a date may begin with a token: a cheap test before the grammar."""
    if token.kind == "word":
        text = token.text
        named = text in lexicon.openers or text in SHARED_MONTHS or text in OTHER_MONTHS
        return named or hebrew_number(text) is not None
    return token.kind != "mark"


def _claim(  # noqa: PLR0913, PLR0917
    line: list[DateToken],
    at: int,
    read: tuple[RelativeTime | None, int],
    lexicon: Lexicon,
    setting: ReadingContext,
    earlier: Clock | None,
    labelled: bool,
) -> tuple[DateClaim | None, int]:
    """The claim of a date and the time of day after it, else `earlier` before it; and the token
    after both.
    """
    moment, after = read
    hour: Clock | None = None
    if moment is None or moment.open_clock:
        hour, after = _clock_after(line, after, lexicon)
    if moment is None:
        return None, after
    if hour is None and moment.open_clock:
        hour = earlier
    sure = hour is not None or labelled or not moment.loose
    if not (sure or _stands_alone(line, at, after, lexicon)):
        return None, after
    claim: DateClaim | None = DateClaim(
        moment.value, moment.precision, moment.earliest, moment.latest
    )
    if hour is not None:
        claim = _at(moment.value, hour, setting.zone)
    if claim is not None:
        claim = replace(claim, calendar=moment.calendar)
    if claim is None or not setting.accepts(claim.value):
        return None, after
    return claim, after


def _at(day: datetime, hour: Clock, zone: tzinfo) -> DateClaim | None:
    """The claim of a day at a time of day; None where there is no such time."""
    if not hour.valid:
        return None
    naive = day.replace(tzinfo=None, hour=hour.hour, minute=hour.minute, second=hour.second)
    value = zoned(naive.replace(microsecond=hour.microsecond), hour.zone, zone)
    if value is None:
        return None
    return DateClaim(value, hour.precision, *bounds(value, hour.precision))


def _is_gap(line: list[DateToken], start: int, end: int) -> bool:
    """Whether only marks and small words lie between a time and its date."""
    if end - start > LONGEST_GAP:
        return False
    return all(_joins(line, at) for at in range(start, end))


def _joins(line: list[DateToken], at: int) -> bool:
    return is_mark(line, at, _GAPS) or is_word(line, at, CONNECTORS)


def _stands_alone(line: list[DateToken], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether at most one word stands beside a day and month: "le 28 août", not "place du 8
    mai".
    """
    rest = [token for token in (*line[:start], *line[end:]) if token.kind == "word"]
    return sum(token.text not in lexicon.weekdays for token in rest) <= 1


def _clock_after(line: list[DateToken], at: int, lexicon: Lexicon) -> tuple[Clock | None, int]:
    """The time of day that follows a date: "à 14h30", ", 14:30 Uhr", "| 15:54", "(Mon) 15:54"."""
    start = at
    while start <= at + LONGEST_GAP:
        timed = clock(line, start)
        if timed is not None:
            return timed
        own_weekday = is_word(line, start, lexicon.weekdays)
        if not (own_weekday or is_word(line, start, EAST_ASIAN_WEEKDAYS) or _joins(line, start)):
            break
        start += 1
    return None, at
