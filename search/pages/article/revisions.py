"""What the publisher changed in an article since it was first read, as its page shows it:
paragraphs, word by word.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from crawler.store import OtherAddress, Revision, ShownInstead
from search.api.diff import DiffRun, changes
from search.i18n import formatting
from search.i18n.catalogue import Texts

MOST = 5
"""Changes and addresses that a page tells of; the API tells of all."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that was changed, in pieces; or a run of `same` paragraphs that were not."""

    pieces: tuple[DiffRun, ...]
    same: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One revision against the one before: when Veille met it, words added and removed, where."""

    revision: int
    met: str
    added: int
    removed: int
    title: tuple[DiffRun, ...]
    passages: tuple[Passage, ...]


def revised(wordings: Sequence[Revision], texts: Texts) -> list[Change]:
    """The last `MOST` changes of an article, newest first; `wordings` as the store lists them."""
    pairs = list(pairwise(wordings))[-MOST:]
    return [_change(before, after, texts) for before, after in reversed(pairs)]


@dataclass(frozen=True, slots=True)
class NotTakenText:
    """A wording that the page showed since `met` and that did not replace the text, because it is a
    part of it or another text (`reason`).
    """

    reason: str
    met: str
    title: str
    paragraphs: tuple[str, ...]


def not_taken(wordings: Sequence[ShownInstead], texts: Texts) -> list[NotTakenText]:
    """The last `MOST` wordings that were not taken, newest first; `wordings` as the store lists
    them.
    """
    return [
        NotTakenText(
            shown.reason,
            formatting.day(shown.since, texts, timed=True),
            shown.title,
            tuple(formatting.paragraphs(shown.text)),
        )
        for shown in reversed(wordings[-MOST:])
    ]


@dataclass(frozen=True, slots=True)
class AddressText:
    """Another address of an article, and what it is to it."""

    url: str
    words: str


def other_addresses(addresses: Sequence[OtherAddress], texts: Texts) -> list[AddressText]:
    """The last `MOST` other addresses, newest first; `addresses` as the store lists them."""
    return [
        AddressText(
            address.url,
            texts(
                f"other_address_{address.reason}",
                date=formatting.day(address.found_at, texts, timed=True),
            ),
        )
        for address in reversed(addresses[-MOST:])
    ]


def _change(before: Revision, after: Revision, texts: Texts) -> Change:
    title = changes(before.title, after.title)
    text = changes(before.text, after.text)
    reworded = any(run.kind != "same" for run in title)
    return Change(
        revision=after.revision,
        met=formatting.day(after.since, texts, timed=True),
        added=_words([*title, *text], "added"),
        removed=_words([*title, *text], "removed"),
        title=tuple(title) if reworded else (),
        passages=tuple(_passages(text)),
    )


def _words(runs: Iterable[DiffRun], kind: str) -> int:
    """How many words the runs of this kind have."""
    return sum(len(run.text.split()) for run in runs if run.kind == kind)


def _passages(pieces: Iterable[DiffRun]) -> Iterator[Passage]:
    """The paragraphs with their pieces; those without a change are only counted."""
    for same, paragraphs in groupby(_paragraphs(pieces), _is_unchanged):
        if same:
            yield Passage((), sum(1 for _ in paragraphs))
        else:
            yield from (Passage(tuple(paragraph)) for paragraph in paragraphs)


def _is_unchanged(paragraph: Sequence[DiffRun]) -> bool:
    return all(run.kind == "same" for run in paragraph)


def _paragraphs(pieces: Iterable[DiffRun]) -> Iterator[list[DiffRun]]:
    """The pieces of each paragraph that holds any text."""
    paragraph: list[DiffRun] = []
    for piece in pieces:
        for line in piece.text.splitlines(keepends=True):
            if line.strip():
                paragraph.append(DiffRun(piece.kind, line.rstrip("\r\n")))
            elif not line.endswith(("\n", "\r")):
                paragraph.append(DiffRun(piece.kind, line))
            if line.endswith(("\n", "\r")) and paragraph:
                yield paragraph
                paragraph = []
    if paragraph:
        yield paragraph
