"""Raw answers in WARC files, so that everything can be extracted again. A door module."""

from crawler.archive.files import OPEN, RecordLocation
from crawler.archive.warc import Archive, ArchiveError, Subject, digest

__all__ = ["OPEN", "Archive", "ArchiveError", "RecordLocation", "Subject", "digest"]
