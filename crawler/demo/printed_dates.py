"""Dates as the demo newsroom's sites print them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from babel.dates import format_date

_FRENCH_UNITS = (
    (timedelta(days=365), "année", "années"),
    (timedelta(days=30), "mois", "mois"),
    (timedelta(days=1), "jour", "jours"),
    (timedelta(hours=1), "heure", "heures"),
    (timedelta(minutes=1), "minute", "minutes"),
)
_EASTERN_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def french_age(published: datetime, now: datetime) -> str:
    """How long ago, in whole units and no finer than that: "depuis 7 années"."""
    age = now - published
    for unit, singular, plural in _FRENCH_UNITS:
        if age >= unit:
            count = age // unit
            return f"depuis {count} {singular if count == 1 else plural}"
    return "depuis quelques secondes"


def french_month(published: datetime) -> str:
    """ "mars 2024"."""
    return format_date(published, "MMMM y", locale="fr")


def arabic_date(published: datetime) -> str:
    """The day in the Levantine month names and Eastern digits, with the time."""
    day = format_date(published, "d MMMM y", locale="ar_LB")
    return f"{day} - {published:%H:%M}".translate(_EASTERN_DIGITS)


def english_date(published: datetime) -> str:
    """ "22 November 2026, 06:10 GMT"."""
    day = format_date(published, "d MMMM y", locale="en")
    return f"{day}, {published.astimezone(UTC):%H:%M} GMT"


def rfc822(moment: datetime) -> str:
    """As RSS and HTTP write it, in GMT."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
