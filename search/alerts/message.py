"""What a notice says: its articles as they are now, with marks, and the links around them."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from crawler.store import Alert, Notice, SavedSearch, Store
from indexer.backend import Backend
from indexer.highlight.snippets import highlighter
from search.alerts.matching import asked
from search.i18n.catalogue import Texts
from search.i18n.formatting import safe_link
from search.parse import QueryError
from search.query.request import ParameterError

_SHOWN = (
    "title",
    "source",
    "source_name",
    "language",
    "authors",
    "published",
    "published_precision",
    "first_seen",
)
_SHOWN_TOO = ("lead", "topics", "places", "section", "image", "revision", "words")


@dataclass(frozen=True, slots=True)
class MessageArticle:
    """One article of a message: its JSON values, the marked title and snippets, its page here, its
    original.
    """

    article: Mapping[str, Any]
    highlights: Mapping[str, Sequence[str]]
    link: str
    original: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A notice, ready for every channel. `id` is the same whenever it is sent again; `details`
    tells of a volume.
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

    @property
    def count(self) -> int:
        """How many articles it tells of."""
        return int(self.details["count"]) if self.details else len(self.articles)

    @property
    def subject(self) -> str:
        """One line that says what it is."""
        if self.details:
            key = "alert_more" if self.details["count"] > self.details["usual"] else "alert_fewer"
            return f"{self.saved.name}: {self.texts(key, count=self.count, usual=round(self.details['usual']))}"
        if len(self.articles) == 1:
            return f"{self.saved.name}: {self.articles[0].article['title']}"
        return f"{self.saved.name}: {self.texts.count('results', len(self.articles))}"

    def by_source(self) -> list[tuple[str, list[MessageArticle]]]:
        """The articles below the names of their sources, in the order of their first."""
        groups: dict[str, list[MessageArticle]] = {}
        for told in self.articles:
            name = str(told.article.get("source_name") or told.article.get("source") or "")
            groups.setdefault(name, []).append(told)
        return list(groups.items())

    def body(self) -> dict[str, Any]:
        """The message as JSON values, as webhooks send it."""
        return {
            "id": self.id,
            "kind": self.alert.kind,
            "alert": self.alert.id,
            "search": {
                "id": self.saved.id,
                "name": self.saved.name,
                "query": self.saved.query,
                "page": self.page,
            },
            "created_at": self.created_at.isoformat(),
            "total": self.count,
            "volume": None
            if self.details is None
            else {k: v for k, v in self.details.items() if k != "articles"},
            "articles": [_told_body(told) for told in self.articles],
        }


@dataclass(frozen=True, slots=True)
class MessageBuilder:
    """Writes the messages of notices; `home` is the address of the page, without a slash at its end."""

    store: Store
    backend: Backend
    texts: Mapping[str, Texts]
    home: str

    def message(self, notice: Notice, now: datetime) -> Message | None:
        """The message of a notice; None where its alert or all of its articles are no longer held. Raises
        `Unavailable`.
        """
        alert = self.store.alerts.find(notice.alert)
        saved = self.store.saved.find(alert.search) if alert else None
        if alert is None or saved is None:
            return None
        details = notice.details
        ids = (
            details["articles"]
            if details
            else [hit.article for hit in self.store.alerts.of_notice(notice.id)]
        )
        articles = self._told(saved, list(dict.fromkeys(ids)), now)
        if not articles and not details:
            return None
        texts = self.texts.get(alert.language, self.texts["en"])
        page, pause = f"{self.home}/?{_query(saved, details)}", pause_link(self.home, alert)
        return Message(
            notice.id,
            alert,
            saved,
            texts,
            articles,
            details,
            notice.created_at,
            self.home,
            page,
            pause,
        )

    def _told(self, saved: SavedSearch, ids: Sequence[str], now: datetime) -> list[MessageArticle]:
        try:
            marks = highlighter(asked(saved, now).tree)
        except (QueryError, ParameterError):
            marks = None
        documents = self.backend.get(ids)
        return [
            MessageArticle(
                documents[id],
                marks.of(documents[id]) if marks else {},
                f"{self.home}/article/{id}",
                safe_link(documents[id].get("url")),
            )
            for id in ids
            if id in documents
        ]


def pause_link(home: str, alert: Alert) -> str:
    """The link that pauses an alert, signed."""
    return f"{home}/pause/{alert.id}/{signature(alert)}"


def signature(alert: Alert) -> str:
    """What shows that a link to pause an alert comes from its messages."""
    return hmac.new(
        alert.secret.encode(), f"pause {alert.id}".encode(), hashlib.sha256
    ).hexdigest()[:40]


def _query(saved: SavedSearch, details: Mapping[str, Any] | None) -> str:
    pairs = [
        (k, v)
        for k, values in saved.query.items()
        for v in (values if isinstance(values, list) else [values])
    ]
    if details:
        pairs = [pair for pair in pairs if pair[0] not in ("from", "to", "tz")]
        pairs += [("from", details["start"][:16]), ("to", _before(details["end"]))]
    elif "sort" not in saved.query:
        pairs.append(("sort", "newest"))
    return urlencode(pairs)


def _before(end: str) -> str:
    return (datetime.fromisoformat(end) - timedelta(minutes=1)).isoformat()[:16]


def _told_body(told: MessageArticle) -> dict[str, Any]:
    values = {name: told.article.get(name) for name in (*_SHOWN, *_SHOWN_TOO)}
    return {
        "id": told.article["id"],
        "url": told.original,
        "link": told.link,
        **values,
        "highlights": told.highlights,
    }
