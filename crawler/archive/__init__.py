"""Raw answers in WARC files, so that everything can be extracted again. A door module."""

from crawler.archive.warc import OPEN, Archive, ArchiveError, RecordLocation, digest

__all__ = ["OPEN", "Archive", "ArchiveError", "RecordLocation", "digest"]
