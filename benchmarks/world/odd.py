"""Sites whose addresses, answers and promises are odd: all of their stories can be had all the same,
and each once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from itertools import chain
from typing import ClassVar
from urllib.parse import quote

from benchmarks.world import pages
from benchmarks.world.pages import Content, FeedItem
from benchmarks.world.prose import Writer
from benchmarks.world.site import (
    DAY,
    HOUR,
    SECTIONS,
    Answer,
    Request,
    Site,
    Story,
    html,
    redirect,
    slug,
)


class Odd(Site):
    """Odd, and well."""

    sort = "odd"
    a_day = (1.5, 2.5)


class CanonicalConstant(Odd):
    """Every page claims to be the home page."""

    def content(self, story: Story, request: Request) -> Content:
        head = f'<link rel="canonical" href="{self.url("/")}">'
        return replace(super().content(story, request), head=head)


class CanonicalSection(Odd):
    """Every page claims to be its section."""

    def content(self, story: Story, request: Request) -> Content:
        head = f'<link rel="canonical" href="{self.url(f"/{story.section}/")}">'
        return replace(super().content(story, request), head=head)


class OpenGraphConstant(Odd):
    """Every page claims one og:url."""

    def content(self, story: Story, request: Request) -> Content:
        head = f'<meta property="og:url" content="{self.url("/start")}">'
        return replace(super().content(story, request), head=head)


class GuidConstant(Odd):
    """All items of its feed have one guid."""

    def item(self, story: Story, request: Request) -> FeedItem:
        return replace(super().item(story, request), guid="0")


class SlugChanges(Odd):
    """An editor words the address of a story anew a few hours later; the old one leads there."""

    lasting: ClassVar[bool] = True

    def link(self, story: Story, request: Request) -> str:
        return self._path(story, request.now)

    def page(self, story: Story, request: Request) -> Answer | None:
        path = self._path(story, request.now)
        if self.lasting and request.path != path:
            return redirect(path, 301)
        return super().page(story, request)

    def _path(self, story: Story, now: datetime) -> str:
        if story.number % 2 or now < story.at + 9 * HOUR:
            return self.address(story)
        return f"/{story.section}/update-{slug(story.title)[:14]}-{story.number}"


class SlugIsIgnored(SlugChanges):
    """The same, and the old address shows the story as well."""

    lasting = False


class VisitToken(Odd):
    """The addresses of its lists hold a token of the visit."""

    def link(self, story: Story, request: Request) -> str:
        token = blake2b(f"{request.now}".encode(), digest_size=8).hexdigest()
        return f"{self.address(story)}?sid={token}"


class Tracking(Odd):
    """The addresses of its feed tell where the reader comes from; other ones each time."""

    tracks: ClassVar[Sequence[str]] = (
        "utm_source=rss&utm_medium=feed&utm_campaign=c{k}",
        "fbclid=Iw{k}AR",
        "mc_cid={k}&mc_eid=9f{k}",
        "at_medium=custom7&at_campaign={k}",
        "ns_campaign={k}&ns_mchannel=rss",
        "xtor=RSS-{k}",
        "cmpid={k}&ito={k}",
        "__twitter_impression=true&gclid={k}",
    )

    def link(self, story: Story, request: Request) -> str:
        count = int(request.now.timestamp() // 3600) + story.number
        track = self.tracks[count % len(self.tracks)].format(k=count % 997)
        return f"{self.address(story)}?{track}"


class AmpAndPrint(Odd):
    """Its front page links to the versions for phones and printers, on hosts and paths of their
    own.
    """

    def hosts(self) -> Sequence[str]:
        return (self.host, f"amp.{self.host[4:]}", f"m.{self.host[4:]}")

    def entry_points(self) -> dict[str, object]:
        return {"feeds": [self.url("/feed.xml")], "sections": [{"url": self.url("/news/")}]}

    def front(self, request: Request) -> Answer | None:
        return html(pages.listing(self.frame, self.frame.site, self._versions(request.now)))

    def _versions(self, now: datetime) -> list[tuple[str, str]]:
        rows = []
        for story in self.listed(now):
            path = self.address(story)
            amp, mobile = (f"http://{host}{path}" for host in self.hosts()[1:])
            rows.append(
                (story.title, (amp, mobile, f"{path}/print", f"{path}/amp")[story.number % 4])
            )
        return rows

    def content(self, story: Story, request: Request) -> Content:
        head = f'<link rel="canonical" href="{self.url(self.address(story))}">'
        return replace(super().content(story, request), head=head)


class InSeveralSections(Odd):
    """A story stands in several sections, at an address in each; none is said to be the right one."""

    def entry_points(self) -> dict[str, object]:
        return {"sections": [{"url": self.url(f"/{name}/")} for name in SECTIONS[:2]]}

    def answer(self, request: Request) -> Answer | None:
        for name in SECTIONS[:2]:
            if request.path == f"/{name}/":
                stories = self.listed(request.now)
                links = [(one.title, f"/{name}/{slug(one.title)}-{one.number}") for one in stories]
                return html(pages.listing(self.frame, name, links))
        return super().answer(request)


class Spellings(Odd):
    """Its addresses have letters that can be written in several ways, and it writes them so."""

    def link(self, story: Story, request: Request) -> str:
        path = f"/{story.section}/"
        composed = story.number % 2 == request.now.day % 2
        word = quote("caf\u00e9" if composed else "cafe\u0301")
        host = self.host if composed else self.host.upper()
        return f"http://{host}{path}{word if composed else word.lower()}-{story.number}"


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


KINDS: tuple[type[Site], ...] = tuple(
    chain(
        (CanonicalConstant, CanonicalSection, OpenGraphConstant, GuidConstant),
        (SlugChanges, SlugIsIgnored, VisitToken, Tracking, AmpAndPrint, InSeveralSections),
        (Spellings, Cookies, MetaRefresh, ClickCounter, OthersStories),
        (Withdraws, WithdrawsHome, WithdrawsSection, WithdrawsInWords),
        (Passing, PassingForAll, PassingChallenge, PassingErrors, RetryAfter),
    )
)
