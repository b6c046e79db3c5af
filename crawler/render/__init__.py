"""Pages as a browser shows them, for sites that fill them by scripts alone. A door module.

The browser itself has no network: what its pages ask for is answered by whoever calls, through the
guard, robots.txt and throttle of every request of a crawl.
"""

from crawler.render.chromium import NoBrowser, find
from crawler.render.page import RenderFailed
from crawler.render.renderer import Renderer
from crawler.render.requests import BrowserAnswer, BrowserRequest

__all__ = ["BrowserAnswer", "BrowserRequest", "NoBrowser", "RenderFailed", "Renderer", "find"]
