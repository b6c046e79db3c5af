"""Regular expressions for the words around names in a byline; the words are data.

Those that are built of words (crawler/extract/words/bylines.toml) are functions: each is compiled
when it is first asked for.
"""

import re
from functools import cache

from crawler.extract.words.lists import any_word, joined, table, words
from crawler.tables import any_of

KOREAN = re.compile(r"^([가-힣]{2,4})\s?기자$")
ACCOUNT = re.compile(r"^[a-z]{2,}[._-][a-z._-]{2,}$")
INITIALS = re.compile(r"^(?:[A-ZÀ-Þ]\.?[ -]?){1,3}$")
MAIL = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+|\(@\w+\)")
_BY_ENDS = r"(?:\s*[:：]\s*|\s+)"
_LABEL_ENDS = r"(?:\s*[:：/／・]\s*|\s+(?=[^\W\d_a-z]{2,4}(?:\s|$)))"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def prefix() -> re.Pattern[str]:
    """What introduces a name, whatever follows: "By …", "Text by …", "Ein Kommentar von …"."""
    by = any_word("bylines", "by")
    before = any_word("bylines", "before_by")
    doubtful = any_word("bylines", "by_or_name")
    anywhere = any_word("bylines", "by_anywhere")
    label = any_word("bylines", "label")
    behind = any_of([doubtful, *words("bylines", "by_behind_words")])
    plainly = rf"(?:{before}\s+)*{by}{_BY_ENDS}(?:{by}\s*:?\s+)?"
    behind_words = rf"(?:{before}\s+)+{behind}{_BY_ENDS}"
    with_colon = rf"(?:(?:{before}\s*)+|{doubtful}\s*)[:：]\s*"
    behind_anything = rf".{{0,60}}\b{anywhere}{_BY_ENDS}"
    labelled = rf"\W{{0,2}}{label}{_LABEL_ENDS}"
    return _compiled(f"^{any_of([plainly, behind_words, with_colon, behind_anything, labelled])}")


@cache
def doubtful_prefix(language: str | None) -> re.Pattern[str]:
    """Words that introduce a name or are part of one, of one language or of all: "Von …"."""
    return _compiled(rf"^{any_of([*_doubtful(language), '(?!)'])}\s+")


@cache
def printed_prefix(language: str | None) -> re.Pattern[str]:
    """What introduces a name at the beginning of a printed line, where prose stands, too; of the
    words that are doubtful, those of the page's language, of all where it is not known.
    """
    by = any_word("bylines", "by")
    doubtful = any_of([*_doubtful(language), "(?!)"])
    before = any_word("bylines", "before_by")
    label = any_word("bylines", "label")
    return _compiled(
        rf"^(?:{before}\s+)*(?:{by}|{doubtful})(?:\s*:\s*|\s+)(?=\S)"
        r"|^(?-i:B(?:y|Y)(?=[A-Z]))"
        rf"|^\W{{0,2}}{label}{_LABEL_ENDS}"
    )


def _doubtful(language: str | None) -> list[str]:
    lists: dict[str, list[str]] = table("bylines")["by_or_name"]
    if language is None:
        return joined(lists)
    return [*lists.get(language, []), *lists["any"]]


@cache
def editor_prefix() -> re.Pattern[str]:
    """The label of an editor: "责任编辑：…"."""
    return _compiled(rf"^\W{{0,2}}{any_word('bylines', 'editor')}{_LABEL_ENDS}")


@cache
def only_introduces() -> re.Pattern[str]:
    """Words that introduce a name and hold none."""
    by = any_word("bylines", "by")
    doubtful = any_word("bylines", "by_or_name")
    before = any_word("bylines", "before_by")
    label = any_word("bylines", "label")
    return _compiled(rf"^(?:\W*|(?:{before}\s*)*(?:{by}|{doubtful}|{label})?\s*[:：]?)$")


@cache
def introducing_words() -> frozenset[str]:
    """The first words of what introduces a name, in small letters, as far as they are plain."""
    groups = ("by", "by_or_name", "before_by", "label")
    phrases = [phrase.split(" ")[0] for group in groups for phrase in words("bylines", group)]
    return frozenset(filter(str.isalpha, phrases))


@cache
def after_name() -> re.Pattern[str]:
    """What follows a name in a byline: a date, a place, a link to follow."""
    signs = [r"[|]", r"(?:(?<=\s)|(?<=\w{3}))[•·—–](?=\s)", r"\s-\s", r"(?<![A-Za-z])\d"]
    return _compiled(rf"(?!^)\s*{any_of([*signs, *words('bylines', 'after_name')])}.*$")


