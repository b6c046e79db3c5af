"""What fits the forms that the API's description names: queries of the whole grammar, dates, zones,
values.

Generated requests (schemathesis) are then valid where the description says so, and every refusal of
one is a failure.
"""

import schemathesis
from hypothesis import strategies as st

from indexer.fields import counted
from indexer.query.conditions import CONDITIONS
from search.parse.labels import topic_values

_WORDS = st.sampled_from(
    [
        "armée",
        "army",
        "Beirut",
        "l’armée",
        "الجيش",
        "السوريّة",
        "port",
        "2026",
        "ceasefire",
        "e-mail",
        "Ｖｅｉｌｌｅ",
        "東京",
        "ß",
    ]
)
_PHRASES = st.lists(_WORDS, min_size=1, max_size=4).map(" ".join)
_QUOTED = st.one_of(
    _PHRASES.map('"{}"'.format), _PHRASES.map("«{}»".format), _PHRASES.map("“{}”".format)
)
_LOOSE = st.builds('"{} {}"~{}'.format, _WORDS, _WORDS, st.integers(0, 50))
_NEAR = st.builds(
    "{} NEAR/{} {}".format,
    st.one_of(_WORDS, _QUOTED),
    st.integers(0, 50),
    st.one_of(_WORDS, _QUOTED),
)
_STARTS = st.sampled_from(["arm*", "cease*", "الج*", "po*"])
_DAYS = st.sampled_from(["2026", "2026-11", "2026-11-17", "2026/11/17"])
_DATED = st.one_of(
    st.builds("{}:{}".format, st.sampled_from(["published", "maybe", "after", "before"]), _DAYS),
    st.sampled_from(
        ["published:2026-01..2026-12", "published:..2026", "last:7d", "last:3mo", "maybe:2026.."]
    ),
)
_FIELDS = st.builds(
    "{}:{}".format, st.sampled_from(["title", "text", "author"]), st.one_of(_WORDS, _QUOTED)
)
_LISTED = st.sampled_from(
    [
        "source:le-veilleur",
        "place:SY",
        "place:Syrie",
        "language:fr",
        "topic:sport",
        'section:"Proche-Orient"',
        "agency:AFP",
    ]
)
_ITEMS = st.one_of(_WORDS, _QUOTED, _LOOSE, _NEAR, _STARTS, _FIELDS, _LISTED, _DATED, st.just("*"))
_QUERIES = st.recursive(
    _ITEMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(" OR ".join),
        st.lists(inner, min_size=2, max_size=3).map(" AND ".join),
        inner.map("({})".format),
        inner.map("NOT ({})".format),
        inner.map("-({})".format),
    ),
    max_leaves=6,
)

FORMS = {
    "query": st.one_of(st.just(""), _QUERIES),
    "topic": st.sampled_from([*topic_values(), "Sport", "Économie"]),
    "place": st.sampled_from(["SY", "lb", "Syrie", "Lebanon", "سوريا"]),
    "language": st.sampled_from(["fr", "en", "ar", "French", "fr-LB"]),
    "first-day": st.sampled_from(["2020", "2026-01", "2026-11-15", "2026-11-16T08:00Z"]),
    "last-day": st.sampled_from(["2027", "2026-11-20", "2026-12", "2026-11-30T10:00+02:00"]),
    "zone": st.sampled_from(
        ["UTC", "Asia/Beirut", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
    ),
    "cursor": st.just(""),
    "facets": st.lists(st.sampled_from(counted()), max_size=4).map(",".join),
    **{
        f"condition-{condition.name}": st.just(condition.example)
        for condition in CONDITIONS.values()
    },
}
"""By name, what a request may hold there: a small part of what it may."""


def register() -> None:
    """Let schemathesis know the forms."""
    for name, strategy in FORMS.items():
        schemathesis.openapi.format(f"veille-{name}", strategy)
