"""Which countries an article is about, from names, demonyms, cities and institutions in its own
words.

Pure; no country is guessed from the publisher. Names come from CLDR (through babel) in the
article's language, the rest from the tables demonyms.toml and places.toml. A country counts by
where it stands and how often.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crawler.enrich.fold import strip_marks
from crawler.enrich.place_names import Forms, NameForm, country_names, forms_of

# Weights were chosen on labelled pages. A title that names a country is nearly enough; one mention
# in the text is not.
WORTH: Mapping[str, float] = {"name": 1.0, "demonym": 0.8, "inside": 0.8, "sign": 0.4}
SECTION = 4.0
TAG = 2.0
TITLE = 3.0
LEAD = 1.5
OPENING = 1.0
TEXT = 0.5
MOST_IN_TITLE = 4.5
MOST_IN_LEAD = 3.0
MOST_IN_TEXT = 5.0
# Where no other country comes near, less is enough: local news names its town twice and its country
# never.
ENOUGH = 2.3
ENOUGH_ALONE = 1.5
SHARE_OF_BEST = 0.3
MOST_PLACES = 5
MOST_TAGS = 30
# Characters: what follows the opening counts half, what follows the end not at all.
OPENING_ENDS = 1_000
TEXT_ENDS = 8_000
# Characters before a name in which another name beside it is looked for.
NAME_WINDOW = 30
PREFIX_WINDOW = 5

_ARABIC_PREFIX = re.compile(r"(?:^|[\W\d])[وف]?(?:[بكل]?ال|لل|[بكلس]|(?<=[وف]))$")
_NAME_BEFORE = re.compile(r"(?:^|[^\w])([^\W\d_][\w'’.-]*) $")
_NAME_AFTER = re.compile(r" ([^\W\d_]\w*)")
_LETTERS_JOIN = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_DECLENSION = re.compile(r"\w{1,3}\b")
_HANGUL = re.compile("[\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A form found in a text, from `start` to `end`."""

    form: NameForm
    start: int
    end: int
    beside_name: bool


def places_of(  # noqa: PLR0913, PLR0917 - every argument is another part of the page
    section: str | None,
    title: str | None,
    lead: str | None,
    text: str | None,
    language: str | None,
    tags: Sequence[str] = (),
) -> list[str]:
    """The countries (ISO 3166 alpha-2) that the article is about, most important first; at most
    five, often none.
    """
    forms = forms_of(_primary(language))
    tag_line = " | ".join(tags[:MOST_TAGS])
    in_section = _mentions((section or "")[:OPENING_ENDS], forms, any_case=True)
    in_tags = _mentions(tag_line[:OPENING_ENDS], forms)
    in_title = _mentions((title or "")[:OPENING_ENDS], forms)
    in_lead = _mentions((lead or "")[:OPENING_ENDS], forms)
    in_text = _mentions((text or "")[:TEXT_ENDS], forms)
    support = _support((*in_section, *in_tags, *in_title, *in_lead, *in_text))
    scores: defaultdict[str, float] = defaultdict(float)
    _add(scores, ((mention, SECTION) for mention in in_section), support, SECTION)
    _add(scores, ((mention, TAG) for mention in in_tags), support, TAG)
    _add(scores, ((mention, TITLE) for mention in in_title), support, MOST_IN_TITLE)
    _add(scores, ((mention, LEAD) for mention in in_lead), support, MOST_IN_LEAD)
    _add(scores, ((mention, _text_weight(mention)) for mention in in_text), support, MOST_IN_TEXT)
    return _most_important(scores)


def place_label(code: str, language: str) -> str:
    """The country's name in `language` as CLDR prints it; the code itself for what CLDR doesn't
    know.
    """
    return country_names(language.lower()).get(code) or country_names("en").get(code, code)


def _primary(language: str | None) -> str:
    """The language of a tag ("zh-Hant" → "zh"), English for what is no tag."""
    primary = re.split("[-_]", language or "en")[0].lower()
    return primary if re.fullmatch("[a-z]{2,3}", primary) else "en"


def _text_weight(mention: Mention) -> float:
    return OPENING if mention.start < OPENING_ENDS else TEXT