@cache
def other_work() -> re.Pattern[str]:
    """What begins the credit of somebody who did not write: "Photos: …", "translated by …"."""
    return _compiled(rf"(?:^|[\s,;(|/]+){any_word('bylines', 'other_work')}\b.*$")


@cache
def role() -> re.Pattern[str]:
    """What somebody is, at the end of a name."""
    what = any_word("bylines", "role")
    return _compiled(rf"^{what}$|[\s,(/]+{what}(?:\s.*)?$")


@cache
def role_behind() -> re.Pattern[str]:
    """What somebody is, at the end of a name in scripts that put no space between."""
    return re.compile(rf"(?<=[^\W\d_a-zA-Z])\s*{any_word('bylines', 'role_behind')}$")


@cache
def role_before() -> re.Pattern[str]:
    """What somebody is, in front of a name: "our correspondent Ada Lovelace"."""
    introducing = any_of(
        [
            *words("bylines", "by"),
            *words("bylines", "by_or_name"),
            *words("bylines", "by_behind_words"),
        ]
    )
    possessive = any_word("bylines", "possessive")
    role_words = any_word("bylines", "role")
    before = rf"(?:(?i:{introducing})\s+)?(?i:{possessive})\s+(?:[a-zß-ÿ]\S*\s+){{0,3}}"
    return re.compile(rf"^(?:{before})?(?i:{role_words})\s*[:,]?\s+(?=[^\W\d_a-zß-ÿ])")


@cache
def place() -> re.Pattern[str]:
    """Where somebody writes from, at the end of a name: "in Paris", "à Bruxelles"."""
    return re.compile(rf"[\s,(]+{any_word('bylines', 'place')}\s+[A-ZÀ-Þ].*$")


@cache
def between_names() -> re.Pattern[str]:
    """What parts one name from the next, whatever the names."""
    joining = any_word("bylines", "and")
    return _compiled(
        rf"\s*(?:[;|•·、،\n]|,(?!\s*(?:jr|sr|phd|md)\b)|，|\s[/／]\s|\s{joining}\s)\s*",
    )


@cache
def joint() -> re.Pattern[str]:
    """A comma, a stroke or an "and" at the beginning or at the end of words."""
    joining = any_of([*words("bylines", "and"), *words("bylines", "and_or_name")])
    return _compiled(rf"^\s*(?:[,;&/+|]|{joining}\s)|(?:[,;&/+|]|\s{joining})\s*$|^{joining}$")


@cache
def strong_break() -> re.Pattern[str]:
    """What parts names and never stands inside one."""
    joining = any_word("bylines", "and")
    return _compiled(rf"\s*(?:[;|•\n]|\s{joining}\s)\s*")


@cache
def joined_names() -> re.Pattern[str]:
    """Words between two names that stand inside one name, too: "Ortega y Gasset"."""
    return _compiled(rf"\s+{any_word('bylines', 'and_or_name')}\s+")


@cache
def office() -> re.Pattern[str]:
    """Words by which a byline names an office and no person: whole words, or the end of a name in
    scripts without spaces.
    """
    ends = any_word("bylines", "office_end")
    return _compiled(rf"\b{any_word('bylines', 'office')}(?:\b|$)|{ends}$")


@cache
def no_name() -> re.Pattern[str]:
    """What no name holds."""
    label = any_word("bylines", "empty_label")
    return _compiled(rf"[<>{{}}=*_|@#]|\d{{2}}|^\W*$|^no author|^{label}\b\W*$")


@cache
def particle() -> re.Pattern[str]:
    """Words in small letters inside names: "van der", "de la", "bint"."""
    return re.compile(rf"^(?:{any_word('bylines', 'particle')})$")


@cache
def particle_before() -> re.Pattern[str]:
    """What is written in small letters in front of a name and joined to it: "al-Haddad"."""
    return re.compile(rf"^{any_word('bylines', 'particle_before')}(?=[^\W\d_a-zß-ÿ])")


@cache
def waw_names() -> frozenset[str]:
    """Arabic names that begin with the letter that also means "and"."""
    return frozenset(words("bylines", "waw_name"))


@cache
def author_class() -> re.Pattern[str]:
    """What sites call the byline in the classes of their markup; capitals matter."""
    return re.compile(any_word("classes", "author"))


@cache
def picture_class() -> re.Pattern[str]:
    """What sites call the credit of a picture in the classes of their markup."""
    return _compiled(any_word("classes", "picture"))


@cache
def author_folders() -> frozenset[str]:
    """The folders of addresses in which pages about authors stand."""
    return frozenset(words("addresses", "author"))


@cache
def card_labels() -> tuple[str, ...]:
    """How the label of a social card begins that names the author behind it, in small letters."""
    return tuple(words("bylines", "card_label"))
