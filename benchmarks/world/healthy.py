"""Healthy sites, with what healthy sites do: nobody may accuse them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from benchmarks.world import pages
from benchmarks.world.answers import Answer, Request, html
from benchmarks.world.pages import Content, FeedItem
from benchmarks.world.prose import Writer, words
from benchmarks.world.site import DAY, HOUR, Site, Story, corrected


class Feed(Site):
    """A feed with the newest stories."""


class Section(Site):
    """Section pages, no feed."""

    def entry_points(self) -> dict[str, object]:
        return {"sections": [{"url": self.url("/news/")}]}


class Both(Site):
    """A section page and a feed that list the same."""

    def entry_points(self) -> dict[str, object]:
        return {"feeds": [self.url("/feed.xml")], "sections": [{"url": self.url("/news/")}]}


class NewsSitemap(Site):
    """A sitemap of the last two days, as news search engines want it; empty after a quiet weekend."""

    a_day = (1.0, 2.5)

    def entry_points(self) -> dict[str, object]:
        return {"sitemaps": [self.url("/sitemap.xml")]}

    def listed(self, now: datetime) -> list[Story]:
        return [story for story in super().listed(now) if now - story.at <= 2 * DAY]


class Home(Site):
    """Nothing but a home page is known of it, which names its feed."""

    def entry_points(self) -> dict[str, object]:
        return {}

    def front(self, request: Request) -> Answer | None:
        links = [(story.title, self.link(story, request)) for story in self.listed(request.now)]
        feed = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
        return html(pages.listing(self.frame, self.frame.site, links, feed))


class QuietWeekends(Site):
    """Publishes on working days alone."""

    weekend = 0.0
    a_day = (1.5, 3.0)


class Weekly(Site):
    """A whole issue on one day of the week."""

    def times(self) -> list[datetime]:
        weekday = self.chance.randint(0, 6)
        times = []
        for count in range(-7, self.days):
            day = self.start + count * DAY
            if day.weekday() == weekday:
                times += [day + 7 * HOUR + number * timedelta(minutes=2) for number in range(9)]
        return times


class Briefs(Site):
    """Stories of one short paragraph."""

    paragraphs = (1, 1)
    a_day = (1.0, 2.5)


class LeavesNoValidators(Site):
    """Answers every request in full."""

    has_validators = False
    a_day = (0.7, 1.5)


class Corrects(Site):
    """Adds a paragraph to every third story within hours."""

    def fated(self, story: Story, writer: Writer) -> Story:
        if story.number % 3:
            return story
        return corrected(story, story.at + self.chance.uniform(0.5, 5) * HOUR, writer)


class Agency(Site):
    """Prints stories of an agency as they came, beside its own; other sites print them too."""

    def written(self, writer: Writer) -> list[Story]:
        stories = []
        for own in super().written(writer):
            wire = Writer(self.language, f"wire:{own.at:%Y-%m-%d}")
            printed = replace(own, title=wire.title(), lines=wire.paragraphs(4))
            stories.append(printed if own.number % 2 else own)
        return _without_repeats(stories)


def _without_repeats(stories: list[Story]) -> list[Story]:
    """One story a day of the agency's: a paper prints each once."""
    seen: set[str] = set()
    kept = []
    for story in stories:
        if story.lines[0] not in seen:
            kept.append(story)
        seen.add(story.lines[0])
    return kept


class Weather(Site):
    """The same title and place every day, with other weather."""

    def written(self, writer: Writer) -> list[Story]:
        titles = {"fr": "La météo du jour", "de": "Das Wetter heute", "es": "El tiempo de hoy"}
        title = titles.get(self.language, "Today's weather")
        return [
            story if story.number % 4 else replace(story, title=title)
            for story in super().written(writer)
        ]


class WritesOfWalls(Site):
    """Some of its stories are about walls, missing pages and consent, and quote them."""

    languages = ("fr", "en", "de", "es", "ar", "ru")

    def fated(self, story: Story, writer: Writer) -> Story:
        if story.number % 3:
            return story
        kinds = [kind for kind, said in words("walls").items() if self.language in said]
        quoted = words("walls")[self.chance.choice(kinds)][self.language]
        first, *rest = story.lines
        quotation = f"{first} « {quoted[-1]} »"
        return replace(story, title=f"« {quoted[0]} » : {story.title}", lines=(quotation, *rest))


class Paywall(Site):
    """Shows the first paragraphs of every second story, and says so."""

    paragraphs = (4, 6)

    def content(self, story: Story, request: Request) -> Content:
        content = super().content(story, request)
        if story.number % 2:
            return content
        return replace(content, facts=(("isAccessibleForFree", False),))

    def fated(self, story: Story, writer: Writer) -> Story:
        return story if story.number % 2 else replace(story, lines=story.lines[:2])


class Galleries(Site):
    """One of six items of its feed leads to pictures, or to a video, without words."""

    a_day = (1.5, 3.0)
    sort_of_item: ClassVar[int] = 6

    def page(self, story: Story, request: Request) -> Answer | None:
        if self.must_hold(story, request.now):
            return super().page(story, request)
        pictures = "".join(f'<img src="/{number}.jpg" alt="">' for number in range(8))
        return html(self.frame.document(story.title, f'<div class="gallery">{pictures}</div>'))

    def must_hold(self, story: Story, now: datetime) -> bool:
        return story.number % self.sort_of_item != 0


class Rewrites(Site):
    """A developing story grows through its first day."""

    def fated(self, story: Story, writer: Writer) -> Story:
        return corrected(story, story.at + self.chance.uniform(1, 20) * HOUR, writer)


class WholeFeed(Site):
    """Its feed holds the whole text, as its pages do."""

    def item(self, story: Story, request: Request) -> FeedItem:
        content = "".join(f"<p>{line}</p>" for line in story.text(request.now))
        return replace(super().item(story, request), content=content)


KINDS: tuple[type[Site], ...] = (
    Feed,
    Section,
    Both,
    NewsSitemap,
    Home,
    QuietWeekends,
    Weekly,
    Briefs,
    LeavesNoValidators,
    Corrects,
    Agency,
    Weather,
    WritesOfWalls,
    Paywall,
    Galleries,
    Rewrites,
    WholeFeed,
)
