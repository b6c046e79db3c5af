"""The crawler's state and its outbox, in one database. A door module."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from crawler.health.tally import HourlyCounts
from crawler.store.alerts.alerts import Alert, AlertHit, Alerts
from crawler.store.alerts.notices import (
    NOTICE_LONGEST_WAIT,
    DeliveryStatus,
    Notice,
    NoticeDraft,
    Notices,
)
from crawler.store.alerts.recipients import DeliveryFailure, Recipients
from crawler.store.alerts.saved_searches import SavedSearch, SavedSearches
from crawler.store.articles.addresses import ArticleAddresses, OtherAddress
from crawler.store.articles.boilerplate import LineCounts, Lines
from crawler.store.articles.capture_ages import CaptureAges
from crawler.store.articles.captures import Capture, Captures, FoundCapture
from crawler.store.articles.discovered import DiscoveredPage, PageRequest
from crawler.store.articles.first_indexed import FirstIndexed, FirstIndexedLog
from crawler.store.articles.headlines import Headlines
from crawler.store.articles.imported import ImportedPages, KnownPage
from crawler.store.articles.outbox import Outbox, OutboxRow
from crawler.store.articles.pages import Compared, Pages, StoredPage
from crawler.store.articles.recording import PageState, PageVisit
from crawler.store.articles.revisions import Revision, Revisions, ShownInstead
from crawler.store.articles.shared import SharedTexts
from crawler.store.articles.takedowns import Takedown, Takedowns
from crawler.store.articles.wordings import Wordings
from crawler.store.cleaning import Cleaning
from crawler.store.clock_jumps import ClockRepair
from crawler.store.crawls.activity import Activities, Activity
from crawler.store.crawls.backfills import Backfills
from crawler.store.crawls.host_waits import KeptHostWaits
from crawler.store.crawls.leases import Leases
from crawler.store.crawls.ledger import Ledger
from crawler.store.crawls.paces import Paces
from crawler.store.crawls.pauses import Pauses
from crawler.store.crawls.queue import Queue
from crawler.store.crawls.reports import Report, Reports
from crawler.store.crawls.spans import EntryState, LastVisits, Spans
from crawler.store.crawls.visits import (
    EntryPoint,
    LeftEntryPoints,
    NamedEntryPoints,
    RecordedVisit,
    Visit,
)
from crawler.store.database import BUSY_SECONDS, OPENING_SECONDS, StoreError, migrate, open_database
from crawler.store.schema import check_schema
from crawler.store.soundness import faults
from crawler.store.statistics.counters import LAG_STEPS, Counters
from crawler.store.statistics.finding_log import FindingLog
from crawler.store.statistics.growth import Growth
from crawler.store.statistics.judgements import Judgements, SourceJudgement
from crawler.store.statistics.tallies import Tallies
from crawler.store.transactions import Database

__all__ = [
    "BUSY_SECONDS",
    "LAG_STEPS",
    "NOTICE_LONGEST_WAIT",
    "OPENING_SECONDS",
    "Activity",
    "Alert",
    "AlertHit",
    "Capture",
    "Compared",
    "DeliveryFailure",
    "DeliveryStatus",
    "DiscoveredPage",
    "EntryPoint",
    "EntryState",
    "FirstIndexed",
    "FoundCapture",
    "HourlyCounts",
    "KnownPage",
    "LastVisits",
    "Leases",
    "LeftEntryPoints",
    "LineCounts",
    "NamedEntryPoints",
    "Notice",
    "NoticeDraft",
    "OtherAddress",
    "Outbox",
    "OutboxRow",
    "PageRequest",
    "PageState",
    "PageVisit",
    "RecordedVisit",
    "Report",
    "Reports",
    "Revision",
    "SavedSearch",
    "ShownInstead",
    "SourceJudgement",
    "Store",
    "StoreError",
    "StoredPage",
    "Takedown",
    "Visit",
]  # fmt: skip


class Store:
    """The open database: pages and articles, the ledger of crawls, the outbox. Methods block;
    threads may share it.
    """

    def __init__(self, url: str, *, upgrade: bool = False, patience: float = BUSY_SECONDS) -> None:
        """Open the database; raises `StoreError`, within `OPENING_SECONDS` where another process
        holds it. `patience`: seconds that a writer of SQLite waits for another one from then on.

        SQLite's schema is brought up to date by whoever comes first. A server's is shared with
        other machines: it changes only where the caller asks for the `upgrade`.
        """
        opening = open_database(url, min(patience, OPENING_SECONDS))
        try:
            self.versions = migrate(opening, upgrade=upgrade or opening.dialect.name == "sqlite")
        finally:
            opening.dispose()
        self._engine = open_database(url, patience)
        """The schema's version that was found, None for no tables, and the one that it has now."""
        self._database = Database(self._engine)
        self.pages = Pages(self._database)
        self.imported = ImportedPages(self._database)
        self.addresses = ArticleAddresses(self._database)
        self.ledger = Ledger(self._database)
        self.leases = Leases(self._database)
        self.host_waits = KeptHostWaits(self._database)
        self.paces = Paces(self._database)
        self.lines = Lines(self._database)
        self.shared_texts = SharedTexts(self._database)
        self.queue = Queue(self._database)
        self.activities = Activities(self._database)
        self.pauses = Pauses(self._database)
        self.captures = Captures(self._database)
        self.headlines = Headlines(self._database)
        self.capture_ages = CaptureAges(self._database)
        self.growth = Growth(self._database)
        self.cleaning = Cleaning(self._database)
        self.revisions = Revisions(self._database)
        self.takedowns = Takedowns(self._database)
        self.outbox = Outbox(self._database)
        self.firsts = FirstIndexedLog(self._database)
        self.wordings = Wordings(self._database)
        self.spans = Spans(self._database)
        self.backfills = Backfills(self._database)
        self.tallies = Tallies(self._database)
        self.findings = FindingLog(self._database)
        self.judgements = Judgements(self._database)
        self.counters = Counters(self._database)
        self.reports = Reports(self._database)
        self.saved = SavedSearches(self._database)
        self.alerts = Alerts(self._database)
        self.notices = Notices(self._database)
        self.recipients = Recipients(self._database)
        self.clock_repair = ClockRepair(self._database)

    def together(self) -> AbstractContextManager[None]:
        """Let all that this thread does in the block be one transaction: everything is kept, or
        nothing.
        """
        return self._database.together()

    @property
    def one_writer(self) -> bool:
        """Whether writers follow each other anyway (SQLite), so that long transactions can't block
        each other in a circle.
        """
        return self._engine.dialect.name == "sqlite"

    def check_schema(self) -> None:
        """Raise `StoreError` where the database lacks something of its schema."""
        check_schema(self._engine)

    def faults(self) -> Iterator[str]:
        """What of the database can't be read, a short clause each."""
        return faults(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
