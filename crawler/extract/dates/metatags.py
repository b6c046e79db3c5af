"""The dates of a page's meta tags."""

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from crawler.extract.dates.candidates import DateCandidate, machine
from crawler.extract.dates.claim import Role
from crawler.extract.dates.lines import elements
from crawler.extract.dates.read import ReadingContext
from crawler.extract.dates.teasers import OwnTitle, is_of_another

_TAGS = etree.XPath("(/descendant::meta[@content])[position() <= 300]")
_BODY_SHARE = 0.4  # of a tag's weight in the body, where it may describe another article
_NAMES = ("property", "name", "itemprop", "http-equiv")

# Names in lower case. `date` and its kin often hold the time of rendering or the print edition's
# day: they count less than what is printed beside the title; `created` is a draft's birth.
PUBLISHED: Mapping[str, float] = {
    **dict.fromkeys((
        "article:published_time", "og:article:published_time", "article:published", "article.published",
        "og:published_time",
        "article:published_date", "article:publicationdate", "article_published_time", "article:published_at",
        "shareaholic:article_published_time", "vr:published_time", "og:pubdate", "og:publish_date",
        "og:article:published",
    ), 8.0),
    **dict.fromkeys((
        "datepublished", "publish-date", "publish_date", "publishdate", "publisheddate", "published_date",
        "published-date",
        "publication_date", "publication-date", "publicationdate", "pubdate", "pub_date", "pub-date",
        "pdate", "published_at",
        "published", "published_time", "publish_time", "published_time_telegram", "originalpublicationdate",
        "date_published",
        "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
        "cxenseparse:pbl-publishtime", "ageaparse:recs:publishtime", "article_date_original",
        "iso-8601-publish-date",
        "rnews:datepublished", "bt:pubdate", "content:publishdate", "dcsext.articlefirstpublished",
        "its_publication",
        "firstcreate", "first_published", "firstpublished", "date.available", "og:release_date",
        "release_date",
        "citation_online_date", "citation_publication_date", "citation_date", "prism.publicationdate",
        "bepress_citation_date", "bepress_citation_online_date", "dcterms.issued", "dc.date.issued",
        "dcterms.available",
        "article:release_date", "lp.article:published_time", "weibo:article:create_at", "weibo: article:create_at",
    ), 6.0),
    **dict.fromkeys((
        "date", "dc.date", "dc:date", "dcterms.date", "dc.terms.date", "displaydate", "article:date",
        "article_date",
        "og:date", "doc_date", "news_date", "ya:ovs:upload_date", "eprints.date", "article.date",
        "dcterms.dateaccepted",
    ), 3.0),
    **dict.fromkeys((
        "datecreated", "date.created", "dc.date.created", "dc:date.created", "dcterms.created",
        "dc.created", "created",
        "article.created", "article:created", "cms_creationdate", "video:release_date",
    ), 2.0),
}  # fmt: skip
MODIFIED: Mapping[str, float] = {
    **dict.fromkeys((
        "article:modified_time", "og:article:modified_time", "article:modified", "article_modified_time",
        "article.updated",
        "og:modified_time", "article:updated_time", "article:modified_date",
    ), 8.0),
    **dict.fromkeys((
        "og:updated_time", "datemodified", "date.modified", "date.updated", "dc.date.modified",
        "dc:date.modified",
        "dcterms.modified", "dc.modified", "lastmod", "last_updated_date", "last_modified", "lastupdate",
        "lastupdated",
        "dateupdate", "updated", "updated_time", "modified", "modified_time", "cxenseparse:modified_time",
        "update_date",
        "last-updated", "modificationdate", "modification_date", "revised", "revision_date",
        "article_updatetime",
    ), 6.0),
    **dict.fromkeys(("last-modified",), 3.0),
}  # fmt: skip


def meta_evidence(
    tree: Any, own_title: Callable[[], OwnTitle], setting: ReadingContext, language: str | None
) -> list[DateCandidate]:
    """One claim by name: where a name comes back, its first tag speaks of the page, but for a tag
    of microdata that describes another article.
    """
    candidates: list[DateCandidate] = []
    seen: set[str] = set()
    for tag in elements(_TAGS, tree):
        attribute = _telling(tag)
        name = _name(tag, attribute)
        meaning = _meaning(name)
        if meaning is None or name in seen:
            continue
        role, weight = meaning
        if _in_body(tag, attribute):
            weight *= _BODY_SHARE
            if is_of_another(tag, own_title()):
                continue
        seen.add(name)
        claim = machine(tag.get("content"), setting, "meta", role, language)
        if claim is not None:
            candidates.append(DateCandidate(claim, weight))
    return candidates


def _telling(tag: Any) -> str:
    """The attribute that names a date, else any."""
    for attribute in _NAMES:
        if _meaning(_name(tag, attribute)):
            return attribute
    return _NAMES[0]


def _name(tag: Any, attribute: str) -> str:
    return (tag.get(attribute) or "").strip().casefold()


def _meaning(name: str) -> tuple[Role, float] | None:
    """What the date of a tag of that name says, and its weight."""
    if name in PUBLISHED:
        return "published", PUBLISHED[name]
    if name in MODIFIED:
        return "modified", MODIFIED[name]
    return None


def _in_body(tag: Any, attribute: str) -> bool:
    """Whether it is microdata outside the head; article:published_time is the page's wherever it
    stands.
    """
    parent = tag.getparent()
    return attribute == "itemprop" and parent is not None and parent.tag != "head"
