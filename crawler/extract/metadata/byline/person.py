"""Whether words are the name of a person, an office or neither, by their form."""

from functools import lru_cache
from itertools import filterfalse

from crawler.enrich.agency_names import sources
from crawler.extract.markup.evidence import comparable_line
from crawler.extract.metadata.byline import patterns

_MAX_WORDS = 6
_MAX_LETTERS = 50
_MAX_SMALL = 4
"""Words of a name in small letters: more of them are a sentence."""
_MAX_OFFICE = 60
_DOMAINS = (".com", ".de", ".fr", ".net", ".org")


def is_person(name: str, site_names: frozenset[str], declared: bool = False) -> bool:
    """Whether these may be a person's given name and surname.

    `declared` names stand where nothing but a name is to stand: there small letters may be a
    person's spelling.
    """
    if not _has_size_of_name(name) or _is_account(name):
        return False
    if patterns.no_name().search(name) or is_office(name):
        return False
    return _has_form_of_name(name, declared) and not _names_site(comparable_line(name), site_names)


def is_full(name: str) -> bool:
    """Whether a name has two parts or more that are no particles; written without spaces, two
    letters.
    """
    if not name.isascii() and not _has_case(name):
        return len(name.replace(" ", "")) > 1
    return len([word for word in name.split() if not _is_particle(word)]) > 1


@lru_cache(maxsize=1024)
def is_office(words: str) -> bool:
    """Whether words name a newsroom, an institution or an agency."""
    return patterns.office().search(words) is not None or is_agency(words)


@lru_cache(maxsize=1024)
def is_agency(words: str) -> bool:
    """Whether words are a form of an agency's name."""
    source = sources().get(words)
    return source is not None and source.kind in {"agency", "generic"}


def is_office_line(line: str, site_names: frozenset[str], declared: bool = False) -> bool:
    """Whether a line is kept as it is where no person is named: it names an office or the site, or
    looks like a name where one is declared.
    """
    if len(line) > _MAX_OFFICE or patterns.no_name().search(line):
        return False
    folded = comparable_line(line)
    if patterns.office().search(line) or folded in site_names:
        return True
    if any(len(site) > 3 and folded.startswith(site) for site in site_names):
        return True
    if declared:
        return line[0].isupper() or "." in line
    return _looks_like_name(line)


def _looks_like_name(line: str) -> bool:
    """Whether the words of a short line are written as names are, and none is a job."""
    words = line.split()
    in_capitals = all(word[0].isupper() or word[0].isdigit() for word in words)
    is_word = sum(map(str.isalpha, line)) > 1
    return in_capitals and is_word and len(words) <= 3 and not patterns.role().search(line)


def _has_size_of_name(name: str) -> bool:
    """Whether these may be a person's words: a name in another script may be two letters long."""
    if len(name.split()) > _MAX_WORDS:
        return False
    return 3 < len(name) <= _MAX_LETTERS or (len(name) > 1 and not name.isascii())


def _is_account(name: str) -> bool:
    """Whether it is an account, an address, a label, an acronym or a brand."""
    if any(sign in name for sign in ":：/"):
        return True
    if name.endswith(_DOMAINS) or patterns.ACCOUNT.match(name):
        return True
    return _has_case(name) and " " not in name  # one plain word


def _has_form_of_name(name: str, declared: bool) -> bool:
    """Whether the words have capitals as names have them: all but particles, or none at all where
    the name is declared.
    """
    if not _has_case(name):
        return True
    words = name.split()
    if _is_particle(words[-1]):
        return False
    names = list(filterfalse(_is_particle, words))
    small = list(filter(_is_small, names))
    if not small:
        return len(names) > 1
    return declared and len(small) == len(names) and 1 < len(names) <= _MAX_SMALL


def _is_small(word: str) -> bool:
    return word[0].islower() and not patterns.particle_before().match(word)


def _is_particle(word: str) -> bool:
    return patterns.particle().match(word) is not None


def _has_case(words: str) -> bool:
    """Whether the script tells capitals from small letters."""
    return words.lower() != words.upper()


def _names_site(folded: str, site_names: frozenset[str]) -> bool:
    if not folded or folded in site_names:
        return True
    return any(len(site) > 3 and site in folded for site in site_names)
