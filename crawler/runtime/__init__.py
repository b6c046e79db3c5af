"""What all crawls of one process share: context, store writer, leases. A door module."""

from crawler.runtime.context import Runtime

__all__ = ["Runtime"]
