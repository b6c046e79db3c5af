"""Sites whose lists are odd, or where a text changes late or stands elsewhere than on its page."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import ClassVar

from benchmarks.world import pages
from benchmarks.world.answers import Answer, Request, html, xml
from benchmarks.world.odd import Odd
from benchmarks.world.pages import FeedItem
from benchmarks.world.prose import Writer
from benchmarks.world.site import DAY, HOUR, Site, Story, corrected


class SectionOnly(Odd):
    """Its list is a section page alone, made in its own way."""

    def entry_points(self) -> dict[str, object]:
        return {"sections": [{"url": self.url("/news/")}]}

    def front(self, request: Request) -> Answer | None:
        rows = "".join(self.row(story) for story in self.listed(request.now))
        return html(self.frame.document("News", f"<main>{rows}</main>"))

    def row(self, story: Story) -> str:
        """A story in the list."""
        raise NotImplementedError


class HeaderLinks(SectionOnly):
    """Headlines stand in the header of an article element."""

    def row(self, story: Story) -> str:
        link = f'<a href="{self.address(story)}">{escape(story.title)}</a>'
        return f"<article><header><h3>{link}</h3></header><p>{story.lines[0][:80]}</p></article>"


class FooterLinks(SectionOnly):
    """The only link to a story is in the footer of its teaser."""

    def row(self, story: Story) -> str:
        link = f'<a href="{self.address(story)}">{escape(story.title)}</a>'
        return f"<article><h3>{escape(story.title)}</h3><footer>{link}</footer></article>"


class JsonList(SectionOnly):
    """Scripts draw its list from JSON in the page."""

    opening: ClassVar[str] = '<script id="__NEXT_DATA__" type="application/json">'
    closing: ClassVar[str] = "</script>"

    def front(self, request: Request) -> Answer | None:
        rows = [
            {"headline": story.title, "url": self.address(story), "date": story.at.isoformat()}
            for story in self.listed(request.now)
        ]
        data = json.dumps(self.data(rows), ensure_ascii=False)
        script = f"{self.opening}{data}{self.closing}"
        return html(self.frame.document("News", f'<div id="__next"></div>{script}'))

    def data(self, rows: Sequence[dict[str, str]]) -> object:
        """The rows as the page holds them."""
        return {"props": {"pageProps": {"teasers": rows}}, "page": "/[section]"}


class StateList(JsonList):
    """The same as a state that a script assigns."""

    opening = "<script>window.__INITIAL_STATE__="
    closing = ";</script>"

    def data(self, rows: Sequence[dict[str, str]]) -> object:
        return {"section": {"id": 3, "items": rows}}


class ItemList(JsonList):
    """The same as a list by schema.org."""

    opening = '<script type="application/ld+json">'

    def data(self, rows: Sequence[dict[str, str]]) -> object:
        elements = [
            {
                "@type": "ListItem",
                "position": place,
                "url": self.url(row["url"]),
                "name": row["headline"],
            }
            for place, row in enumerate(rows, 1)
        ]
        return {
            "@context": "https://schema.org",
            "@type": "CollectionPage",
            "mainEntity": {"@type": "ItemList", "itemListElement": elements},
        }


class OlderPages(Odd):
    """Its section shows four stories; older ones stand on further pages."""

    shown: ClassVar[int] = 4
    a_day = (9.0, 12.0)

    def entry_points(self) -> dict[str, object]:
        return {"sections": [{"url": self.url("/news/")}]}

    def must_hold(self, story: Story, now: datetime) -> bool:
        # How far back a first visit turns the pages is the monitor's choice.
        return story.at >= self.start

    def front(self, request: Request) -> Answer | None:
        place = int(request.path.partition("page=")[2] or 1)
        stories = self.listed(request.now)[(place - 1) * self.shown : place * self.shown]
        links = [(story.title, self.address(story)) for story in stories]
        return html(
            pages.listing(
                self.frame, "News", links, f'<link rel="next" href="/news/?page={place + 1}">'
            )
        )


class SitemapNewestFirst(Odd):
    """A sitemap index of many months, the newest first."""

    months: ClassVar[int] = 50

    def entry_points(self) -> dict[str, object]:
        return {"sitemaps": [self.url("/sitemap.xml")]}

    def sitemap(self, request: Request) -> Answer | None:
        parts = [self.part(number, request.now) for number in range(self.months)]
        return xml(pages.sitemap_index([(self.url(path), None) for path in self.ordered(parts)]))

    def ordered(self, parts: list[str]) -> list[str]:
        """The parts in its order; they come with the newest first."""
        return parts

    def part(self, number: int, now: datetime) -> str:
        """The path of the part so many months ago."""
        months = now.year * 12 + now.month - 1 - number
        return f"/sitemap-{months // 12}-{months % 12 + 1:02}.xml"

    def answer(self, request: Request) -> Answer | None:
        if request.path.startswith("/sitemap-"):
            return xml(pages.urlset(self.rows(request)))
        return super().answer(request)

    def rows(self, request: Request) -> list[tuple[str, datetime | None]]:
        """What a part lists."""
        stories = [
            story
            for story in self.published(request.now)
            if request.path == f"/sitemap-{story.at:%Y-%m}.xml"
        ]
        return [(self.url(self.address(story)), story.at) for story in stories]


class SitemapOldestFirst(SitemapNewestFirst):
    """The same, the oldest first."""

    def ordered(self, parts: list[str]) -> list[str]:
        return parts[::-1]


class SitemapNumbered(Odd):
    """Parts have numbers and no dates, as have the addresses in them; the last one grows."""

    part_size: ClassVar[int] = 5

    def entry_points(self) -> dict[str, object]:
        return {"sitemaps": [self.url("/sitemap.xml")]}

    def sitemap(self, request: Request) -> Answer | None:
        count = -(-len(self.published(request.now)) // self.part_size)
        parts = [self.url(f"/sitemap-{number}.xml") for number in range(1, count + 1)]
        return xml(pages.sitemap_index([(url, None) for url in parts]))

    def answer(self, request: Request) -> Answer | None:
        found = re.fullmatch(r"/sitemap-(\d+)\.xml", request.path)
        if found is None:
            return super().answer(request)
        first = (int(found[1]) - 1) * self.part_size
        stories = self.published(request.now)[::-1][first : first + self.part_size]
        return xml(pages.urlset([(self.url(self.address(story)), None) for story in stories]))


class SitemapElsewhere(Odd):
    """robots.txt names its sitemap, which stands on another host; its home page lists little."""

    def hosts(self) -> Sequence[str]:
        return (self.host, f"static-{self.id}.example")

    def entry_points(self) -> dict[str, object]:
        return {}

    def robots(self, request: Request) -> Answer | None:
        line = f"User-agent: *\nAllow: /\nSitemap: http://{self.hosts()[1]}/sitemap.xml\n"
        return Answer(200, {"Content-Type": "text/plain"}, line)

    def front(self, request: Request) -> Answer | None:
        return html(self.frame.document(self.frame.site, "<main><p>Soon.</p></main>"))


class CorrectsLate(Odd):
    """Corrects stories after ten days, and its sitemap says so."""

    a_day = (1.0, 2.0)
    least_listed = 60

    def entry_points(self) -> dict[str, object]:
        return {"sitemaps": [self.url("/sitemap.xml")]}

    def fated(self, story: Story, writer: Writer) -> Story:
        if story.number % 3:
            return story
        return corrected(story, story.at + 10 * DAY, writer)


class UpdatesInFeed(CorrectsLate):
    """The same, and its feed says so."""

    def entry_points(self) -> dict[str, object]:
        return {"feeds": [self.url("/feed.xml")]}

    def item(self, story: Story, request: Request) -> FeedItem:
        return replace(super().item(story, request), updated=self.changed_at(story, request.now))


class FeedOnlyText(Odd):
    """Its feed holds the whole text, its pages only scripts."""

    def item(self, story: Story, request: Request) -> FeedItem:
        content = "".join(f"<p>{line}</p>" for line in story.text(request.now))
        return replace(super().item(story, request), content=content)

    def page(self, story: Story, request: Request) -> Answer | None:
        return html(
            f'<!doctype html><html lang="{self.language}"><head><title>{self.frame.site}</title>'
            '</head><body><div id="root"></div><script src="/app.js"></script></body></html>'
        )


class LiveBlog(Odd):
    """Some stories grow for a day, the newest post first; their page holds the newest ten."""

    a_day = (1.0, 2.0)
    style = "blog"  # which declares what its pages are
    shown: ClassVar[int] = 10

    def is_live(self, story: Story) -> bool:
        """Whether it is one of them; what began before it was watched, nobody has seen whole."""
        return story.number % 3 == 0 and story.at >= self.start

    def fated(self, story: Story, writer: Writer) -> Story:
        return replace(story, lines=writer.paragraphs(14)) if self.is_live(story) else story

    def page(self, story: Story, request: Request) -> Answer | None:
        if not self.is_live(story):
            return Site.page(self, story, request)
        begun = story.at
        times = [begun + place * 2 * HOUR for place in range(len(story.lines))]
        posts = [
            {"@type": "BlogPosting", "datePublished": at.isoformat(), "articleBody": line}
            for at, line in zip(times, story.lines, strict=True)
            if at <= request.now
        ][-self.shown :][::-1]
        shown = [str(post["articleBody"]) for post in posts]
        facts = (("@type", "LiveBlogPosting"), ("liveBlogUpdate", posts))
        content = replace(self.content(story, request), lines=shown, facts=facts)
        return html(pages.article(self.frame, content))


KINDS: tuple[type[Site], ...] = (
    HeaderLinks,
    FooterLinks,
    JsonList,
    StateList,
    ItemList,
    OlderPages,
    SitemapNewestFirst,
    SitemapOldestFirst,
    SitemapNumbered,
    SitemapElsewhere,
    CorrectsLate,
    UpdatesInFeed,
    FeedOnlyText,
    LiveBlog,
)
