"""`veille doctor`: what is wrong, and what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from crawler.config import Config
from crawler.health import Health
from crawler.monitor.growth import yearly_growth
from crawler.monitor.health import SourceMonitor
from crawler.sources import Source, SourcesError, read_sources
from crawler.store import Store
from indexer.backend import IndexUnavailable
from search.api.health import finding_body
from search.commands.access_checks import data_is_private
from search.commands.checks import DAMAGE, GB, DoctorContext, not_looked_at, problems
from search.commands.console import CommandError, as_json, clock, index_of, print_output, settings
from search.commands.deep_checks import deep_problems
from search.i18n.catalogue import Texts, english


@click.command("doctor")
@click.option("--replay", is_flag=True, help="Put dead letters into the outbox again.")
@click.option("--deep", is_flag=True, help="Read all of store, archive and index, too.")
@as_json
def command(replay: bool, deep: bool, json_: bool) -> int:
    """Look at the sources, store, outbox and index; exit code 1 where something is wrong."""
    config = settings()
    store = Store(config.database_url)
    try:
        store.check_schema()
        replayed = store.outbox.replay(clock()()) if replay else 0
        report = _report(config, store, deep)
    finally:
        store.close()
    report["replayed"] = replayed
    print_output(report) if json_ else _show(report)
    return 1 if report["problems"] else 0


def _report(config: Config, store: Store, deep: bool) -> dict[str, Any]:
    sources, mistakes = _sources(config)
    now = clock()()
    texts = english()
    indexed, trouble = _indexed(config)
    health, unknown = _health(store, sources, now)
    context = DoctorContext(config, store, now, sources, health, indexed, trouble, texts)
    sentences: dict[str, list[str]] = {"problem": [*mistakes, *unknown], "note": []}
    found = [*problems(context), *data_is_private(context)]
    if deep:
        found += deep_problems(context)
    for problem in found:
        sentences[problem.kind].append(problem.sentence)
    dead_letters = [{**row, "at": row["at"].isoformat()} for row in store.outbox.dead()]
    return {
        **_held(store, now),
        "indexed": indexed,
        "dead_letters": dead_letters,
        "skipped": store.pages.skipped(),
        "sources": [_health_row(source, texts) for source in health],
        "problems": sentences["problem"],
        "advice": sentences["note"],
    }


def _held(store: Store, now: datetime) -> dict[str, Any]:
    """What the store holds, and the bytes that a year needs (None where it can't be told)."""
    growth = yearly_growth(store, now)
    return {
        "articles": store.pages.documents(),
        "waiting": store.outbox.waiting(),
        "year": asdict(growth) if growth else None,
    }


def _health(
    store: Store, sources: Sequence[Source], now: datetime
) -> tuple[Sequence[Health], list[str]]:
    """The health of the sources, or why it is not known."""
    try:
        return SourceMonitor(store, sources).health(now), []
    except DAMAGE as error:
        return (), [not_looked_at("the sources do well", error).sentence]


def _health_row(health: Health, texts: Texts) -> dict[str, Any]:
    findings = [finding_body(finding, health.source, texts) for finding in health.findings]
    return {"id": health.source, "state": health.state, "findings": findings}


def _sources(config: Config) -> tuple[Sequence[Source], list[str]]:
    try:
        return read_sources(config.sources), []
    except SourcesError as error:
        return (), [str(error)]


def _indexed(config: Config) -> tuple[int | None, str | None]:
    try:
        with index_of(config) as backend:
            return backend.count(), None
    except (IndexUnavailable, CommandError, ValueError) as error:
        return None, str(error)


def _show(report: dict[str, Any]) -> None:
    counts = f"{report['articles']} articles held, {report['indexed']} in the index"
    click.echo(f"{counts}, {report['waiting']} waiting for it")
    if report["year"]:
        gigabytes = {part: size / GB for part, size in report["year"].items()}
        needs = f"{gigabytes['store']:.1f} GB of store and {gigabytes['archive']:.1f} GB of archive"
        click.echo(f"At the present pace a year needs {needs}")
    for row in report["skipped"]:
        click.echo(f"  {row['count']} pages {row['state']}: {row['reason']}")
    for row in report["dead_letters"]:
        click.secho(f"  dead letter {row['article']} ({row['at']}): {row['reason']}", fg="red")
    well = sum(source["state"] == "well" for source in report["sources"])
    if report["sources"]:
        click.echo(f"{len(report['sources'])} sources, {well} of them OK")
    for problem in report["problems"]:
        click.secho(f"! {problem}", fg="yellow")
    for advice in report["advice"]:
        click.echo(f"  {advice}")
    if not report["problems"]:
        click.echo("No problem found.")
