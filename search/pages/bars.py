"""The timeline as the page draws it: a bar for each step, each a link to its own period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime

from indexer.query import Bucket, Interval, Timeline
from search.pages.links import Links
from search.texts import Texts

HEIGHT = 48
_STEP, _GAP = 10, 2
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: where it stands in the drawing, what it says, and the view of its period."""

    x: int
    y: float
    width: int
    height: float
    told: str
    link: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The whole drawing, `width` units wide and `HEIGHT` high; `first` and `last` name its ends."""

    width: int
    bars: list[Bar]
    first: str
    last: str
    undated: str


def bars(timeline: Timeline, links: Links, texts: Texts) -> Bars | None:
    """The drawing of a timeline; None where there is nothing to compare."""
    steps = timeline.buckets
    if len(steps) < 2:
        return None
    drawing = _Drawing(timeline.interval, max(bucket.count for bucket in steps) or 1, links, texts)
    drawn = [drawing.bar(at, bucket) for at, bucket in enumerate(steps)]
    ends = [_named(bucket.date, timeline.interval, texts) for bucket in (steps[0], steps[-1])]
    undated = texts.count("undated_count", timeline.undated) if timeline.undated else ""
    return Bars(len(steps) * _STEP, drawn, ends[0], ends[1], undated)


@dataclass(frozen=True, slots=True)
class _Drawing:
    interval: Interval
    most: int
    links: Links
    texts: Texts

    def bar(self, at: int, bucket: Bucket) -> Bar:
        height = max(_LEAST, round(HEIGHT * bucket.count / self.most, 1)) if bucket.count else 0
        told = f"{_named(bucket.date, self.interval, self.texts)}: {self.texts.count('results', bucket.count)}"
        link = self.links.between(*_period(bucket.date, self.interval))
        return Bar(at * _STEP + _GAP // 2, HEIGHT - height, _STEP - _GAP, height, told, link)


def _period(start: str, interval: Interval) -> tuple[str, str]:
    """The values of `from` and `to` that mean this step."""
    match interval:
        case "hour":
            return start[:16], f"{start[:13]}:59"
        case "week":
            return start, (date.fromisoformat(start) + timedelta(days=6)).isoformat()
        case "month":
            return start[:7], start[:7]
        case "year":
            return start[:4], start[:4]
    return start, start


def _named(start: str, interval: Interval, texts: Texts) -> str:
    if interval == "hour":
        moment = datetime.fromisoformat(start)
        return str(format_datetime(moment, "d MMM y HH:mm", tzinfo=moment.tzinfo, locale=texts.language))
    patterns = {"year": "y", "month": "MMM y"}
    return str(format_date(date.fromisoformat(start), patterns.get(interval, "d MMM y"), locale=texts.language))
