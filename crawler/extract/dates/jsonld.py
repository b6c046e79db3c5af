"""The dates of a page's JSON-LD: those of the article, not of its comments, videos or neighbours."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.extract.dates.candidates import DateCandidate, machine
from crawler.extract.dates.claim import Role
from crawler.extract.dates.lines import declared_titles, plain_title, repeats
from crawler.extract.dates.read import Setting

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
# By kind of object: its dates' weight. A video's upload is the page's publication only where
# nothing else is.
WEIGHTS = {"article": 10.0, "page": 6.0, "media": 2.5}
FIELDS: Mapping[str, tuple[Role, float]] = {
    "datepublished": ("published", 1.0), "datecreated": ("published", 0.3), "uploaddate": ("published", 0.9),
    "datemodified": ("modified", 1.0),
}  # fmt: skip


def jsonld_evidence(
    found: Sequence[Mapping[str, Any]], tree: Any, url: str, setting: Setting
) -> list[DateCandidate]:
    """The dates of the one object that describes the page's article best, by kind, headline, URL
    and place.
    """
    things = list(_things(found))
    articles = sum(kind == "article" for kind, _ in things)
    titles = declared_titles(tree) if articles > 1 else []
    evidence: list[DateCandidate] = []
    things.sort(key=lambda item: (WEIGHTS[item[0]], _matches(item[1], url, titles)), reverse=True)
    for kind, thing in things:
        evidence = _dates(thing, WEIGHTS[kind], setting)
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
            queue.extend(
                thing[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(thing.get(key), (list, Mapping))
            )
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


def _matches(thing: Mapping[str, Any], url: str, titles: list[str]) -> int:
    """How well the object says that it describes this page: by its headline, by its URL."""
    entity = thing.get("mainEntityOfPage")
    about = [thing.get("url"), thing.get("@id"), entity]
    if isinstance(entity, Mapping):
        about += [entity.get("@id"), entity.get("url")]
    same_url = any(isinstance(other, str) and _path(other) == _path(url) for other in about)
    headline = (
        plain_title(thing["headline"][:300])
        if titles and isinstance(thing.get("headline"), str)
        else ""
    )
    return 2 * any(repeats(headline, title) for title in titles) + same_url


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rstrip("/")
    except ValueError:
        return url


def _dates(thing: Mapping[str, Any], weight: float, setting: Setting) -> list[DateCandidate]:
    found = []
    for key, value in thing.items():
        role, share = FIELDS.get(str(key).casefold(), (None, 0.0))
        if role is None:
            continue
        first = value[0] if isinstance(value, list) and value else value
        claim = machine(
            first.get("@value") if isinstance(first, Mapping) else first, setting, "json-ld", role
        )
        if claim is not None:
            found.append(DateCandidate(claim, weight * share))
    return found
