"""Who asks a query, and when: what it is read with, beside its own words."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from search.parse.names import ANY_NAME, Names


@dataclass(frozen=True, slots=True)
class Asker:
    """`now` (aware) is what `last:` counts from, dates without an offset are in `tz`, and
    `day_first` is whether 03/04/2026 is in April; `names` know the installation.
    """

    now: datetime
    tz: tzinfo
    day_first: bool = False
    names: Names = ANY_NAME
