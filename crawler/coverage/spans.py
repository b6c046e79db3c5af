"""Stretches of time with one state."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from crawler.coverage.causes import Reason

State = Literal["watched", "partly", "blind"]


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end` (aware): `watched` has no reason, the others have one."""

    start: datetime
    end: datetime
    state: State
    reason: Reason | None = None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()

    def continues(self, other: "Span") -> bool:
        """Whether this span goes on where the other one ends, in the same state."""
        return self.start <= other.end and (self.state, self.reason) == (other.state, other.reason)


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Spans in their order of time, neighbours of one state made one, empty ones left out."""
    merged: list[Span] = []
    for span in spans:
        if span.start >= span.end:
            continue
        if merged and span.continues(merged[-1]):
            merged[-1] = replace(merged[-1], end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def clip_spans(spans: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    """What of the spans lies between start and end."""
    for span in spans:
        if span.start < end and span.end > start:
            yield replace(span, start=max(span.start, start), end=min(span.end, end))
