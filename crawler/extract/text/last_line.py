"""A line near the end of a text, as the rules for end matter see it."""

import re
from dataclasses import dataclass
from functools import cached_property

from crawler.extract.text import end_matter_patterns as patterns
from crawler.extract.text.masthead import names_site

NEAR = 60
"""Characters from a line's beginning, or behind a name, in which its subject or a trade stands."""
SHORT = 160
QUOTES = re.compile(r"[\"“”«»„]")
WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?؟](?=\s)|[。！？]")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an article besides its text: title, authors, words of its site's name.

    `apart` are the lines that the markup sets apart from the prose, `channels` those that link to a
    channel of the site.
    """

    title: str
    authors: tuple[str, ...] = ()
    site: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LastLine:
    """A line near the end of a text, and the text above it without end matter; what several rules
    ask of it is found out once.
    """

    text: str
    above: str
    about: About

    @cached_property
    def opening(self) -> str:
        """The first sentence: it says what the line is about, whatever follows."""
        end = _SENTENCE_END.search(self.text)
        return self.text[: end.end()] if end else self.text

    @property
    def is_apart(self) -> bool:
        return self.text in self.about.apart

    @cached_property
    def names_site(self) -> bool:
        return names_site(self.text, self.about.site)

    @cached_property
    def speaks_of_article(self) -> bool:
        """Whether its subject is the article itself, not another one that the text is about."""
        match = patterns.article().search(self.opening)
        if match is None or (match.start() > NEAR and len(self.opening) > SHORT):
            return False
        if QUOTES.search(self.text[: match.end()]):
            return False
        noun = match[0].split()[-1].casefold()
        is_told_of = noun in WORD.findall(self.above.casefold())
        return not is_told_of or self.is_apart or bool(patterns.here().search(self.text))
