"""What an article is about: the top levels of IPTC Media Topics.

The publisher's own words come first (section, URL folders, tags, compared whole with a hand-kept
table); the words of title, lead and opening are a careful second, for pages whose section says
"News" or nothing. Pure; tables load once.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

from ahocorasick_rs import AhoCorasick

from crawler.enrich.fold import fold_name, fold_phrase
from crawler.enrich.tables import table

# Weights were chosen on labelled pages: a section, a URL folder or the only topics among the tags
# are enough alone.
SECTION, FOLDER, TAG, VAGUE_TAG, KICKER = 4.0, 4.0, 4.0, 2.0, 3.0
# What one word of a topic is worth, and all of them together, in each part of the page.
TITLE, TAGS, LEAD, TEXT = (2.5, 10.0), (1.0, 4.0), (1.25, 5.0), (0.7, 5.6)
ENOUGH = 4.0
SHARE_OF_BEST = 0.6
MOST_TOPICS = 3
OPENING = 2500
MOST_TAGS = 30
# A page whose tags name as many topics is vague; one with more lists the site's sections, not its
# own subjects.
VAGUE, MENU = 3, 4

_PARTS = re.compile(r"[/|>;,&+·:]| and | et | und | y | o | و ")
_ARTICLE_SLUG = re.compile(r"\d{4}|[-_][^-_]+[-_][^-_]+[-_]|\.[a-z]{3,5}$|^\d+$")
_WORD_GAP = re.compile(r"[-_]")


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
    known = canonical_topic(hint) if hint else None
    if known:
        return [known]
    votes: defaultdict[str, float] = defaultdict(float)
    by_section, by_url = _declared(_section_names(section)), _declared(_url_names(url))
    _vote(votes, by_section, SECTION)
    _vote(votes, by_url, FOLDER)
    _vote(votes, _declared(_kicker(title)), KICKER)
    own_tags = tags[:MOST_TAGS]
    tagged = _declared(name for tag in own_tags for name in _section_names(tag))
    if len(tagged) >= MENU:
        own_tags = ()
    else:
        _vote(votes, tagged, TAG if len(tagged) < VAGUE else VAGUE_TAG)
    parts = ((title, TITLE), (" . ".join(own_tags), TAGS), (lead, LEAD), (text, TEXT))
    for words, (weight, most) in parts:
        for topic, count in _worded((words or "")[:OPENING], language).items():
            votes[topic] += min(weight * count, most)
    return _surest(votes, declared=by_section | by_url)


def topic_label(topic: str, language: str) -> str:
    """How `topic` is shown to readers of `language` (fr, en, ar, es, de; English for others)."""
    entry = table("topics").get(topic)
    if entry is None:
        return topic
    labels: dict[str, str] = entry["label"]
    return labels.get(language, labels["en"])


def topic_code(topic: str) -> str | None:
    """The IPTC qcode of `topic` ("medtop:11000000"), None for what is no top level."""
    entry = table("topics").get(topic)
    return entry["code"] if entry else None


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


def _surest(votes: Mapping[str, float], declared: set[str]) -> list[str]:
    least = max(ENOUGH, SHARE_OF_BEST * max(votes.values(), default=0.0))
    ranked = sorted(votes, key=lambda topic: (-votes[topic], topic))
    return [topic for topic in ranked if votes[topic] >= least or topic in declared][:MOST_TOPICS]


def _section_names(section: str | None) -> list[str]:
    """The section whole, or else its parts: "Sports/Football" says "sports" and "football"."""
    if not section or len(section) > 200:
        return []
    printed = html.unescape(section)
    whole = fold_phrase(printed)
    return (
        [whole]
        if whole in _sections()
        else [fold_phrase(part) for part in _PARTS.split(fold_name(printed))]
    )


def _url_names(url: str) -> list[str]:
    """Folders of the path and names before the site's own; the last folder too unless it is the
    article's slug.
    """
    try:
        split = urlsplit(url)
    except ValueError:
        return []
    folders = [unquote(folder) for folder in split.path[:500].split("/") if folder]
    if folders and _ARTICLE_SLUG.search(folders[-1]):
        folders.pop()
    names = []
    for part in (*(split.hostname or "").split(".")[:-2], *folders):
        whole = fold_phrase(part)
        # Two words are two names ("sport-football"); more are a sentence.
        names += [whole] if whole in _sections() or whole.count(" ") != 1 else whole.split()
    return names


def _kicker(title: str | None) -> list[str]:
    """What a title puts before a colon: "Football : …", "كرة اليد: …"."""
    before, colon, _ = (title or "").partition(":")
    return _section_names(before) if colon and len(before) <= 30 else []


def _declared(names: Iterable[str]) -> set[str]:
    sections = _sections()
    return {sections[name] for name in names if name in sections}


def _worded(text: str, language: str | None) -> Counter[str]:
    """How many different words of each topic the text has."""
    if not text:
        return Counter()
    if language and language not in LANGUAGES:
        return Counter()
    words, machine = _words(language)
    folded = fold_name(text)
    found = set()
    for index, start, end in machine.find_matches_as_indexes(folded, overlapping=True):
        if _stands_alone(folded, start, end, open_end=words[index][1]):
            found.add(words[index])
    return Counter(topic for topic, _ in {(topic, stem) for stem, _, topic in found})


def _stands_alone(text: str, start: int, end: int, open_end: bool) -> bool:
    if not open_end and end < len(text) and text[end].isalnum():
        return False
    return start == 0 or not text[start - 1].isalnum() or _after_arabic_prefix(text, start)


def _after_arabic_prefix(text: str, start: int) -> bool:
    return _ARABIC_PREFIX.search(text[max(0, start - 5) : start]) is not None


_ARABIC_PREFIX = re.compile(r"(?:^|\W)[وف]?(?:[بكل]?ال|لل|[بكل]|(?<=[وف]))$")
LANGUAGES = ("fr", "en", "es", "de", "ar")


@cache
def _sections() -> dict[str, str]:
    return {
        fold_phrase(name): topic
        for topic, entry in table("topics").items()
        for name in entry["sections"]
    }


@cache
def _words(language: str | None) -> tuple[list[tuple[str, bool, str]], AhoCorasick]:
    chosen = (language,) if language else LANGUAGES
    words = [
        (fold_name(word.rstrip("*")), word.endswith("*"), topic)
        for topic, by_language in table("topics_words").items()
        for name in chosen
        for word in by_language.get(name, ())
    ]
    return words, AhoCorasick([stem for stem, _, _ in words])
