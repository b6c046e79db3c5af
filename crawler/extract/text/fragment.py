"""The text of a piece of HTML that stands outside a page, as in a feed or in a page's data: chosen
and cleaned like a page's.
"""

import re
from html import escape, unescape

from crawler.extract.errors import Refused
from crawler.extract.markup.evidence import clean
from crawler.extract.markup.tree import parse
from crawler.extract.text import main_content
from crawler.extract.text.blocks import Segmentation, texts
from crawler.extract.text.noise import Trace

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
_ESCAPED_MARKUP = re.compile(r"&lt;/?(?:p|br|div|strong|em|a|h\d)\b", re.IGNORECASE)
_BREAKS = re.compile(r"[\r\n]+")


def lines(html: str, title: str, trace: Trace) -> list[str]:
    """The text line by line; of plain text its lines."""
    if _ESCAPED_MARKUP.search(html):
        html = unescape(html)
    if not _MARKUP.search(html):
        return list(filter(None, map(clean, _BREAKS.split(unescape(html)))))
    page = f"<html><body><article><h1>{escape(title)}</h1>{html}</article></body></html>"
    try:
        tree = parse(page.encode("utf-8", "replace"), {})
    except Refused:
        return []
    segmentation = Segmentation(tree)
    known = main_content.Known(url="", title=title, description="", embedded="")
    content = main_content.select(segmentation, known, trace)
    return texts(content.blocks)
