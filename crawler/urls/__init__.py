"""Addresses: the canonical key that identifies an article, what in an address names one, and which
links belong to a site. Pure. A door module.
"""

from crawler.urls.addresses import (
    LONGEST,
    absolute,
    article_id,
    canonical_key,
    is_public_suffix,
    may_be_page,
    parameters,
    same_site,
    site,
    site_host,
)
from crawler.urls.naming import Name, agree, is_left_out, name_of

__all__ = [
    "LONGEST",
    "Name",
    "absolute",
    "agree",
    "article_id",
    "canonical_key",
    "is_left_out",
    "is_public_suffix",
    "may_be_page",
    "name_of",
    "parameters",
    "same_site",
    "site",
    "site_host",
]
