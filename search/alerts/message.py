"""What a notice says: its articles as they are now, with marks, and the links around them."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from crawler.sources import Source
from crawler.store import Alert, Notice, SavedSearch, Store
from indexer.backend import Backend
from indexer.highlight.snippets import highlighter
from search.alerts.finding_texts import finding_bodies
from search.alerts.matching import search_for
from search.i18n.catalogue import Texts
from search.i18n.formatting import safe_link
from search.parse import QueryError
from search.query.names import KnownNames
from search.query.request import ParameterError

_ARTICLE_FIELDS = (
    "title", "source", "source_name", "language", "authors", "published", "published_precision",
    "first_seen", "lead", "topics", "places", "section", "image", "revision", "words",
)  # fmt: skip
"""What a webhook tells of an article, beside its links and highlights."""
_PERIOD = frozenset(("from", "to", "tz"))


@dataclass(frozen=True, slots=True)
class MessageArticle:
    """One article of a message: its JSON values, the marked title and snippets, its page here, its
    original; and what its headline was before, where the message tells of that.
    """

    article: Mapping[str, Any]
    highlights: Mapping[str, Sequence[str]]
    link: str
    original: str | None
    headline_before: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A notice, ready for every channel. `id` is the same whenever it is sent again; `details`
    tells of a volume or of findings, whose sources have names in `sources`.
    """

    id: str
    alert: Alert
    saved: SavedSearch
    texts: Texts
    articles: Sequence[MessageArticle]
    details: Mapping[str, Any] | None
    created_at: datetime
    home: str
    page: str
    pause: str
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many articles it tells of."""
        return int(self.details["count"]) if self.details else len(self.articles)

    @property
    def subject(self) -> str:
        """One line that says what it is."""
        return f"{self.saved.name}: {self._news()}"

    @property
    def is_on_findings(self) -> bool:
        """Whether it tells of sources, not of articles."""
        return self.alert.kind == "findings"

    def _news(self) -> str:
        if self.details and self.is_on_findings:
            return self.texts.count("findings_told", self.count)
        if self.details:
            usual = self.details["usual"]
            key = "alert_more" if self.details["count"] > usual else "alert_fewer"
            return self.texts(key, count=self.count, usual=round(usual))
        if len(self.articles) == 1:
            return str(self.articles[0].article["title"])
        return self.texts.count("results", len(self.articles))

    def by_source(self) -> list[tuple[str, list[MessageArticle]]]:
        """The articles below the names of their sources, in the order of their first."""
        groups: dict[str, list[MessageArticle]] = {}
        for entry in self.articles:
            name = str(entry.article.get("source_name") or entry.article.get("source") or "")
            groups.setdefault(name, []).append(entry)
        return list(groups.items())

    def body(self) -> dict[str, Any]:
        """The message as JSON values, as webhooks send it."""
        volume = findings = None
        if self.details is not None and self.is_on_findings:
            findings = finding_bodies(self.details, self.texts)
        elif self.details is not None:
            volume = {key: value for key, value in self.details.items() if key != "articles"}
        search = {
            "id": self.saved.id,
            "name": self.saved.name,
            "query": self.saved.query,
            "page": self.page,
        }
        return {
            "id": self.id,
            "kind": self.alert.kind,
            "alert": self.alert.id,
            "search": search,
            "created_at": self.created_at.isoformat(),
            "total": self.count,
            "volume": volume,
            "findings": findings,
            "articles": [_article_body(entry) for entry in self.articles],
        }


@dataclass(frozen=True, slots=True)
class MessageBuilder:
    """Builds the messages of notices; `home` is the address of the page, without a slash at its
    end.
    """

    store: Store
    backend: Backend
    texts: Mapping[str, Texts]
    home: str
    watched: Sequence[Source] = ()

    def build(self, notice: Notice, now: datetime) -> Message | None:
        """The message of a notice; None where its alert or all of its articles were deleted. Raises
        `IndexUnavailable`.
        """
        alert = self.store.alerts.find(notice.alert)
        saved = self.store.saved.find(alert.search) if alert else None
        if alert is None or saved is None:
            return None
        articles = self._articles(saved, self._article_ids(notice), now)
        if alert.kind == "headlines":
            articles = self._with_headlines_before(articles, notice)
        if not articles and not notice.details:
            return None
        page = f"{self.home}/?{_page_parameters(saved, notice.details)}"
        if alert.kind == "findings":
            page = f"{self.home}/sources"
        return Message(
            id=notice.id,
            alert=alert,
            saved=saved,
            texts=self.texts.get(alert.language, self.texts["en"]),
            articles=articles,
            details=notice.details,
            created_at=notice.created_at,
            home=self.home,
            page=page,
            pause=pause_link(self.home, alert),
            sources={source.id: source.name for source in self.watched},
        )

    def _article_ids(self, notice: Notice) -> list[str]:
        """The articles that a notice tells of, each once, in order."""
        if notice.details:
            return list(dict.fromkeys(notice.details.get("articles", ())))
        hits = self.store.alerts.hits_of_notice(notice.id)
        return list(dict.fromkeys(hit.article for hit in hits))

    def _with_headlines_before(
        self, articles: Sequence[MessageArticle], notice: Notice
    ) -> list[MessageArticle]:
        """The articles with the headline that each had before the first change of the notice."""
        hits = self.store.alerts.hits_of_notice(notice.id)
        changes = self.store.headlines.changes({hit.seq: hit.article for hit in hits})
        before: dict[str, str] = {}
        for hit in hits:
            if hit.seq in changes:
                before.setdefault(hit.article, changes[hit.seq].before)
        return [
            replace(entry, headline_before=before.get(entry.article["id"])) for entry in articles
        ]

    def _articles(
        self, saved: SavedSearch, article_ids: Sequence[str], now: datetime
    ) -> list[MessageArticle]:
        names = KnownNames(
            self.backend, self.watched, self.store.saved.all, now, self.store.addresses.current
        )
        try:
            marks = highlighter(search_for(saved, now, names).tree)
        except (QueryError, ParameterError):
            # The search can't be read any more; what it found before is sent all the same.
            marks = None
        documents = self.backend.get(article_ids)
        articles = []
        for article_id in article_ids:
            document = documents.get(article_id)
            if document is None:
                continue
            highlights = marks.of(document) if marks else {}
            link = f"{self.home}/article/{article_id}"
            original = safe_link(document.get("url"))
            articles.append(MessageArticle(document, highlights, link, original))
        return articles


def pause_link(home: str, alert: Alert) -> str:
    """The link that pauses an alert, signed."""
    return f"{home}/pause/{alert.id}/{signature(alert)}"


def signature(alert: Alert) -> str:
    """What shows that a link to pause an alert comes from its messages: an HMAC of its id."""
    text = f"pause {alert.id}"
    return hmac.new(alert.secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]


def _page_parameters(saved: SavedSearch, details: Mapping[str, Any] | None) -> str:
    """The search as parameters of its page, as an address spells them; of a volume, the search of
    its bucket.
    """
    pairs: list[tuple[str, Any]] = []
    for name, value in saved.query.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(name, single) for single in values]
    if details and "start" in details:
        pairs = [pair for pair in pairs if pair[0] not in _PERIOD]
        pairs += [("from", details["start"][:16]), ("to", _minute_before(details["end"]))]
    elif "sort" not in saved.query:
        pairs.append(("sort", "newest"))
    return urlencode(pairs)


def _minute_before(end: str) -> str:
    """The last minute of a bucket: the parameter `to` names the last moment that belongs to it."""
    return (datetime.fromisoformat(end) - timedelta(minutes=1)).isoformat()[:16]


def _article_body(entry: MessageArticle) -> dict[str, Any]:
    values = {name: entry.article.get(name) for name in _ARTICLE_FIELDS}
    return {
        "id": entry.article["id"],
        "url": entry.original,
        "link": entry.link,
        **values,
        "headline_before": entry.headline_before,
        "highlights": entry.highlights,
    }
