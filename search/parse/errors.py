"""What can be wrong with a query or its parameters: each mistake has a code, and says what was
expected instead.

The English sentences stand here; the page has them in its other languages under the same codes.
"""

from collections.abc import Sequence

from indexer.query import QueryError

_SHOWN = 40
"""Characters of a date that a mistake quotes."""
SENTENCES = {
    "too_long": "The query has {length} characters: expected at most {limit}.",
    "too_deep": "The parentheses are nested too deep: expected at most {limit} levels.",
    "too_many": "The query has too many words: expected at most {limit}.",
    "word_too_long": "This word is too long: expected at most {limit} characters.",
    "no_word": "There is no word to search for: expected a word, a phrase or a field.",
    "expected_operand": "Expected a word, a phrase or ( here, found {found}.",
    "expected_value": "Expected a value after {field}:, found {found}.",
    "expected_open": "This ) closes nothing: expected ( before it.",
    "expected_close": "This ( is never closed: expected ) after its words.",
    "unclosed_quote": "This quotation mark is never closed: expected {quote} after the phrase.",
    "empty_phrase": "This phrase is empty: expected words between the quotation marks.",
    "expected_slop": "Expected a number from 0 to {limit} after ~.",
    "slop_on_word": "~ follows a phrase: expected quotation marks around the words before it.",
    "near_distance": "NEAR needs a distance from 0 to {limit}: expected NEAR/5.",
    "near_operand": "NEAR joins words, phrases, beginnings of words, and alternatives of them in "
    "parentheses: expected one here, found {found}.",
    "near_fields": "NEAR joins words of one field: expected {field} on both sides.",
    "leading_wildcard": "A word cannot begin with *: expected letters before it.",
    "inner_wildcard": "* stands only at the end of a word, ? for nothing: expected a word, or its "
    "beginning and *.",
    "short_prefix": "Expected at least {limit} letters before *.",
    "phrase_wildcard": "* has no meaning within a phrase: expected whole words.",
    "regex": "Regular expressions are not searched: expected a word (or quotation marks "
    "around a path).",
    "write_or": "Expected OR here, found {found}.",
    "unknown_field": "There is no field {field}: expected one of {fields}, or quotation marks "
    "around the words.",
    "nested_field": "A field stands within another field: expected words only after {field}:.",
    "exact_only": "{field}: is searched by whole values: expected one without * or ~.",
    "bad_date": "{found} is no date: expected 2026, 2026-03, 2026-03-14 or a range like "
    "2026-01..2026-03.",
    "bad_day": "{found} is no date: expected 2026, 2026-03, 2026-03-14 or 2026-03-14T10:00.",
    "ambiguous_date": "{found} may be {first} or {second}: expected one of these.",
    "reversed_dates": "This date lies before the first one: expected a later one.",
    "unknown_zone": "There is no time zone {found}: expected an IANA name like Asia/Beirut.",
    "unknown_choice": "There is no {found}: expected one of {choices}.",
    "unknown_facet": "There is no facet {found}: expected one of {facets}.",
    "cursor_of_sample": "A sample has no further pages: expected no cursor beside it.",
    "too_costly": "This search costs too much: expected fewer words that stand in nearly every "
    "article, lower numbers "
    "after NEAR and ~, or more letters before *.",
    "bad_last": "{found} is no span of time: expected a number and h, d, w, mo or y, like 7d.",
    "bad_moment": "{found} is no date and no span of time: expected 2026-03-14, a range like "
    "2026-01..2026-03, or a number and h, d, w, mo or y, like 7d.",
    "bad_number": "{found} is no number: expected one like 500, or a range like 500..2000.",
    "unknown_source": "There is no source {found}: expected the id or the name of one that "
    "is watched or has articles.",
    "unknown_saved": "There is no saved search {found}: expected its name or its id.",
    "saved_in_itself": "The saved search {found} stands within itself, or too many stand in one "
    "another.",
    "unreadable_saved": "The saved search {found} can't be read: {reason}",
    "unknown_place": "There is no place {found}: expected a country's name or its two-letter code.",
    "unknown_topic": "There is no topic {found}: expected one of {topics}.",
    "unknown_language": "There is no language {found}: expected a two-letter code like fr, or its "
    "name.",
}


class QueryMistake(QueryError):
    """A mistake in a query: `code` and `details` name the sentence, so that it can be told in
    another language; `suggestions` are what may stand in the place of what is wrong, the likeliest
    first.
    """

    def __init__(
        self,
        code: str,
        position: int | None,
        suggestions: Sequence[str] = (),
        **details: object,
    ) -> None:
        super().__init__(SENTENCES[code].format(**details), position)
        self.code = code
        self.details = details
        self.suggestions = tuple(suggestions)


def ambiguous(text: str, readings: tuple[str, str], position: int | None = None) -> QueryMistake:
    """The mistake that asks which of its readings a date has."""
    first, second = readings
    found = text[:_SHOWN]
    return QueryMistake("ambiguous_date", position, found=found, first=first, second=second)
