"""What people decided about stories and copies: it wins over what is found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

_KINDS = ("split", "merge", "not_a_copy")
Decision = Mapping[str, Sequence[str]]


class Decisions:
    """Decisions in the order in which they were made.

    `{"split": [ID …]}` makes these articles a story of their own, `{"merge": [ID, ID]}` makes the
    stories of two articles one, `{"not_a_copy": [ID, ID]}` denies that one is a copy of the other.

    Raises `ValueError` with a sentence for a decision that is none of these.
    """

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._made = [_checked(decision) for decision in decisions]
        self._sides: defaultdict[str, set[int]] = defaultdict(set)
        self._denied: defaultdict[str, set[str]] = defaultdict(set)
        for number, (kind, ids) in enumerate(self._made):
            if kind == "split":
                for one in ids:
                    self._sides[one].add(number)
            elif kind == "not_a_copy":
                self._denied[ids[0]].add(ids[1])
                self._denied[ids[1]].add(ids[0])

    @property
    def named(self) -> list[str]:
        """The articles that decisions are about."""
        return [one for _, ids in self._made for one in ids]

    def sides(self, article: str) -> frozenset[int]:
        """The splits that an article is named by: copies stay on one side of each."""
        return frozenset(self._sides.get(article, ()))

    def denied(self, article: str) -> frozenset[str]:
        """The articles that this one is said to be no copy of, nor they of it."""
        return frozenset(self._denied.get(article, ()))

    def applied(self, stories: Sequence[Sequence[str]]) -> list[list[str]]:
        """The stories, each as its articles, after all splits and merges; an article that is not
        there changes nothing.
        """
        parts = [dict.fromkeys(story) for story in stories]
        part_of = {article: part for part in parts for article in part}
        for kind, ids in self._made:
            known = [one for one in ids if one in part_of]
            if kind == "split":
                _split(known, part_of)
            elif kind == "merge":
                _merge(known, part_of)
        whole = {id(part): part for part in part_of.values()}
        return list(map(list, whole.values()))


def _checked(decision: Decision) -> tuple[str, list[str]]:
    kinds = [kind for kind in _KINDS if kind in decision]
    if len(kinds) != 1:
        raise ValueError(f"a decision names one of {', '.join(_KINDS)}")
    ids = decision[kinds[0]]
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ValueError(f"{kinds[0]} wants a list of ids")
    if kinds[0] != "split" and len(set(ids)) != 2:
        raise ValueError(f"{kinds[0]} wants two ids")
    return kinds[0], ids


def _split(members: Sequence[str], part_of: dict[str, dict[str, None]]) -> None:
    own = dict.fromkeys(members)
    for member in own:
        del part_of[member][member]
        part_of[member] = own


def _merge(members: Sequence[str], part_of: dict[str, dict[str, None]]) -> None:
    into = part_of[members[0]] if members else {}
    for one in members[1:]:
        part = part_of[one]
        if part is not into:
            into.update(part)
            part_of.update(dict.fromkeys(part, into))