def _most_important(scores: Mapping[str, float]) -> list[str]:
    ranked = sorted(scores, key=lambda code: (-scores[code], code))
    if not ranked:
        return []
    share = scores[ranked[0]] * SHARE_OF_BEST
    is_alone = len(ranked) == 1 or scores[ranked[1]] < share
    least = max(ENOUGH_ALONE if is_alone else ENOUGH, share)
    return [code for code in ranked if scores[code] >= least][:MOST_PLACES]


def _add(
    scores: defaultdict[str, float],
    weighed: Iterable[tuple[Mention, float]],
    support: Mapping[str, float],
    most: float,
) -> None:
    """Adds one field's mentions; repeating a name within the field counts up to `most`."""
    field: defaultdict[str, float] = defaultdict(float)
    for mention, weight in weighed:
        code, worth = _meant(mention, support)
        if code:
            field[code] += weight * worth
    for code, score in field.items():
        scores[code] += min(score, most)


def _meant(mention: Mention, support: Mapping[str, float]) -> tuple[str | None, float]:
    form = mention.form
    if not form.ambiguous:
        return form.codes[0], WORTH[form.kind]
    supported = max(form.codes, key=lambda code: support.get(code, 0.0))
    if support.get(supported):
        return supported, WORTH["inside"]
    return (None, 0.0) if mention.beside_name else (form.codes[0], WORTH["inside"] / 2)


def _support(mentions: Iterable[Mention]) -> dict[str, float]:
    """How much the unambiguous words of the page speak for each country."""
    support: defaultdict[str, float] = defaultdict(float)
    for mention in mentions:
        if not mention.form.ambiguous:
            support[mention.form.codes[0]] += WORTH[mention.form.kind]
    return dict(support)


def _mentions(text: str, forms: Forms, any_case: bool = False) -> list[Mention]:
    """Where forms stand in the text as whole words, the longest where several overlap."""
    bare = strip_marks(text)
    mentions: list[Mention] = []
    reached = 0
    for start, minus_end, _, index in sorted(_matches(bare, forms, any_case)):
        if start < reached:
            continue
        reached = -minus_end
        form = forms.forms[index]
        if form.kind != "nowhere":
            beside_name = form.ambiguous and _beside_name(bare, start, reached)
            mentions.append(Mention(form, start, reached, beside_name))
    return mentions


def _matches(bare: str, forms: Forms, any_case: bool) -> Iterator[tuple[int, int, float, int]]:
    """Whole words that are forms, written with their capitals: start, minus the end, minus the
    worth, which form.
    """
    if not bare:
        return
    lower = bare.lower()
    if len(lower) != len(bare):
        # Some letters become two in lower case: then positions agree only there.
        bare = lower
    for index, start, end in forms.machine.find_matches_as_indexes(lower, overlapping=True):
        form = forms.forms[index]
        written = any_case or all(bare[start + at].isupper() for at in forms.capitals[index])
        if written and _is_word(lower, start, end, form):
            yield start, -end, -WORTH.get(form.kind, 0.0), index


def _is_word(text: str, start: int, end: int, form: NameForm) -> bool:
    goes_on = end < len(text) and text[end].isalnum()
    if goes_on and not _may_continue(text, end, form):
        return False
    if start == 0 or not text[start - 1].isalnum() or _LETTERS_JOIN.match(text[start]):
        return True
    if text[start] < "\u0600":
        return False
    return _ARABIC_PREFIX.search(text[max(0, start - PREFIX_WINDOW) : start]) is not None


def _may_continue(text: str, end: int, form: NameForm) -> bool:
    """Scripts that write no spaces, and the case endings of languages whose names are not kept
    by hand.
    """
    last = text[end - 1]
    if _LETTERS_JOIN.match(last) or _HANGUL.match(last):
        return True
    return form.declined and _DECLENSION.match(text, end) is not None


def _beside_name(text: str, start: int, end: int) -> bool:
    before = _NAME_BEFORE.search(text[max(0, start - NAME_WINDOW) : start])
    if before and before[1][0].isupper():
        return True
    after = _NAME_AFTER.match(text, end)
    return after is not None and after[1][0].isupper()
