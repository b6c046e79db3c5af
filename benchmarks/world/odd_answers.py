"""Sites that answer oddly: by cookies and detours, not for some hours, or no more. All of their
stories can be had all the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from typing import ClassVar
from urllib.parse import quote

from benchmarks.world import pages
from benchmarks.world.answers import Answer, Request, html, redirect
from benchmarks.world.odd import Odd
from benchmarks.world.pages import Content
from benchmarks.world.prose import Writer
from benchmarks.world.site import DAY, HOUR, Site, Story


class Cookies(Odd):
    """Each story is shown only to who brings the cookie that a redirect gave."""

    def page(self, story: Story, request: Request) -> Answer | None:
        if "seen=1" in request.headers.get("cookie", ""):
            return super().page(story, request)
        return redirect(f"/hello?next={quote(request.path)}")

    def answer(self, request: Request) -> Answer | None:
        if request.path.startswith("/hello?next="):
            there = request.path.partition("=")[2].replace("%2F", "/")
            return redirect(there, Set_Cookie="seen=1; Path=/")
        return super().answer(request)


class MetaRefresh(Odd):
    """The addresses of its lists lead on by a meta refresh."""

    def link(self, story: Story, request: Request) -> str:
        return f"/go/{story.number}"

    def page(self, story: Story, request: Request) -> Answer | None:
        if not request.path.startswith("/go/"):
            return super().page(story, request)
        refresh = f'<meta http-equiv="refresh" content="0; url={self.address(story)}">'
        return html(f"<!doctype html><html><head>{refresh}</head><body></body></html>")


class ClickCounter(MetaRefresh):
    """They lead on by a counter of clicks, which redirects."""

    def page(self, story: Story, request: Request) -> Answer | None:
        if request.path.startswith("/go/"):
            return redirect(self.address(story))
        return Site.page(self, story, request)


class OthersStories(Odd):
    """Some items of its feed lead to another publisher, whose stories are not its own."""

    def hosts(self) -> Sequence[str]:
        return (self.host, f"www.partner-of-{self.id}.example")

    def page(self, story: Story, request: Request) -> Answer | None:
        if self.must_hold(story, request.now):
            return super().page(story, request)
        if request.host == self.host:
            return redirect(f"http://{self.hosts()[1]}{self.address(story)}")
        writer = Writer(self.language, f"partner:{self.id}:{story.number}")
        content = Content(writer.title(), writer.paragraphs(4), story.at, self.url("/"))
        return html(pages.article(replace(self.frame, site="Partner"), content))

    def must_hold(self, story: Story, now: datetime) -> bool:
        return story.number % 4 != 0


class Withdraws(Odd):
    """Takes some stories down within a day: 410."""

    def fated(self, story: Story, writer: Writer) -> Story:
        if story.number % 4:
            return story
        return replace(story, gone_at=story.at + self.chance.uniform(8, 20) * HOUR)


class WithdrawsHome(Withdraws):
    """What was taken down leads to the home page."""

    def gone(self, story: Story, request: Request) -> Answer | None:
        return redirect("/")


class WithdrawsSection(Withdraws):
    """What was taken down leads to its section for good."""

    def gone(self, story: Story, request: Request) -> Answer | None:
        return redirect("/news/", 301)


class WithdrawsInWords(Withdraws):
    """What was taken down is said to be missing, with status 200."""

    def gone(self, story: Story, request: Request) -> Answer | None:
        return self.notice("missing")


class Passing(Odd):
    """For some hours now and then, a notice with status 200 stands in the place of every page."""

    notices: ClassVar[str] = "maintenance"
    lists_too: ClassVar[bool] = False

    def is_closed(self, now: datetime) -> bool:
        """Whether it is one of these hours."""
        days = int((now - self.start) / DAY)
        return days % 4 == 2 and 10 <= now.hour < 16

    def answer(self, request: Request) -> Answer | None:
        lists = ("/feed.xml", "/", "/news/", "/robots.txt")
        is_hidden = self.lists_too or request.path not in lists
        if self.is_closed(request.now) and is_hidden:
            return self.obstacle()
        return super().answer(request)

    def obstacle(self) -> Answer:
        """What stands in the way."""
        return self.notice(self.notices)


class PassingForAll(Passing):
    """The same, in the place of its lists, too."""

    lists_too = True


class PassingChallenge(Passing):
    """Checks its visitors for some hours."""

    notices = "challenge"


class PassingErrors(Passing):
    """Answers 503 for some hours, and does not say until when."""

    lists_too = True

    def obstacle(self) -> Answer:
        return self.notice("maintenance", 503)


class RetryAfter(Passing):
    """Asks for ten hours' peace now and then, by seconds or by a date."""

    quiet_hours: ClassVar[int] = 10

    def __init__(self, seed: int, number: int, start: datetime, days: int) -> None:
        super().__init__(seed, number, start, days)
        self.asked_early = 0
        self._told_at: datetime | None = None

    def must_hold(self, story: Story, now: datetime) -> bool:
        told_at = self._told_at
        is_quiet = told_at is not None and now - told_at < self.quiet_hours * HOUR
        return not is_quiet or story.at < now - DAY

    def answer(self, request: Request) -> Answer | None:
        now = request.now
        told_at = self._told_at
        if told_at and HOUR / 60 < now - told_at < self.quiet_hours * HOUR - HOUR / 60:
            self.asked_early += 1
        if not self.is_closed(now):
            return Site.answer(self, request)
        self._told_at = told_at if told_at and now - told_at < DAY else now
        left = self.quiet_hours * HOUR
        until = format_datetime((now + left).replace(microsecond=0), usegmt=True)
        said = until if int((now - self.start) / DAY) % 8 < 4 else str(int(left.total_seconds()))
        return Answer(429, {"Content-Type": "text/html", "Retry-After": said}, "<h1>429</h1>")


KINDS: tuple[type[Site], ...] = (
    Cookies,
    MetaRefresh,
    ClickCounter,
    OthersStories,
    Withdraws,
    WithdrawsHome,
    WithdrawsSection,
    WithdrawsInWords,
    Passing,
    PassingForAll,
    PassingChallenge,
    PassingErrors,
    RetryAfter,
)
