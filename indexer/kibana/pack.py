"""The whole pack of saved objects: data views, searches, charts, four dashboards. A door module."""

from pathlib import Path
from urllib.parse import urlsplit

from indexer.backends.elastic.connection import ALIAS
from indexer.crawls.document import crawls_alias
from indexer.kibana.coverage import coverage
from indexer.kibana.objects import SavedObject, ndjson
from indexer.kibana.quality import quality
from indexer.kibana.topic import topic
from indexer.kibana.views import views
from indexer.kibana.watching import watching

FILE = "veille.ndjson"
BUILT = Path(__file__).with_name(FILE)
"""The pack for the usual alias and a page on this machine, as it is in the repository."""
PAGE = "http://127.0.0.1:8000"


def alias_of(index: str) -> str:
    """The alias of the articles in an index setting; the usual one where it names none."""
    if "://" not in index:
        return ALIAS
    return urlsplit(index).path.strip("/") or ALIAS


def pack(alias: str = ALIAS, page: str = PAGE) -> list[SavedObject]:
    """Every object, those that are named before those that name them.

    The articles are behind `alias`, the crawls beside them; an article's link opens below `page`.
    """
    data_views = views(alias, crawls_alias(alias), page)
    objects = [data_views.published.saved(), data_views.seen.saved(), data_views.crawls.saved()]
    coverage_objects = coverage(data_views)
    latest = next(shown for shown in coverage_objects if shown.id == "veille-latest")
    objects += coverage_objects
    objects += topic(data_views, latest)
    objects += watching(data_views)
    objects += quality(data_views)
    return sorted(objects, key=lambda shown: shown.type == "dashboard")


def content(alias: str = ALIAS, page: str = PAGE) -> bytes:
    """The pack as a file that Kibana imports; the same bytes for the same arguments."""
    return ndjson(pack(alias, page))


def build(folder: Path, alias: str = ALIAS, page: str = PAGE) -> Path:
    """Write the pack into a folder, which is made where it is missing; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    file.write_bytes(content(alias, page))
    return file
