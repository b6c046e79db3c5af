"""Reading a text for the dates that it prints."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo

from crawler.extract.dates.claim import (
    FINENESS,
    FIRST_YEAR,
    LAST_YEAR,
    DateClaim,
    Role,
    aware,
    bounds,
)
from crawler.extract.dates.clock import CONNECTORS, EAST_ASIAN_WEEKDAYS, Clock, clock
from crawler.extract.dates.languages import MONTH_FIRST_TAGS, SHARED_MONTHS, lexicons
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


@dataclass(frozen=True, slots=True)
class Setting:
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
    setting = Setting(aware(captured), zone, month_first or tag in MONTH_FIRST_TAGS)
    return (
        chosen(claims_in(text, language, setting))
        if FIRST_YEAR < captured.year < LAST_YEAR
        else None
    )


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


def claims_in(text: str, language: str | None, setting: Setting) -> list[DateClaim]:
    """Every date that the text prints, in its order; none where one of them is impossible and no
    other is printed.
    """
    folded = fold_date_text(text[:LONGEST])
    line = tokens(folded)
    shown = " ".join(text[:LONGEST].split())
    for lexicon in lexicons(language, folded):
        found = _scan(line, lexicon, setting)
        if found is not None:
            return [replace(claim, text=shown) for claim in found]
    return []


def _scan(line: list[DateToken], lexicon: Lexicon, setting: Setting) -> list[DateClaim] | None:
    """The claims in reading order; None where nothing on the line reads as a date at all."""
    claims: list[DateClaim] = []
    at = since = 0
    before: tuple[Clock, int] | None = None
    met = False
    while at < len(line) and len(claims) < MOST_CLAIMS:
        read = _date(line, at, lexicon, setting)
        if read is None:
            timed = clock(line, at)
            before = timed or (before if before and _is_gap(line, before[1], at + 1) else None)
            at = timed[1] if timed else at + 1
            continue
        met = True
        said = label(line, since, at)
        earlier = before[0] if before and _is_gap(line, before[1], at) else None
        claim, since = _claim(line, at, read, lexicon, setting, earlier, said is not None)
        if claim is not None and said != "other":
            claims.append(replace(claim, role=role_of(said)))
        at, before = since, None
    return claims if met else None


def _date(
    line: list[DateToken], at: int, lexicon: Lexicon, setting: Setting
) -> tuple[RelativeTime | None, int] | None:
    """A date at token `at`, told from the capture or by the calendar; its moment is None where it
    is impossible.
    """
    kind, text = line[at].kind, line[at].text
    if kind == "mark" or (
        kind == "word" and text not in lexicon.openers and text not in SHARED_MONTHS
    ):
        return None
    told = relative(line, at, lexicon, setting.captured, setting.zone)
    if told is not None:
        return told
    reading = NumericLine(line, lexicon, setting.today, setting.month_first)
    printed = numeric_day(reading, at) or named_day(reading, at)
    if printed is None:
        return None
    found, end = printed
    value = (
        zoned(datetime.combine(found.first, datetime.min.time()), None, setting.zone)
        if found.first
        else None
    )
    if value is None:
        return None, end
    last = starts(line, end, lexicon.last_after)
    earliest, latest = bounds(value, found.precision)
    loose = found.yearless and last is None
    return RelativeTime(
        value, found.precision, earliest, latest, found.precision == "day", loose
    ), last or end


def _claim(  # noqa: PLR0913, PLR0917
    line: list[DateToken],
    at: int,
    read: tuple[RelativeTime | None, int],
    lexicon: Lexicon,
    setting: Setting,
    earlier: Clock | None,
    labelled: bool,
) -> tuple[DateClaim | None, int]:
    """The claim of a date and the time of day after it, else `earlier` before it; and the token
    after both.
    """
    found, end = read
    hour, after = (
        _clock_after(line, end, lexicon) if found is None or found.open_clock else (None, end)
    )
    if found is None:
        return None, after
    if hour is None and found.open_clock:
        hour = earlier
    if found.loose and not (hour or labelled or _stands_alone(line, at, after, lexicon)):
        return None, after
    claim = DateClaim(found.value, found.precision, found.earliest, found.latest)
    timed = _at(claim, hour, setting.zone) if hour else claim
    return (timed if timed and setting.accepts(timed.value) else None), after


def _at(day: DateClaim, hour: Clock, zone: tzinfo) -> DateClaim | None:
    """A day's claim at a time of day; None where there is no such time."""
    if not hour.valid:
        return None
    naive = day.value.replace(tzinfo=None, hour=hour.hour, minute=hour.minute, second=hour.second)
    value = zoned(naive.replace(microsecond=hour.microsecond), hour.zone, zone)
    return (
        None if value is None else DateClaim(value, hour.precision, *bounds(value, hour.precision))
    )


def _is_gap(line: list[DateToken], start: int, end: int) -> bool:
    """Whether only marks and small words lie between a time and its date."""
    return end - start <= 4 and all(
        is_mark(line, at, _GAPS) or is_word(line, at, CONNECTORS) for at in range(start, end)
    )


def _stands_alone(line: list[DateToken], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether at most one word stands beside a day and month: "le 28 août", not "place du 8 mai"."""
    rest = [token for token in (*line[:start], *line[end:]) if token.kind == "word"]
    return sum(token.text not in lexicon.weekdays for token in rest) <= 1


def _clock_after(line: list[DateToken], at: int, lexicon: Lexicon) -> tuple[Clock | None, int]:
    """The time of day that follows a date: "à 14h30", ", 14:30 Uhr", "| 15:54", "(Mon) 15:54"."""
    start = at
    while start <= at + 4:
        timed = clock(line, start)
        if timed is not None:
            return timed
        weekday = is_word(line, start, lexicon.weekdays) or is_word(
            line, start, EAST_ASIAN_WEEKDAYS
        )
        if not (weekday or is_mark(line, start, _GAPS) or is_word(line, start, CONNECTORS)):
            break
        start += 1
    return None, at
