"""The registry of conditions: what a query can ask of an article beside its words, its date and its
facets.

A door module. A condition is one row here: the query language, the parameters of the API, the
options of commands and the columns of an embedded index are made from the rows.
"""

from typing import Literal, get_args

from indexer.fields import counted
from indexer.registry import Condition, registry, same

MomentField = Literal["first_seen", "added", "gone"]
"""The dates of an article beside `published` that a query can ask for."""
NumberField = Literal["words", "revision"]
"""The numbers of an article that a query can ask for."""

CONDITIONS = registry(
    Condition(
        "seen",
        "first_seen",
        ("moment",),
        label="First seen",
        help="When Veille met the article: a date, a range, or a span of time up to now.",
        example="7d",
    ),
    Condition(
        "added",
        "added",
        ("moment",),
        label="First searchable",
        help="When the article became searchable first: a date, a range, or a span up to now.",
        example="24h",
    ),
    Condition(
        "gone",
        "gone",
        ("choice", "moment"),
        label="Page gone",
        help="Whether its page has vanished: yes, no, or when that was found.",
        example="yes",
    ),
    Condition(
        "paywalled",
        "paywalled",
        ("choice",),
        label="Behind a paywall",
        help="Whether its page was for subscribers: yes or no.",
        example="no",
    ),
    Condition(
        "edited",
        "revision",
        ("choice",),
        label="Edited",
        help="Whether its title or text has changed since it was met: yes or no.",
        example="yes",
        over=1,
    ),
    Condition(
        "words",
        "words",
        ("number",),
        label="Words",
        help="How many words its text has: a number, or a range with either end left open.",
        example="500..",
    ),
    Condition(
        "has",
        "",
        ("part",),
        label="Has",
        help="What is known of it: date, author, section or another facet.",
        example="author",
    ),
)
"""Every condition, in the order in which the reference has them."""

PARTS = ("date", *counted())
"""What `has:` can ask for."""

NUMBERS = ("first_seen", "added", "gone", "revision", "words", "paywalled")
"""The fields that an embedded index keeps as numbers, in the order of its columns: conditions and
orders go by them. A new one goes last.
"""


_ASKED = (*get_args(MomentField), *get_args(NumberField), "paywalled")
same("indexer.query.conditions.NUMBERS", NUMBERS, _ASKED)
