"""Sites whose addresses and claims are odd: all of their stories can be had, and each once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import ClassVar
from urllib.parse import quote

from benchmarks.world import pages
from benchmarks.world.answers import Answer, Request, html, redirect
from benchmarks.world.pages import Content, FeedItem
from benchmarks.world.site import HOUR, SECTIONS, Site, Story, slug


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


KINDS: tuple[type[Site], ...] = (
    CanonicalConstant,
    CanonicalSection,
    OpenGraphConstant,
    GuidConstant,
    SlugChanges,
    SlugIsIgnored,
    VisitToken,
    Tracking,
    AmpAndPrint,
    InSeveralSections,
    Spellings,
)
