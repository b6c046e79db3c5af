"""What an article is about: the top levels of IPTC Media Topics.

The publisher's own words come first (section, URL folders, tags, compared whole with a hand-kept
table); the words of title, lead and opening are a careful second, for pages whose section says
"News" or nothing. Pure; tables load once.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from ahocorasick_rs import AhoCorasick

from crawler.enrich.fold import fold_name, fold_phrase
from crawler.enrich.tables import table

# Weights were chosen on labelled pages: a section, a URL folder or the only topics among the tags
# are enough alone.
SECTION = 4.0
FOLDER = 4.0
TAG = 4.0
VAGUE_TAG = 2.0
KICKER = 3.0
# What one word of a topic is worth, and all of them together, in each part of the page.
TITLE = (2.5, 10.0)
TAGS = (1.0, 4.0)
LEAD = (1.25, 5.0)
TEXT = (0.7, 5.6)
ENOUGH = 4.0
SHARE_OF_BEST = 0.6
MOST_TOPICS = 3
OPENING = 2500
MOST_TAGS = 30
# A page whose tags name as many topics is vague; one with more lists the site's sections, not its
# own subjects.
VAGUE = 3
MENU = 4
# Longer sections are sentences; before a colon, too much is no kicker.
LONGEST_SECTION = 200
LONGEST_KICKER = 30
LONGEST_PATH = 500

LANGUAGES = ("fr", "en", "es", "de", "ar")
"""The languages of data/topics_words.toml."""

_PARTS = re.compile(r"[/|>;,&+·:]| and | et | und | y | o | و ")
_ARTICLE_SLUG = re.compile(r"\d{4}|[-_][^-_]+[-_][^-_]+[-_]|\.[a-z]{3,5}$|^\d+$")
# "and", "with", "for" and the article are written in one word with the noun.
_ARABIC_PREFIX = re.compile(r"(?:^|\W)[وف]?(?:[بكل]?ال|لل|[بكل]|(?<=[وف]))$")


@dataclass(frozen=True, slots=True)
class _TopicWord:
    """A word that shows a topic, folded; with `open_end` other endings may follow it."""

    stem: str
    open_end: bool
    topic: str


def topics_of(  # noqa: PLR0913 - every argument is another part of the page
    section: str | None,
    url: str,
    tags: Sequence[str],
    hint: str | None = None,
    *,
    title: str | None = None,
    lead: str | None = None,
    text: str | None = None,
    language: str | None = None,
) -> list[str]:
    """The article's topics, surest first; at most three, often none.

    `hint` is the topic that sources.toml gives to the section: it wins alone. Title, lead and the
    first 2,500 characters of the text add topics where enough of their words agree.
    """
    by_hint = canonical_topic(hint) if hint else None
    if by_hint:
        return [by_hint]
    votes: defaultdict[str, float] = defaultdict(float)
    by_section = _declared(_section_names(section))
    by_url = _declared(_url_names(url))
    _vote(votes, by_section, SECTION)
    _vote(votes, by_url, FOLDER)
    _vote(votes, _declared(_kicker(title)), KICKER)
    own_tags = _vote_by_tags(votes, tags[:MOST_TAGS])
    parts = ((title, TITLE), (" . ".join(own_tags), TAGS), (lead, LEAD), (text, TEXT))
    for words, (weight, most) in parts:
        for topic, count in _topic_words((words or "")[:OPENING], language).items():
            votes[topic] += min(weight * count, most)
    return _surest(votes, declared=by_section | by_url)


def topic_label(topic: str, language: str) -> str:
    """How `topic` is shown to readers of `language` (fr, en, ar, es, de; English for others)."""
    entry = table("topics").get(topic)
    if entry is None:
        return topic
    labels: dict[str, str] = entry["label"]
    return labels.get(language, labels["en"])


@lru_cache(maxsize=256)
def canonical_topic(name: str) -> str | None:
    """The topic that `name` means: value, IPTC code, label in any language or name of a section, in
    any case.
    """
    wanted = fold_phrase(name.removeprefix("medtop:"))
    for topic, entry in table("topics").items():
        names = (topic, entry["code"].removeprefix("medtop:"), *entry["label"].values())
        if wanted in map(fold_phrase, names):
            return str(topic)
    return _sections().get(wanted)


def _vote(votes: defaultdict[str, float], topics: set[str], weight: float) -> None:
    for topic in topics:
        votes[topic] += weight


def _vote_by_tags(votes: defaultdict[str, float], tags: Sequence[str]) -> Sequence[str]:
    """Vote for the topics that tags name; returns the tags whose words count, none where they are a
    menu.
    """
    names = (name for tag in tags for name in _section_names(tag))
    topics = _declared(names)
    if len(topics) >= MENU:
        return ()
    _vote(votes, topics, TAG if len(topics) < VAGUE else VAGUE_TAG)
    return tags


def _surest(votes: Mapping[str, float], declared: set[str]) -> list[str]:
    least = max(ENOUGH, SHARE_OF_BEST * max(votes.values(), default=0.0))
    ranked = sorted(votes, key=lambda topic: (-votes[topic], topic))
    return [topic for topic in ranked if votes[topic] >= least or topic in declared][:MOST_TOPICS]


def _section_names(section: str | None) -> list[str]:
    """The section whole, or else its parts: "Sports/Football" says "sports" and "football"."""
    if not section or len(section) > LONGEST_SECTION:
        return []
    printed = html.unescape(section)
    whole = fold_phrase(printed)
    if whole in _sections():
        return [whole]
    return [fold_phrase(part) for part in _PARTS.split(fold_name(printed))]


def _url_names(url: str) -> list[str]:
    """Folders of the path and names before the site's own; the last folder too unless it is the
    article's slug.
    """
    try:
        split = urlsplit(url)
    except ValueError:
        return []
    folders = [unquote(folder) for folder in split.path[:LONGEST_PATH].split("/") if folder]
    if folders and _ARTICLE_SLUG.search(folders[-1]):
        folders.pop()
    subdomains = (split.hostname or "").split(".")[:-2]
    names: list[str] = []
    for part in (*subdomains, *folders):
        whole = fold_phrase(part)
        # Two words are two names ("sport-football"); more are a sentence.
        is_pair = whole.count(" ") == 1 and whole not in _sections()
        names += whole.split() if is_pair else [whole]
    return names


def _kicker(title: str | None) -> list[str]:
    """What a title puts before a colon: "Football : …", "كرة اليد: …"."""
    before, colon, _ = (title or "").partition(":")
    if not colon or len(before) > LONGEST_KICKER:
        return []
    return _section_names(before)


def _declared(names: Iterable[str]) -> set[str]:
    sections = _sections()
    return {sections[name] for name in names if name in sections}


def _topic_words(text: str, language: str | None) -> Counter[str]:
    """How many different words of each topic the text has."""
    if not text or (language and language not in LANGUAGES):
        return Counter()
    words, machine = _words(language)
    folded = fold_name(text)
    matches: set[tuple[str, str]] = set()
    for index, start, end in machine.find_matches_as_indexes(folded, overlapping=True):
        word = words[index]
        if _stands_alone(folded, start, end, open_end=word.open_end):
            matches.add((word.topic, word.stem))
    return Counter(topic for topic, _ in matches)


def _stands_alone(text: str, start: int, end: int, open_end: bool) -> bool:
    if not open_end and end < len(text) and text[end].isalnum():
        return False
    return start == 0 or not text[start - 1].isalnum() or _after_arabic_prefix(text, start)


def _after_arabic_prefix(text: str, start: int) -> bool:
    return _ARABIC_PREFIX.search(text[max(0, start - 5) : start]) is not None


@cache
def _sections() -> dict[str, str]:
    sections: dict[str, str] = {}
    for topic, entry in table("topics").items():
        for name in entry["sections"]:
            sections[fold_phrase(name)] = topic
    return sections


@cache
def _words(language: str | None) -> tuple[list[_TopicWord], AhoCorasick]:
    languages = (language,) if language else LANGUAGES
    words: list[_TopicWord] = []
    for topic, by_language in table("topics_words").items():
        for name in languages:
            for word in by_language.get(name, ()):
                stem = fold_name(word.rstrip("*"))
                words.append(_TopicWord(stem, word.endswith("*"), topic))
    return words, AhoCorasick([word.stem for word in words])
