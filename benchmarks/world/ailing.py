"""Sites that ail from a day on: each must be named for what it ails of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from benchmarks.world.answers import Answer, Request, html, redirect
from benchmarks.world.pages import Content
from benchmarks.world.site import Site, Story

_READ_WITHIN = timedelta(hours=9)
_FRUITLESS = frozenset({"fruitless"})


class Ailing(Site):
    """Publishes enough every day for its ailment to be seen."""

    sort = "ailing"
    a_day = (7.0, 9.0)
    weekend = 0.9
    least_listed = 20

    def must_hold(self, story: Story, now: datetime) -> bool:
        # What came in the last hours before the ailment, nobody may have read in time.
        return not self.from_start and story.at < self.since - _READ_WITHIN


class Suspended(Ailing):
    """Its host has closed it: every address, the feed too, says so with status 200."""

    problems = frozenset({"errors", "empty", "fruitless", "moved", "blocked"})
    languages = ("en", "fr", "es")
    notices: ClassVar[str] = "suspended"

    def answer(self, request: Request) -> Answer | None:
        return self.notice(self.notices) if self.ails(request.now) else super().answer(request)


class Parked(Suspended):
    """Its domain is for sale."""

    languages = ("en", "de", "it")
    notices = "parked"


class Shell(Ailing):
    """Scripts would fill its pages."""

    problems = frozenset({"fruitless", "drift"})

    def page(self, story: Story, request: Request) -> Answer | None:
        if not self.ails(request.now):
            return super().page(story, request)
        return html(
            f'<!doctype html><html lang="{self.language}"><head><title>{self.frame.site}</title>'
            '</head><body><div id="app"></div><noscript>JavaScript</noscript>'
            '<script src="/bundle.js"></script></body></html>'
        )


class EmptySection(Ailing):
    """Scripts would fill its list, since a day on."""

    problems = frozenset({"empty"})

    def entry_points(self) -> dict[str, object]:
        return {"sections": [{"url": self.url("/news/")}]}

    def front(self, request: Request) -> Answer | None:
        if not self.ails(request.now):
            return super().front(request)
        return html(self.frame.document(self.frame.site, '<main id="list"></main>'))


class AlwaysEmptySection(EmptySection):
    """Scripts would fill its list, ever since."""

    from_start = True


class EmptyFeed(Ailing):
    """Its feed is there and holds nothing, ever since."""

    problems = frozenset({"empty"})
    from_start = True

    def listed(self, now: datetime) -> list[Story]:
        return []


class NoSuchHost(Ailing):
    """Its name does not exist."""

    problems = frozenset({"errors"})
    from_start = True

    def url(self, path: str) -> str:
        return super().url(path).replace(".example/", ".invalid/")


class Refuses(Ailing):
    """Its feed answers with an error status."""

    problems = frozenset({"blocked"})
    status: ClassVar[int] = 403

    def answer(self, request: Request) -> Answer | None:
        if self.ails(request.now):
            return Answer(self.status, {"Content-Type": "text/html"}, "<h1>Error</h1>")
        return super().answer(request)


class FeedGone(Refuses):
    """Its feed is not there any more."""

    problems = frozenset({"moved"})
    status = 404

    def answer(self, request: Request) -> Answer | None:
        if request.path == "/feed.xml":
            return super().answer(request)
        return Site.answer(self, request)


class Broken(Refuses):
    """Its server is broken."""

    problems = frozenset({"errors"})
    status = 500


class MovedAway(Ailing):
    """Its feed has moved to another host for good, which it says."""

    problems = frozenset({"moved"})

    def hosts(self) -> Sequence[str]:
        return (self.host, f"new.{self.host[4:]}")

    def feed(self, request: Request) -> Answer | None:
        if self.ails(request.now) and request.host == self.host:
            return redirect(f"http://new.{self.host[4:]}/feed.xml", 301)
        return super().feed(request)

    def must_hold(self, story: Story, now: datetime) -> bool:
        return True


class SentHome(Ailing):
    """Every story leads to the home page."""

    problems = frozenset({"fruitless", "moved"})

    def page(self, story: Story, request: Request) -> Answer | None:
        return redirect("/") if self.ails(request.now) else super().page(story, request)


class Loop(Ailing):
    """Every story leads to itself."""

    problems = frozenset({"fruitless", "errors", "blocked"})

    def page(self, story: Story, request: Request) -> Answer | None:
        return redirect(request.path) if self.ails(request.now) else super().page(story, request)


class ForbidsRobots(Ailing):
    """Its robots.txt forbids everything."""

    problems = frozenset({"robots"})

    def robots(self, request: Request) -> Answer | None:
        if not self.ails(request.now):
            return None
        return Answer(200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /\n")


class AsksNotToBeIndexed(Ailing):
    """Each page asks to be in no index."""

    problems = _FRUITLESS

    def content(self, story: Story, request: Request) -> Content:
        content = super().content(story, request)
        if not self.ails(request.now):
            return content
        return replace(content, head='<meta name="robots" content="noindex">')

    def must_hold(self, story: Story, now: datetime) -> bool:
        return False


class Mojibake(Ailing):
    """Its pages were read in another encoding than the one they were written in, and saved so."""

    problems = frozenset({"garbled"})
    languages = ("fr", "es", "tr", "ru", "ar")

    def page(self, story: Story, request: Request) -> Answer | None:
        answer = super().page(story, request)
        if not self.ails(request.now) or answer is None or story.at < self.since:
            return answer
        return html(_spoilt(str(answer.body)))

    def lines_of(self, story: Story) -> Sequence[str]:
        lines = super().lines_of(story)
        return (*lines, *(_spoilt(line) for line in lines))


def _spoilt(text: str) -> str:
    return text.encode().decode("windows-1252", "replace")


class ConstantTitle(Ailing):
    """Every page has the site's name for a headline."""

    problems = frozenset({"doubled"})

    def content(self, story: Story, request: Request) -> Content:
        content = super().content(story, request)
        if not self.ails(request.now) or story.at < self.since:
            return content
        return replace(content, title=self.frame.site)

    def must_hold(self, story: Story, now: datetime) -> bool:
        return True


KINDS: tuple[type[Site], ...] = (
    Suspended,
    Parked,
    Shell,
    EmptySection,
    AlwaysEmptySection,
    EmptyFeed,
    NoSuchHost,
    Refuses,
    FeedGone,
    Broken,
    MovedAway,
    SentHome,
    Loop,
    ForbidsRobots,
    AsksNotToBeIndexed,
    Mojibake,
    ConstantTitle,
)
