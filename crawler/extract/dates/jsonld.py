"""The dates of a page's JSON-LD: those of the article, not of its comments, videos or
neighbours.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.extract.dates.candidates import DateCandidate, machine
from crawler.extract.dates.claim import Role
from crawler.extract.dates.lines import plain_title, repeats
from crawler.extract.dates.read import ReadingContext

MOST_OBJECTS = 200
ARTICLES = frozenset(
    {
        "blogposting",
        "liveblogposting",
        "report",
        "socialmediaposting",
        "review",
        "recipe",
        "claimreview",
        "creativework",
    }
)
PAGES = frozenset({"webpage", "itempage", "faqpage", "medicalwebpage"})
MEDIA = frozenset(
    {
        "videoobject",
        "audioobject",
        "podcastepisode",
        "imagegallery",
        "mediaobject",
        "episode",
        "newsvideo",
    }
)
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage")
LONGEST_HEADLINE = 300
# By kind of object: its dates' weight. A video's upload is the page's publication only where
# nothing else is.
WEIGHTS = {"article": 10.0, "page": 6.0, "media": 2.5}
FIELDS: Mapping[str, tuple[Role, float]] = {
    "datepublished": ("published", 1.0),
    "datecreated": ("published", 0.3),
    "uploaddate": ("published", 0.9),
    "datemodified": ("modified", 1.0),
}


def jsonld_evidence(
    found: Sequence[Mapping[str, Any]],
    called: Sequence[str],
    url: str,
    setting: ReadingContext,
    language: str | None,
) -> list[DateCandidate]:
    """The dates of the one object that describes the page's article best, by kind, headline, URL
    and place; `called` is what the page calls itself.
    """
    things = list(_things(found))
    titles = [plain_title(title) for title in called]
    things = [item for item in things if not _is_of_another(item[1], url, titles)]
    evidence: list[DateCandidate] = []
    things.sort(key=lambda item: (WEIGHTS[item[0]], _matches(item[1], url, titles)), reverse=True)
    for kind, thing in things:
        evidence = _dates(thing, WEIGHTS[kind], setting, language)
        if any(item.claim.role == "published" for item in evidence):
            break
    return evidence


def _things(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects at the top, in a @graph, and what a page says it is about, with their kinds."""
    queue: list[Any] = [*found]
    seen = 0
    while queue and seen < MOST_OBJECTS:
        thing = queue.pop(0)
        seen += 1
        if isinstance(thing, list):
            queue.extend(thing[:MOST_OBJECTS])
        elif isinstance(thing, Mapping):
            inner = [thing.get(key) for key in _NESTED]
            queue.extend(value for value in inner if isinstance(value, list | Mapping))
            kind = _kind(thing)
            if kind:
                yield kind, thing


def _kind(thing: Mapping[str, Any]) -> str | None:
    names = thing.get("@type")
    for name in names if isinstance(names, list) else [names]:
        short = str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1].casefold()
        if short.endswith("article") or short in ARTICLES:
            return "article"
        if short in PAGES:
            return "page"
        if short in MEDIA:
            return "media"
    return None


def _is_of_another(thing: Mapping[str, Any], url: str, titles: list[str]) -> bool:
    """Whether the object has a headline and an address, and neither is this page's."""
    about = [thing.get("url"), thing.get("@id"), thing.get("mainEntityOfPage")]
    addressed = any(isinstance(address, str) and _path(address) for address in about)
    headlined = isinstance(thing.get("headline"), str) and bool(titles)
    return addressed and headlined and _matches(thing, url, titles) == 0


def _matches(thing: Mapping[str, Any], url: str, titles: list[str]) -> int:
    """How well the object says that it describes this page: by its headline, by its URL."""
    entity = thing.get("mainEntityOfPage")
    about = [thing.get("url"), thing.get("@id"), entity]
    if isinstance(entity, Mapping):
        about += [entity.get("@id"), entity.get("url")]
    same_url = any(isinstance(other, str) and _path(other) == _path(url) for other in about)
    headline = thing.get("headline")
    same_headline = False
    if titles and isinstance(headline, str):
        plain = plain_title(headline[:LONGEST_HEADLINE])
        same_headline = any(repeats(plain, title) for title in titles)
    return 2 * same_headline + same_url


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/")
    except ValueError:
        return url


def _dates(
    thing: Mapping[str, Any], weight: float, setting: ReadingContext, language: str | None
) -> list[DateCandidate]:
    candidates: list[DateCandidate] = []
    for key, value in thing.items():
        meaning = FIELDS.get(str(key).casefold())
        if meaning is None:
            continue
        role, share = meaning
        claim = machine(_first_value(value), setting, "json-ld", role, language)
        if claim is not None:
            candidates.append(DateCandidate(claim, weight * share))
    return candidates


def _first_value(value: Any) -> Any:
    """The value itself, the first of a list, or that of an object ({"@value": …})."""
    first = value[0] if isinstance(value, list) and value else value
    return first.get("@value") if isinstance(first, Mapping) else first
