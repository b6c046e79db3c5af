"""The archive that the settings name. A door module."""

from crawler.archive.bucket import ArchiveBucket
from crawler.archive.warc import Archive
from crawler.config import Config


def archive_of(config: Config) -> Archive:
    """The archive of an installation; nothing is opened or made before something is kept."""
    bucket = ArchiveBucket(config.archive_bucket) if config.archive_bucket else None
    return Archive(config.archive_folder, bucket=bucket)
