"""When an article was published and last changed, from everything that its page, address and entry
point claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from crawler.article import Hints
from crawler.extract.dates.candidates import DateCandidate
from crawler.extract.dates.claim import (
    FINENESS,
    FIRST_YEAR,
    LAST_YEAR,
    DateClaim,
    Role,
    aware,
    claim,
    is_midnight,
)
from crawler.extract.dates.headers import header_evidence
from crawler.extract.dates.jsonld import jsonld_evidence
from crawler.extract.dates.languages import MONTH_FIRST_COUNTRIES, MONTH_FIRST_TAGS, primary_code
from crawler.extract.dates.languages.scripts import has_own_writing, written_in
from crawler.extract.dates.lines import printed_titles
from crawler.extract.dates.metatags import meta_evidence
from crawler.extract.dates.read import ReadingContext
from crawler.extract.dates.teasers import own_title
from crawler.extract.dates.url_dates import url_evidence
from crawler.extract.dates.zones import country_zone

SURE = 8.0  # weight from which a page's metadata, undisputed, spares reading its text
HINT_WEIGHTS = {"feed": 6.0, "sitemap": 5.0}
RENDERED = timedelta(minutes=5)  # a date so close to the capture may be the time of rendering
# Claims of one publication differ by a time zone, or by a day that names no hour.
SAME = timedelta(hours=26)
LEAST_PUBLISHED = 2.0  # weight from which a second publication is a dispute
LEAST_FIRST = 4.0  # weight from which an earlier publication makes a later one doubtful


@dataclass(frozen=True, slots=True)
class Dates:
    """`modified` is None where it is not after `published`; `claims` are all that were met, the
    heaviest first.
    """

    published: DateClaim | None
    modified: DateClaim | None
    claims: tuple[DateClaim, ...]


def dates_of(  # noqa: PLR0913
    tree: Any,
    jsonld: Sequence[Mapping[str, Any]],
    url: str,
    captured: datetime,
    *,
    language: str | None = None,
    hints: Hints | None = None,
) -> Dates:
    """The dates of the article on a page.

    `tree` is the page's whole lxml tree, not yet cleaned, and left as it is; `jsonld` its parsed
    JSON-LD (objects or lists, @graph included); `language` a tag where it is known; `hints` brings
    the feed's or sitemap's date and the country, whose time zone is read into times that name none
    (UTC where the country has several, or is not known). A date on a later day than the capture's
    is never returned.
    """
    hints = hints or Hints()
    if not FIRST_YEAR < captured.year < LAST_YEAR:
        return Dates(None, None, ())
    titles = printed_titles(tree)
    language = _language(titles, language)
    setting = ReadingContext(
        aware(captured),
        country_zone(hints.country),
        _month_first(tree, language, hints),
        whole_day=True,
    )
    title = cache(partial(own_title, tree, titles))  # a search over the page that few pages need
    evidence = [
        *jsonld_evidence(jsonld, titles, url, setting, language),
        *meta_evidence(tree, title, setting, language),
        *url_evidence(url, setting),
    ]
    evidence += _hinted(hints, setting)
    if not _is_settled(evidence, setting.captured):
        evidence += header_evidence(tree, title(), setting, language)
    evidence = [item for item in evidence if item.weight > 0]
    published = _weigh(_without_updates(evidence, setting.captured))
    modified = _last([item for item in evidence if item.claim.role == "modified"], published)
    evidence.sort(key=lambda item: -item.weight)
    return Dates(published, modified, tuple(item.claim for item in evidence))


def _language(titles: Sequence[str], declared: str | None) -> str | None:
    """The declared language, or one of the title's writing where no declared one is written so."""
    code = primary_code(declared)
    written = written_in(" ".join(titles), code)
    return written if written and written != code else declared


def _month_first(tree: Any, language: str | None, hints: Hints) -> bool:
    """Whether 03/09/2024 is American here: by the source's country, else by a language tag, the
    page's included.
    """
    if hints.country:
        return hints.country.upper() in MONTH_FIRST_COUNTRIES
    if has_own_writing(primary_code(language)):
        return False
    root = tree.getroottree().getroot()
    tags = (language or "", root.get("lang") or "")
    return any(tag.casefold().replace("_", "-") in MONTH_FIRST_TAGS for tag in tags)


