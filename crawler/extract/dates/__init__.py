"""Dates that pages claim: as printed (`parse_date`), and when an article was published
(`dates_of`). A door module.
"""

from crawler.extract.dates.choose import Dates, dates_of
from crawler.extract.dates.claim import DateClaim
from crawler.extract.dates.month_names import month_named
from crawler.extract.dates.read import parse_date

__all__ = ["DateClaim", "Dates", "dates_of", "month_named", "parse_date"]
