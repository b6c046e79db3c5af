"""What records of the archive say of themselves, where the store does not know them."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from crawler.archive.members import Member
from crawler.archive.records import moment_of
from crawler.archive.warc import KEY, KIND, SOURCE
from crawler.sources import Source
from crawler.store import Capture, FoundCapture
from crawler.urls import canonical_key, site, site_host

_STATUSES = ("200", "304")


def found_in(
    file: str, pieces: Iterable[Member], sources: Sequence[Source] = ()
) -> list[FoundCapture]:
    """The captures of a file among its members, in their order. One that does not say of which
    source it is goes by its address: to the first source with this site, else to none (an empty
    id). What can't be read is left out.
    """
    found = []
    for member in pieces:
        one = _found(file, member, sources)
        if one is not None:
            found.append(one)
    return found


def _found(file: str, member: Member, sources: Sequence[Source]) -> FoundCapture | None:
    if member.data is None:
        return None
    try:
        record = next(iter(ArchiveIterator(BytesIO(member.data))))
        return _capture(file, member, record, sources)
    except Exception:  # of warcio, which raises all kinds for records that others wrote
        return None


def _capture(
    file: str, member: Member, record: ArcWarcRecord, sources: Sequence[Source]
) -> FoundCapture | None:
    headers = record.rec_headers
    url = headers.get_header("WARC-Target-URI")
    digest = headers.get_header("WARC-Payload-Digest")
    status = record.http_headers.get_statuscode() if record.http_headers else ""
    if record.rec_type not in ("response", "revisit") or status not in _STATUSES:
        return None
    if not url or not digest:
        return None
    key = headers.get_header(KEY)
    source = headers.get_header(SOURCE)
    kind = headers.get_header(KIND)
    if not (key and source and kind):
        key, source, kind = _by_address(url, sources)
    capture = Capture(
        key,
        source,
        kind,
        moment_of(headers.get_header("WARC-Date")),
        int(status),
        digest,
        whole=record.rec_type == "response",
        file=file,
        offset=member.offset,
        length=member.end - member.offset,
    )
    return FoundCapture(capture, url)


def _by_address(url: str, sources: Sequence[Source]) -> tuple[str, str, str]:
    """Key, source and kind of a capture, by its address alone."""
    home = site(site_host(url))
    for source in sources:
        if home in source.sites:
            return source.key(url), source.id, _kind(url, source)
    return canonical_key(url), "", "page"


def _kind(url: str, source: Source) -> str:
    sections = [section.url for section in source.sections]
    if url in source.feeds:
        kind = "feed"
    elif url in source.sitemaps:
        kind = "sitemap"
    elif url in sections:
        kind = "section"
    elif url == source.home:
        kind = "home"
    else:
        kind = "page"
    return kind