def _hinted(hints: Hints, setting: ReadingContext) -> list[DateCandidate]:
    if hints.published is None:
        return []
    value = aware(hints.published)
    if not setting.accepts(value):
        return []
    origin = hints.published_origin or "feed"
    hinted = claim(value, "day" if is_midnight(value) else "second", origin, "published")
    return [DateCandidate(hinted, HINT_WEIGHTS[origin])]


def _is_settled(evidence: list[DateCandidate], captured: datetime) -> bool:
    """Whether the metadata name one publication with enough weight, and nothing of weight
    another.
    """
    published = [
        item
        for item in evidence
        if item.claim.role == "published" and item.weight >= LEAST_PUBLISHED
    ]
    best = max(published, key=lambda item: item.weight, default=None)
    if best is None or best.weight < SURE or abs(captured - best.claim.value) < RENDERED:
        return False
    return all(_same(best.claim, item.claim) for item in published)


def _same(one: DateClaim, other: DateClaim) -> bool:
    return one.overlaps(other) or abs(one.value - other.value) <= SAME


def _without_updates(evidence: list[DateCandidate], captured: datetime) -> list[DateCandidate]:
    """What may be the publication: a "published" that repeats the update or the capture loses to an
    earlier one.
    """
    updates: set[datetime] = set()
    possible: list[DateCandidate] = []
    for item in evidence:
        if item.claim.role == "modified":
            updates.add(_minute(item))
        else:
            possible.append(item)
    own: list[DateCandidate] = []
    for item in possible:
        is_rendering = abs(captured - item.claim.value) < RENDERED
        if not is_rendering and _minute(item) not in updates:
            own.append(item)
    if not own or len(own) == len(possible):
        return possible
    first = max(own, key=lambda item: item.weight)
    if first.weight < LEAST_FIRST:
        return possible
    weighed: list[DateCandidate] = []
    for item in possible:
        is_doubtful = item not in own and item.claim.value > first.claim.value
        weighed.append(replace(item, weight=item.weight / 3) if is_doubtful else item)
    return weighed


def _minute(item: DateCandidate) -> datetime:
    return item.claim.value.replace(second=0, microsecond=0)


def _weigh(evidence: list[DateCandidate]) -> DateClaim | None:
    """The heaviest group of claims that tell one day, by its best claim, told as finely as the
    group allows.
    """
    groups: list[list[DateCandidate]] = []
    for item in sorted(evidence, key=lambda item: (-item.weight, -FINENESS[item.claim.precision])):
        group = next((group for group in groups if _same(group[0].claim, item.claim)), None)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    if not groups:
        return None
    return _finest(max(groups, key=_group_weight))


def _group_weight(group: list[DateCandidate]) -> float:
    """Each origin counts once: a date repeated in ten tags is one statement."""
    best: dict[str, float] = {}
    for item in group:
        best[item.claim.origin] = max(best.get(item.claim.origin, 0.0), item.weight)
    return sum(best.values())


def _finest(group: list[DateCandidate]) -> DateClaim:
    """The best claim, or a finer one of the same printed day; a day of a calendar that goes by
    sighting is coarser than a day.
    """
    best = group[0].claim
    if FINENESS[best.precision] > FINENESS["day"]:
        return _as_published(best)
    finer: list[DateCandidate] = []
    for item in group:
        same_day = best.earliest.date() <= item.claim.value.date() <= best.latest.date()
        if same_day and item.claim.width < best.width:
            finer.append(item)
    if finer:
        best = max(finer, key=lambda item: item.weight).claim
    return _as_published(best)


def _as_published(best: DateClaim) -> DateClaim:
    role: Role = "published"
    return replace(best, role=role)


def _last(updates: list[DateCandidate], published: DateClaim | None) -> DateClaim | None:
    if not updates:
        return None
    best = max(updates, key=lambda item: (item.weight, FINENESS[item.claim.precision]))
    if published is not None and best.claim.latest <= published.latest:
        return None
    return best.claim
