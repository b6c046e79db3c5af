"""A store, an index and recipients in which alerts are run by a clock that the test moves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.article import Article
from crawler.config import Config
from crawler.policy.decide import decide
from crawler.sources import Section, Source
from crawler.store import Alert, DiscoveredPage, EntryPoint, PageVisit, SavedSearch, Store, Visit
from indexer.backend import Backend
from indexer.relay import Relay
from search.alerts.channels import open_channels
from search.alerts.runner import Runner
from search.alerts.service import AlertDraft, AlertService, SavedSearchDraft
from search.i18n.catalogue import read_texts
from search.query.request import MatchParams
from search.sources.source_list import SourceList
from tests.support.receivers import Hook, Mailbox

START = datetime.fromisoformat("2026-10-19T09:00:00+00:00")
SECRET = "a secret that signs webhooks"
ENTRY = EntryPoint("https://example.org/s", "section")
SOURCES = tuple(
    Source(
        id=name, name=name.title(), home="https://example.org/", sections=(Section(url=ENTRY.url),)
    )
    for name in ("one", "two")
)


@dataclass
class AlertSetup:
    """Everything that alerts need; `now` is moved by the test."""

    store: Store
    backend: Backend
    mailbox: Mailbox
    hook: Hook
    now: datetime = START
    watched: set[str] = field(default_factory=set)
    watched_for: timedelta = timedelta(days=60)
    texts: Any = field(default_factory=read_texts)

    @property
    def config(self) -> Config:
        return Config(
            data=Path("unused"),
            smtp=self.mailbox.url,
            mail_from="veille@example.org",
            webhook_secret=SECRET,
            allow_hosts=frozenset({f"127.0.0.1:{self.hook.port}"}),
            public_url="https://veille.example.org",
        )

    @property
    def channels(self) -> Any:
        return open_channels(self.config)

    @property
    def service(self) -> AlertService:
        return AlertService(self.store, self.channels, frozenset(self.texts), SourceList(SOURCES))

    @property
    def runner(self) -> Runner:
        home = self.config.public_url
        return Runner(
            self.store,
            self.backend,
            self.channels,
            self.texts,
            home,
            lambda: self.now,
            SourceList(SOURCES),
        )

    def save(self, q: str, name: str = "", **query: Any) -> SavedSearch:
        return self.service.save(
            SavedSearchDraft(name=name or q, query=MatchParams(q=q, **query)), self.now
        )

    def alert(self, saved: SavedSearch, **draft: Any) -> Alert:
        return self.service.add_alert(
            saved.id,
            AlertDraft(**{"channel": "mail", "target": "reader@example.org", **draft}),
            self.now,
        )

    def found(self, name: str, text: str = "Text.", source: str = "one", **more: Any) -> str:
        """An article of a source that is known for long; returns its id. It waits for the relay."""
        url = f"https://{source}.example.org/{name}"
        key = url.removeprefix("https://")
        self.visit(source, self.now, "read", [DiscoveredPage(key, url)])
        values = {
            "title": f"Title of {name}",
            "language": "en",
            "source_name": f"The {source.title()}",
        } | more
        article = Article(
            url=url, id=name.rjust(32, "0"), text=text, source=source, canonical_url=url, **values
        )
        decision = decide(article, self.store.pages.known_article(article.id), self.now)
        self.store.pages.record_article(
            PageVisit(key, "article", self.now, None), decision, frozenset(), 1
        )
        return article.id

    def visit(
        self, source: str, at: datetime, outcome: str, links: Sequence[DiscoveredPage] = ()
    ) -> None:
        """A crawl of a source to its only entry point; its first one was `watched_for` before."""
        if source not in self.watched:
            self.watched.add(source)
            self.visit(source, at - self.watched_for, "read")
        crawl = self.store.ledger.start(source, at)
        self.store.ledger.record_visit(Visit(crawl, source, ENTRY, at, outcome), links)
        self.store.ledger.finish(crawl, at, "finished", {})

    def relay(self) -> None:
        """Bring what waits to the index."""
        relay = Relay(self.store.outbox, self.backend, lambda: self.now)
        while relay.deliver():
            pass

    def tick(self, after: timedelta = timedelta(seconds=10)) -> Counter[str]:
        """Relay, and run alerts, a little later."""
        self.relay()
        self.now += after
        return self.runner.tick()
