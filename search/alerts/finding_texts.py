"""What a notice tells of findings, in the words of a language."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.alerts.finding_runs import finding_of
from search.i18n import health_messages
from search.i18n.catalogue import Texts


def sentence_of(row: Mapping[str, Any], since: str, texts: Texts) -> str:
    """What was found, with the moment `since` when it was so, in words."""
    said = health_messages.sentence(finding_of(row), texts)
    return texts("alert_finding", said=said, since=since)


def advice_of(row: Mapping[str, Any], texts: Texts) -> str:
    """What to do about it."""
    return health_messages.advice(finding_of(row), str(row["source"]), texts)


def unwatched_of(details: Mapping[str, Any], texts: Texts) -> str:
    """How much was not watched; empty where all was."""
    missing = details["unwatched"]
    if not missing["sources"]:
        return ""
    return texts.count(
        "alert_unwatched",
        missing["sources"],
        of=texts.number(missing["of"]),
        hours=texts.number(missing["hours"]),
    )


def finding_bodies(details: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """The details of a notice as JSON values, each finding with its sentence and its advice."""
    return {
        "opened": _bodies(details["opened"], texts),
        "closed": _bodies(details["closed"], texts),
        "unwatched": details["unwatched"],
    }


def _bodies(rows: Sequence[Mapping[str, Any]], texts: Texts) -> list[dict[str, Any]]:
    return [_body(row, texts) for row in rows]


def _body(row: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    said = {
        "sentence": health_messages.sentence(finding_of(row), texts),
        "advice": advice_of(row, texts),
    }
    values = {name: value for name, value in row.items() if name not in ("codes", "advice")}
    return {**values, **said}
