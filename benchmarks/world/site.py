"""A site of the world: what it publishes and how it answers. A healthy one; those with habits of
their own are made from it.
"""

import random
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import ClassVar, Literal

from benchmarks.world import pages
from benchmarks.world.answers import Answer, Request, html, xml
from benchmarks.world.pages import STYLES, Content, FeedItem, Frame
from benchmarks.world.prose import LANGUAGES, Writer, words

Sort = Literal["healthy", "odd", "ailing"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HISTORY = timedelta(days=7)
SECTIONS = ("news", "region", "economy", "culture")
_NUMBER = re.compile(r"(\d{4,})")


@dataclass(frozen=True, slots=True)
class Story:
    """An article as its author knows it: its text since it was published (`at`), what a correction
    adds to it, and when it was taken down.
    """

    number: int
    title: str
    lines: tuple[str, ...]
    at: datetime
    section: str
    corrected_at: datetime | None = None
    correction: str = ""
    gone_at: datetime | None = None

    def text(self, now: datetime) -> tuple[str, ...]:
        """Its paragraphs at a moment."""
        if self.corrected_at and self.corrected_at <= now:
            return (*self.lines, self.correction)
        return self.lines

    def is_gone(self, now: datetime) -> bool:
        """Whether it was taken down."""
        return self.gone_at is not None and self.gone_at <= now


class Site:
    """A site with a feed, whose pages are what they seem. `number` is its place in the world."""

    sort: ClassVar[Sort] = "healthy"
    problems: ClassVar[frozenset[str]] = frozenset()
    """The problems that name its ailment rightly; any of them will do."""
    languages: ClassVar[Sequence[str]] = LANGUAGES
    a_day: ClassVar[tuple[float, float]] = (0.8, 1.8)
    weekend: ClassVar[float] = 0.6
    """Articles of a day at the weekend, as a share of those of a working day."""
    paragraphs: ClassVar[tuple[int, int]] = (3, 6)
    least_listed: ClassVar[int] = 10
    has_validators: ClassVar[bool] = True
    from_start: ClassVar[bool] = False
    """Whether its ailment has been there since before it was watched."""
    style: ClassVar[pages.Style | None] = None

    def __init__(self, seed: int, number: int, start: datetime, days: int) -> None:
        self.kind = kind_name(type(self))
        self.chance = random.Random(f"{seed}:{number}:{self.kind}")
        self.id = f"{self.kind}-{number}"
        self.host = f"www.{self.id}.example"
        self.language = self.chance.choice(self.languages)
        style = self.chance.choice(STYLES) if self.style is None else self.style
        self.frame = Frame(f"Herald {number}", self.language, style, SECTIONS)
        self.start = start
        self.days = days
        self.since = start if self.from_start else self._ailing_since()
        self.until: datetime | None = None
        writer = Writer(self.language, f"{seed}:{self.id}")
        self.stories = self.written(writer)
        self._times = [story.at for story in self.stories]
        self._newest: tuple[datetime, list[Story]] = (start, [])
        self._by_number = {story.number: story for story in self.stories}

    # What it publishes

    def written(self, writer: Writer) -> list[Story]:
        """Everything that it publishes, oldest first."""
        stories = []
        number = self.chance.randint(20, 90) * 1000
        for at in self.times():
            number += self.chance.randint(1, 4)
            lines = writer.paragraphs(self.chance.randint(*self.paragraphs))
            section = self.chance.choice(SECTIONS)
            story = Story(number, writer.title(), lines, at, section)
            stories.append(self.fated(story, writer))
        return stories

    def times(self) -> list[datetime]:
        """When it publishes: by day, fewer at weekends."""
        usual = self.chance.uniform(*self.a_day)
        opens = self.chance.randint(4, 9)
        times = []
        day = self.start - HISTORY
        while day < self.start + self.days * DAY:
            share = self.weekend if day.weekday() >= 5 else 1.0
            whole, rest = divmod(usual * share, 1.0)
            count = int(whole) + (self.chance.random() < rest)
            for _ in range(count):
                times.append(day + (opens + 12 * self.chance.random()) * HOUR)
            day += DAY
        return sorted(time.replace(microsecond=0) for time in times)

    def fated(self, story: Story, writer: Writer) -> Story:
        """The story with what will befall it."""
        return story

    def published(self, now: datetime) -> list[Story]:
        """What has been published by a moment and is still there, newest first."""
        if self._newest[0] != now:
            until = self.stories[: bisect_right(self._times, now)][::-1]
            self._newest = (now, [story for story in until if not story.is_gone(now)])
        return self._newest[1]

    def listed(self, now: datetime) -> list[Story]:
        """What its lists name, newest first."""
        return self.published(now)[: max(self.least_listed, int(3 * self.a_day[1]))]

    def must_hold(self, story: Story, now: datetime) -> bool:
        """Whether a monitor that did all it could holds this story now; not what nobody could read."""
        return True

    def lines_of(self, story: Story) -> Sequence[str]:
        """Everything that a page or feed of a story may hold as its text."""
        return (*story.lines, story.correction)

    def ails(self, now: datetime) -> bool:
        """Whether its ailment has begun, and has not ended."""
        has_ended = self.until is not None and now >= self.until
        return bool(self.problems) and now >= self.since and not has_ended

    # How it is found

    def source(self) -> dict[str, object]:
        """Its row in the sources file."""
        home = f"http://{self.host}/"
        row: dict[str, object] = {"id": self.id, "name": self.frame.site, "home": home}
        return row | self.entry_points()

    def entry_points(self) -> dict[str, object]:
        """The feeds, sections and sitemaps that the sources file names."""
        return {"feeds": [self.url("/feed.xml")]}

    def hosts(self) -> Sequence[str]:
        """The hosts that it answers for."""
        return (self.host,)

    # How it answers

    def answer(self, request: Request) -> Answer | None:
        """Its answer; None where it has no such page."""
        path = request.path.partition("?")[0]
        routes: dict[str, Callable[[Request], Answer | None]] = {
            "/feed.xml": self.feed,
            "/sitemap.xml": self.sitemap,
            "/robots.txt": self.robots,
            "/": self.front,
            "/news/": self.front,
        }
        if path in routes:
            return routes[path](request)
        story = self.story_of(request)
        return self.page(story, request) if story else None

    def story_of(self, request: Request) -> Story | None:
        """The story at an address: the last number in it tells."""
        numbers = _NUMBER.findall(request.path.partition("?")[0])
        story = self._by_number.get(int(numbers[-1])) if numbers else None
        return story if story and story.at <= request.now else None

    def robots(self, request: Request) -> Answer | None:
        """robots.txt."""
        return None

    def front(self, request: Request) -> Answer | None:
        """A page that lists the newest stories."""
        links = [(story.title, self.link(story, request)) for story in self.listed(request.now)]
        return html(pages.listing(self.frame, self.frame.site, links))

    def feed(self, request: Request) -> Answer | None:
        """The feed."""
        items = [self.item(story, request) for story in self.listed(request.now)]
        return xml(pages.feed(self.frame.site, self.url("/"), items))

    def item(self, story: Story, request: Request) -> FeedItem:
        """A story in the feed."""
        link = self.url(self.link(story, request))
        return FeedItem(story.title, link, f"{self.host}:{story.number}", story.at, story.lines[0])

    def sitemap(self, request: Request) -> Answer | None:
        """A sitemap of the newest stories."""
        rows = [
            (self.url(self.link(story, request)), self.changed_at(story, request.now))
            for story in self.listed(request.now)
        ]
        return xml(pages.urlset(rows))

    def page(self, story: Story, request: Request) -> Answer | None:
        """The page of a story."""
        if story.is_gone(request.now):
            return self.gone(story, request)
        return html(pages.article(self.frame, self.content(story, request)))

    def gone(self, story: Story, request: Request) -> Answer | None:
        """What stands where a story was taken down."""
        return html(pages.notice(self.language, ("410", "Gone")), 410)

    def content(self, story: Story, request: Request) -> Content:
        """What the page of a story shows."""
        others = [one for one in self.listed(request.now) if one.number != story.number][:3]
        rows = "".join(f'<li><a href="{self.address(one)}">{one.title}</a></li>' for one in others)
        return Content(
            story.title,
            story.text(request.now),
            story.at,
            self.url(self.address(story)),
            f'<div class="related"><ul>{rows}</ul></div>',
            changed_at=self.changed_at(story, request.now),
        )

    def link(self, story: Story, request: Request) -> str:
        """The path by which lists lead to a story."""
        return self.address(story)

    def address(self, story: Story) -> str:
        """The path at which a story stands."""
        return f"/{story.section}/{slug(story.title)}-{story.number}"

    def url(self, path: str) -> str:
        """A path of this site as an address."""
        return path if path.startswith("http") else f"http://{self.host}{path}"

    def changed_at(self, story: Story, now: datetime) -> datetime:
        """When a story was last changed."""
        corrected = story.corrected_at
        return corrected if corrected and corrected <= now else story.at

    def notice(self, kind: str, status: int = 200) -> Answer:
        """A wall or an error in its language, or in English."""
        table = words("walls")[kind]
        language = self.language if self.language in table else "en"
        return html(pages.notice(language, table[language]), status)

    def _ailing_since(self) -> datetime:
        """After the doctor's visit of an evening, and some healthy days."""
        first = min(3, max(1, self.days // 3))
        last = max(first, self.days - 2)
        return self.start + self.chance.randint(first, last) * DAY - 1.25 * HOUR


def kind_name(kind: type[Site]) -> str:
    """The name of a kind of sites: ConsentWall is `consent-wall`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def corrected(story: Story, at: datetime, writer: Writer) -> Story:
    """The story with a paragraph more from a moment on."""
    return replace(story, corrected_at=at, correction=writer.paragraphs(1)[0])


@cache
def slug(title: str) -> str:
    """A title as a part of an address; a word where it has no Latin letter."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    found = re.findall(r"[a-z]{2,}", plain)
    return "-".join(found[:6]) or "story"
