"""What the classes and ids of a page's markup call its parts: evidence by whole words only."""

import re
from functools import cache, lru_cache

from crawler.extract.words.lists import any_word, words
from crawler.tables import any_of

_LONGEST = 300
"""Characters of an element's names that are read."""
_UUID = re.compile(r"[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}", re.IGNORECASE)
_MADE_UP = re.compile(r"\d[a-z]", re.IGNORECASE)
"""A digit before a letter: a part of a name that a program made and no person."""
_SIZE = re.compile(r"[a-z]*\d+x\d+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s_-]+")
_BODY = re.compile(
    r"(?:^|\s)(?:article|entry|post|story|content|text|node|news)(?:[-_]{1,2}|(?=[A-Z]))"
    r"(?i:body|content|text)(?=$|[\s_-])|articleBody|(?:^|\s)body-?(?:text|copy)(?=$|\s)"
)
"""What sites call the element that holds the article: its class is no mark of noise, whatever else
it says.
"""


def calls_body(names: str) -> bool:
    """Whether classes or ids call their element the one that holds the article."""
    return bool(_BODY.search(names[:_LONGEST]))


@lru_cache(maxsize=8192)
def named_noise(names: str) -> tuple[str, str]:
    """The first name of noise among classes and ids and the group of classes.toml that has it:
    "noise", "window" or "doubtful"; two empty strings where there is none.
    """
    names = names[:_LONGEST]
    if calls_body(names) or _entry().search(names):
        return "", ""
    meaningful = _without_generated(names)
    for group in ("noise", "window", "doubtful"):
        match = _whole_names(group).search(meaningful)
        if match:
            return match[0].strip(" -_").lower(), group
    return "", ""


def _without_generated(names: str) -> str:
    """The names without those that say what an article is about and not what its element is, and
    without those that a program made up.
    """
    about = {name for name in names.split() if _subjects().match(name)}
    # One such class may be the name of a list of tags; an article's own element has several.
    dropped = about if len(about) > 1 else set()
    kept = [name for name in names.split() if name not in dropped]
    return " ".join(map(_without_made_up, kept))


def _without_made_up(name: str) -> str:
    if not any(map(str.isdigit, name)):
        return name
    name = _UUID.sub("", name)
    for part in _SEPARATOR.split(name):
        if _MADE_UP.search(part) and not _SIZE.fullmatch(part):
            name = name.replace(part, "")
    return name


@cache
def _subjects() -> re.Pattern[str]:
    return re.compile(rf"{any_word('classes', 'subject')}-\w", re.IGNORECASE)


@cache
def _entry() -> re.Pattern[str]:
    return re.compile(rf"(?:^|\s){any_word('classes', 'entry')}(?=$|\s)", re.IGNORECASE)


@cache
def _whole_names(group: str) -> re.Pattern[str]:
    """Any of a group's names as a whole part of a class or id: between separators, before a capital
    or a number.
    """
    any_name = any_of(words("classes", group)).replace("-?", "[-_]?")
    begin = r"(?:^|[\s_-]|(?<=[a-z])(?=[A-Z]))"
    return re.compile(rf"{begin}(?i:{any_name})(?=$|[\s_-]|[A-Z0-9])")
