"""Raw answers in WARC files, so that everything can be extracted again. A door module."""

from crawler.archive.bucket import BucketAway
from crawler.archive.file_names import OPEN
from crawler.archive.files import RecordLocation
from crawler.archive.warc import Archive, ArchiveError, Subject, digest

__all__ = ["OPEN", "Archive", "ArchiveError", "BucketAway", "RecordLocation", "Subject", "digest"]
