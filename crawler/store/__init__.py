"""The crawler's state and its outbox, in one database. A door module."""

from crawler.store.alerts import Alert, AlertHit, Alerts
from crawler.store.captures import Capture, Captures
from crawler.store.counters import LAG_STEPS, Counters
from crawler.store.database import StoreError, migrate, open_database
from crawler.store.firsts import First, Firsts
from crawler.store.forgetting import Forgetting, Takedown
from crawler.store.leases import Leases
from crawler.store.leaving import Revisions, Wording
from crawler.store.ledger import Ledger
from crawler.store.lines import Lines
from crawler.store.notices import Bundle, Notice, Notices
from crawler.store.outbox import Outbox, Parcel
from crawler.store.paces import Paces
from crawler.store.pages import FoundPage, Held, Pages, Target, Visited
from crawler.store.pauses import Pauses
from crawler.store.queue import Queue
from crawler.store.reports import Report, Reports
from crawler.store.saved import SavedSearch, SavedSearches
from crawler.store.spans import EntryState, Spans
from crawler.store.tallies import Tallies, Tally
from crawler.store.visits import EntryPoint, Visit, goes_on

__all__ = [
    "LAG_STEPS", "Alert", "AlertHit", "Bundle", "Capture", "EntryPoint", "EntryState", "First", "FoundPage", "Held",
    "Leases", "Notice", "Outbox", "Parcel", "Report", "Reports", "SavedSearch", "Store", "StoreError", "Takedown",
    "Tally", "Target", "Visit", "Visited", "Wording", "goes_on",
]  # fmt: skip


class Store:
    """The open database: pages and articles, the ledger of crawls, the outbox. Methods block; threads may share it."""

    def __init__(self, url: str, *, upgrade: bool = False) -> None:
        """Open the database; raises `StoreError`.

        SQLite's schema is brought up to date by whoever comes first. A server's is shared with other machines: it
        changes only where the caller asks for the `upgrade`.
        """
        self._engine = open_database(url)
        migrate(self._engine, upgrade=upgrade or self._engine.dialect.name == "sqlite")
        self.pages = Pages(self._engine)
        self.ledger = Ledger(self._engine)
        self.leases = Leases(self._engine)
        self.paces = Paces(self._engine)
        self.lines = Lines(self._engine)
        self.queue = Queue(self._engine)
        self.pauses = Pauses(self._engine)
        self.captures = Captures(self._engine)
        self.revisions = Revisions(self._engine)
        self.forgetting = Forgetting(self._engine)
        self.outbox = Outbox(self._engine)
        self.firsts = Firsts(self._engine)
        self.spans = Spans(self._engine)
        self.tallies = Tallies(self._engine)
        self.counters = Counters(self._engine)
        self.reports = Reports(self._engine)
        self.saved = SavedSearches(self._engine)
        self.alerts = Alerts(self._engine)
        self.notices = Notices(self._engine)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
