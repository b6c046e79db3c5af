"""`veille coverage`: whether there was no news, or the sources were not watched."""

from typing import Any

import click

from crawler.process.clock import utc_now
from crawler.sources import read_sources
from crawler.store import Store
from search.api.coverage import CoverageParams, coverage_body
from search.commands.console import CommandError, as_json, print_output, settings

_COLOURS = {"watched": "green", "partly": "yellow", "blind": "red"}


@click.command("coverage")
@click.option("--source", multiple=True, help="Only this source; repeated: these.")
@click.option("--collection", multiple=True, help="Only the sources of this collection.")
@click.option(
    "--from",
    "from_",
    help="From this period on: 2026, 2026-03, 2026-03-14; the last 30 days without it.",
)
@click.option("--to", help="Up to the end of this period.")
@click.option("--tz", default="UTC", help="Time zone of the dates, such as Asia/Beirut.")
@click.option(
    "--interval",
    type=click.Choice(["auto", "hour", "day", "week", "month", "year"]),
    default="auto",
    help="Steps of the JSON's buckets.",
)
@as_json
def command(json_: bool, **options: Any) -> None:
    """Tell how much of a time the sources were watched, and why the rest was not."""
    config = settings()
    sources = read_sources(config.sources)
    ids = {source.id for source in sources}
    store = Store(config.database_url)
    try:
        ids |= {state.source for state in store.spans.states()}
        for source_id in options["source"]:
            if source_id not in ids:
                raise CommandError(
                    f"There is no source {source_id!r}: `veille source list` shows them all."
                )
        body = coverage_body(store, sources, CoverageParams(**options), utc_now())
    finally:
        store.close()
    print_output(body) if json_ else _show(body)


def _show(body: dict[str, Any]) -> None:
    period = f"From {body['from'][:16]} to {body['to'][:16]} ({body['tz']})"
    click.echo(f"{period}, {len(body['sources'])} sources\n")
    width = max((len(source["id"]) for source in body["sources"]), default=0)
    for source in sorted(body["sources"], key=lambda row: row["watched"]["share"]):
        watched = source["watched"]
        hours_lost = source["hours_lost"].items()
        lost = ", ".join(f"{reason} {hours:g} h" for reason, hours in hours_lost)
        state = click.style(f"{watched['state']:8}", fg=_COLOURS[watched["state"]])
        click.echo(f"{source['id']:{width}}  {state} {watched['share']:7.2%}  {lost}")
    if len(body["sources"]) == 1:
        _show_spans(body["sources"][0])


def _show_spans(source: dict[str, Any]) -> None:
    click.echo("\n  … earlier spans are left out" if source["cut"] else "")
    for span in source["spans"]:
        reasons = ", ".join(span["reasons"])
        state = click.style(f"{span['state']:8}", fg=_COLOURS[span["state"]])
        click.echo(f"  {span['start'][:16]} – {span['end'][:16]}  {state} {reasons}")
