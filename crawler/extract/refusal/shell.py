"""Recognises the shell of a page that only scripts fill: by what it lacks, whatever it says and in
whatever language.
"""

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.extract.errors import Refused
from crawler.extract.markup.evidence import clean, comparable_line, select_elements

_SCRIPT_FILE = XPath("boolean(//script[@src])")
_NOSCRIPT = XPath("//body//noscript")
_PROSE = XPath(
    "boolean(//body//*[self::p or self::h1 or self::h2 or self::article or self::time or self::td"
    " or self::blockquote][normalize-space() and not(ancestor-or-self::noscript or ancestor::header"
    " or ancestor::footer or ancestor::nav or ancestor::aside or ancestor::template)])"
)
"""An element that holds prose, or the headline or date of an article, outside of the frame."""
_MOST_NOTICES = 20
"""Notices to readers without scripts that are compared; a page has one or two."""
_WAITING = 60
"""Characters of a text, such as "Loading…", that a shell may show while its scripts load."""


def check(tree: HtmlElement, text: str) -> None:
    """Raises Refused("shell") where the page loads scripts, has no element of an article, and its
    text is none but what it says to readers without scripts, or to those who wait for them.
    """
    if not _SCRIPT_FILE(tree) or _PROSE(tree):
        return
    notices = select_elements(_NOSCRIPT, tree, _MOST_NOTICES)
    spoken = comparable_line(" ".join(clean(notice.text_content()) for notice in notices))
    own = [line for line in text.split("\n") if comparable_line(line) not in spoken]
    if len("\n".join(own)) < _WAITING:
        raise Refused("shell", "scripts alone fill the page")
