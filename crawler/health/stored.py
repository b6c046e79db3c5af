"""Health as JSON values, for a table, and back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

from crawler.health.findings import Finding
from crawler.health.rhythm import PublishingRate, Silence
from crawler.health.source_health import Health, State

_RATE_DIGITS = 5
"""Decimals of an hour's rate that are kept: a hundred thousandth of an article an hour."""


def health_values(health: Health) -> dict[str, Any]:
    """Findings, rhythm and silence of a source as JSON values."""
    return {
        "findings": [_finding_values(finding) for finding in health.findings],
        "rhythm": _rhythm_values(health.rhythm),
        "silence": _silence_values(health.silence),
    }


def _finding_values(finding: Finding) -> dict[str, Any]:
    return {
        **asdict(finding),
        "since": finding.since.isoformat(),
        "codes": list(finding.codes),
        "figures": dict(finding.figures),
    }


def health_of(source: str, state: str, values: Mapping[str, Any]) -> Health:
    """Health out of its JSON values; raises KeyError, TypeError or ValueError where they are
    damaged.
    """
    if state not in get_args(State):
        raise ValueError("no state of a source")
    findings = tuple(_finding_of(finding) for finding in values["findings"])
    rhythm = _rhythm_of(values["rhythm"])
    silence = _silence_of(values["silence"])
    return Health(source, state, findings, rhythm, silence)  # type: ignore[arg-type]


def _finding_of(values: Mapping[str, Any]) -> Finding:
    parts = {**values, "since": _moment(values["since"]), "codes": tuple(values["codes"])}
    return Finding(**parts)


def _rhythm_values(rhythm: PublishingRate | None) -> dict[str, Any] | None:
    if rhythm is None:
        return None
    rates = [round(rate, _RATE_DIGITS) for rate in rhythm.rates]
    return {**asdict(rhythm), "rates": rates}


def _rhythm_of(values: Mapping[str, Any] | None) -> PublishingRate | None:
    if values is None:
        return None
    return PublishingRate(**{**values, "rates": tuple(values["rates"])})


def _silence_values(silence: Silence | None) -> dict[str, Any] | None:
    if silence is None:
        return None
    return {**asdict(silence), "since": silence.since.isoformat()}


def _silence_of(values: Mapping[str, Any] | None) -> Silence | None:
    if values is None:
        return None
    return Silence(**{**values, "since": _moment(values["since"])})


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
