"""A small newsroom that Veille's authors wrote themselves: four fictional news sites to demonstrate
and test on.

A door module. `serve` runs the sites on loopback; `sources` is the sources.toml that watches them.
"""

from collections.abc import Mapping
from importlib.resources import files
from string import Template

from crawler.demo.server import SITES, Newsroom, Request, serve

__all__ = ["SITES", "Newsroom", "Request", "serve", "sources"]


def sources(base_urls: Mapping[str, str]) -> str:
    """The text of the sources.toml for the sites at `base_urls` (by site id, as in
    `Newsroom.base_urls`).
    """
    template = (files("crawler.demo") / "sources.toml").read_text(encoding="utf-8")
    return Template(template).substitute(base_urls)
