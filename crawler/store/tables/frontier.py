"""What is known of the sites: pages, their articles, entry points, learned lines."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Text, text

from crawler.store.tables.base import StoredJson, UtcDateTime, table


def _partial_index(*columns: str, where: str) -> Index:
    """An index of the rows that a condition is true of: most pages have none of these values."""
    condition = text(where)
    return Index(None, *columns, sqlite_where=condition, postgresql_where=condition)


pages = table(
    "pages",
    Column("key", Text, primary_key=True, comment="canonical key of the address found"),
    Column("url", Text, nullable=False),
    Column("source", String(64), nullable=False),
    Column("state", String(16), nullable=False, comment="found, article, skipped, failed or gone"),
    Column("reason", Text),
    Column("article", String(32)),
    Column("section", Text),
    Column("hints", StoredJson),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("found_at", UtcDateTime, nullable=False),
    Column("visited_at", UtcDateTime),
    Column("next_visit", UtcDateTime),
    Column("tries", Integer, nullable=False, default=0),
    Column(
        "silent_before",
        UtcDateTime,
        comment="what was published before was old news when the page was found",
    ),
    Column("told_at", UtcDateTime, comment="the last change that entry points told of"),
    Column("mark", String(16), comment="of the words that a feed has for the page"),
    Column(
        "told",
        Integer,
        nullable=False,
        default=0,
        comment="changes told by entry points that were looked at",
    ),
    Column(
        "told_true", Integer, nullable=False, default=0, comment="looks that found another article"
    ),
    Column("guid", Text, comment="the name that its feed gives it, whatever its address"),
    Index(None, "source", "state", "next_visit"),
    _partial_index("source", "guid", where="guid IS NOT NULL"),
    _partial_index("article", where="state = 'skipped'"),
)

articles = table(
    "articles",
    Column("id", String(32), primary_key=True),
    Column("page", Text, nullable=False, comment="key of the page that it is taken from"),
    Column("source", String(64), nullable=False, index=True),
    Column("document", Text, nullable=False, comment="the article as JSON"),
    Column(
        "digest",
        String(32),
        nullable=False,
        comment="of all that is published, to tell changed from same",
    ),
    Column("revision", Integer, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column(
        "silent",
        Boolean,
        nullable=False,
        default=False,
        comment="old news when it was met: no alert tells of it",
    ),
    Column(
        "withdrawn",
        Boolean,
        nullable=False,
        default=False,
        comment="its page asks not to be indexed any more",
    ),
    Column("text_mark", String(16), comment="what equal texts have in common"),
    Column("title_mark", String(16), comment="what equal titles have in common"),
    Column("address_mark", String(16), comment="what addresses of one article have in common"),
    Index(None, "source", "address_mark"),
    Index(None, "source", "first_seen"),
    Index(None, "source", "text_mark"),
    Index(None, "source", "title_mark"),
)

entry_points = table(
    "entry_points",
    Column("source", String(64), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("section", Text),
    Column(
        "parent", Text, comment="the entry point that names it; none where the sources file does"
    ),
    Column("found_at", UtcDateTime, nullable=False),
    Column("visited_at", UtcDateTime),
    Column("discovered_at", UtcDateTime, comment="when all that it names was last followed"),
    Column("etag", Text),
    Column("last_modified", Text),
    Column(
        "resting",
        Boolean,
        nullable=False,
        default=False,
        comment="a part of a sitemap index where nothing new is expected",
    ),
    Column("fruit_at", UtcDateTime, comment="when it last listed pages that nobody knew"),
    Column(
        "taken_since", UtcDateTime, comment="a backfill: since when all that it lists was taken"
    ),
)

lines = table(
    "lines",
    Column("source", String(64), primary_key=True),
    Column("line", String(16), primary_key=True, comment="hash of the folded line"),
    Column("version", Integer, primary_key=True, comment="of the folding"),
    Column(
        "articles", Integer, nullable=False, comment="distinct articles on which the line stood"
    ),
    Column("seen_at", UtcDateTime, nullable=False),
    Index(None, "source", "articles"),
)
