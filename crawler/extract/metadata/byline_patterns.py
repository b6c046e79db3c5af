"""Regular expressions for the words around names in a byline; the words are data.

Those that are built of words (crawler/extract/words/bylines.toml) are functions: each is compiled
when it is first asked for.
"""

import re
from functools import cache

from crawler.extract.words.lists import any_word, words
from crawler.tables import any_of

KOREAN = re.compile(r"^([가-힣]{2,4})\s?기자$")
ACCOUNT = re.compile(r"^[a-z]{2,}[._-][a-z._-]{2,}$")
INITIALS = re.compile(r"^(?:[A-ZÀ-Þ]\.?[ -]?){1,3}$")
MAIL = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\(@\w+\)")


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def prefix() -> re.Pattern[str]:
    """What introduces a name at the beginning of what a page declares: "Text by …"."""
    by = any_word("bylines", "by")
    before = any_word("bylines", "before_by")
    return _compiled(rf"^(?:{before}\s+)*{by}(?:\s*:\s*|\s+)(?:{by}\s*:?\s+)?")


@cache
def printed_prefix() -> re.Pattern[str]:
    """What introduces a name at the beginning of a printed line, where prose stands, too."""
    by = any_word("bylines", "by")
    before = any_word("bylines", "before_printed_by")
    label = any_word("bylines", "label")
    return _compiled(
        rf"^(?:{before}\s+)?{by}(?:\s*:\s*|\s+)(?=\S)"
        r"|^(?-i:B(?:y|Y)(?=[A-Z]))"
        rf"|^\W{{0,2}}{label}\s*[:：]\s*"
    )


@cache
def by_after_words() -> re.Pattern[str]:
    """Up to three words before a name, and what introduces it; capitals matter."""
    return re.compile(rf"^(?:\S+ ){{1,3}}{any_word('bylines', 'by_after_words')} (?=[A-ZÀ-Þ])")


@cache
def after_name() -> re.Pattern[str]:
    """What follows a name in a byline: a date, a place, a role, a link to follow."""
    signs = [r"[|•·—–]", r"\s-\s", r"\d"]
    return _compiled(rf"\s*{any_of([*signs, *words('bylines', 'after_name')])}.*$")


@cache
def role() -> re.Pattern[str]:
    """What somebody is, at the end of a name."""
    return _compiled(rf"(?:^|[\s,(/]+){any_word('bylines', 'role')}$")


@cache
def between_names() -> re.Pattern[str]:
    """What parts one name from the next."""
    joining = any_word("bylines", "and")
    return _compiled(
        rf"\s*(?:[;|•·、，\n]|,(?!\s*(?:jr|sr|phd|md)\b)|\s/\s|\s{joining}\s)\s*",
    )


@cache
def office() -> re.Pattern[str]:
    """Words by which a byline names an office and no person."""
    return _compiled(rf"(?:^|\b){any_word('bylines', 'office')}(?:\b|$)")


@cache
def no_name() -> re.Pattern[str]:
    """What no name holds."""
    label = any_word("bylines", "empty_label")
    return _compiled(rf"[<>{{}}=*_|@#]|\d{{2}}|^\W*$|^no author|^{label}\b\W*$")


@cache
def author_class() -> re.Pattern[str]:
    """What sites call the byline in the classes of their markup; capitals matter."""
    return re.compile(any_word("classes", "author"))


@cache
def card_labels() -> tuple[str, ...]:
    """How the label of a social card begins that names the author behind it, in small letters."""
    return tuple(words("bylines", "card_label"))
