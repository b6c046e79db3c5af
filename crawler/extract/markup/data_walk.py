"""The objects in a page's data that may be stories, and the strings beside them. What frames the
page, pays for it, or stories are filed under is left out.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from crawler.extract.markup import jsonld
from crawler.extract.markup.packed_data import plain
from crawler.extract.markup.story_address import normalized

MOST_VALUES = 50_000
"""Values of a page's data that are looked at."""
_DEEPEST = 40
_MOST_MEMBERS = 200
"""Members of one object that are looked at for an address, a headline and a date."""
_TYPES = ("@type", "typename", "type", "contenttype", "kind")
_FRAMES = frozenset(
    (
        "nav", "navs", "navigation", "navbar", "menu", "menus", "footer", "breadcrumb",
        "breadcrumbs", "crumbs", "ad", "ads", "advert", "adverts", "advertisement",
        "advertisements", "advertising", "sponsor", "sponsors", "sponsored", "partner", "partners",
        "legal", "author", "authors", "person", "organization", "tag", "tags", "config",
        "settings", "comments",
    )
)  # fmt: skip
"""Words in keys and types of what frames a page, pays for it, or a story is filed under."""
_NAME = re.compile(r"[\w:.$@-]{1,60}")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DIGITS = re.compile(r"\d+")


class DataWalk:
    """Gathers the objects in values that may be stories, with their places, and the strings beside
    them; frames of the page are left out. Bounded.
    """

    def __init__(self) -> None:
        self.objects: list[tuple[dict[str, Any], tuple[str, ...]]] = []
        self.strings: list[str] = []
        self._left = MOST_VALUES

    def through(self, value: Any) -> None:
        """Look through one value, in its order."""
        waiting: list[tuple[Any, tuple[str, ...]]] = [(value, ())]
        while waiting and self._left > 0:
            self._left -= 1
            node, place = waiting.pop()
            node = plain(node)
            if isinstance(node, str):
                self.strings.append(node)
            elif len(place) < _DEEPEST:
                waiting += reversed(list(self._inner(node, place)))

    def _inner(self, node: Any, place: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
        if isinstance(node, list):
            is_linked = place[-1:] == ("itemListElement",)
            for item in node[:MOST_VALUES]:
                bare = is_linked and isinstance(item, str)
                yield ({"@type": "ListItem", "url": item} if bare else item), (*place, "")
        elif isinstance(node, dict):
            members = _members(node)
            if _is_frame(members):
                return
            self.objects.append((members, place))
            for key, item in node.items():
                if not _words(key) & _FRAMES:
                    yield item, (*place, _DIGITS.sub("", key.partition(":")[0]))


def _members(node: Mapping[str, Any]) -> dict[str, Any]:
    """The first members of an object by their normalized keys."""
    pairs = list(node.items())[:_MOST_MEMBERS]
    return {normalized(str(key)): plain(value) for key, value in pairs}


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    """The words of a key or the name of a type; none of what is an address or a question."""
    if not _NAME.fullmatch(name):
        return frozenset()
    return frozenset(word.lower() for word in _WORD.findall(name))


def type_words(members: Mapping[str, Any]) -> frozenset[str]:
    named = (jsonld.aslist(members.get(key)) for key in _TYPES)
    names = (name for values in named for name in values[:5] if isinstance(name, str))
    return frozenset(chain.from_iterable(map(_words, names)))


def _is_frame(members: Mapping[str, Any]) -> bool:
    """Whether an object says that it is an advertisement, a menu and the like."""
    flagged = (key.removeprefix("is") for key, value in members.items() if value is True)
    return not _FRAMES.isdisjoint(type_words(members)) or not _FRAMES.isdisjoint(flagged)
