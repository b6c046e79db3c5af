"""`veille source list`: what is watched, as it was understood."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from crawler.config import Config
from crawler.health import Health
from crawler.monitor.health import SourceMonitor
from crawler.policy.pace import describe_pace, pace_row
from crawler.sources import Source
from crawler.store import Store
from search.commands.console import (
    PATIENCE,
    as_json,
    chosen,
    clock,
    print_output,
    settings,
    sources_file,
)
from search.sources.listing import (
    STATES,
    ListedSource,
    SourceFilter,
    in_states,
    live_state,
    matching,
    page_of,
)


@click.command("list")
@click.option("--find", default="", metavar="WORDS", help="With these words in name, id or host.")
@click.option(
    "--state", multiple=True, type=click.Choice(STATES), help="In this state; repeatable."
)
@click.option("--collection", multiple=True, help="Of this collection; repeatable.")
@click.option("--language", multiple=True, help="In this language; repeatable.")
@click.option("--country", multiple=True, help="Of this country; repeatable.")
@sources_file
@as_json
def list_(
    sources: Path | None, json_: bool, find: str, state: tuple[str, ...], **kinds: Any
) -> None:
    """The sources, with where their new articles are found; with --state, the worst first."""
    config = settings(sources=sources)
    wanted = SourceFilter(find, state, kinds["collection"], kinds["language"], kinds["country"])
    watched = chosen(config, ())
    rows = _rows_of_store(config, watched) if state else _rows(watched)
    found = in_states(matching(rows, wanted), state)
    if state:
        found, _ = page_of(found, "state", len(found))
    if json_:
        print_output([_values(row) for row in found])
        return
    for row in found:
        click.echo(_line(row))
    click.echo(f"{len(found)} sources")


def _rows(watched: Sequence[Source]) -> list[ListedSource]:
    """The sources by their file alone."""
    rows = []
    for place, source in enumerate(watched):
        health = Health(source.id, "new", (), None, None)
        rows.append(ListedSource(source, place, health, None, 0, None, None, None))
    return rows


def _rows_of_store(config: Config, watched: Sequence[Source]) -> list[ListedSource]:
    """The sources as they do now."""
    now = clock()()
    store = Store(config.database_url, patience=PATIENCE)
    try:
        judged = SourceMonitor(store, watched).health(now)
        under_way = store.activities.now(now)
        paused = store.pauses.running(now)
    finally:
        store.close()
    by_id = {source.id: (place, source) for place, source in enumerate(watched)}
    rows = []
    for health in judged:
        place, source = by_id[health.source]
        state = live_state(health, paused=source.id in paused, visited=False)
        activity = under_way.get(source.id)
        rows.append(ListedSource(source, place, health, state, 0, None, None, activity))
    return rows


def _values(row: ListedSource) -> dict[str, Any]:
    values = {**row.source.model_dump(mode="json"), **pace_row(row.source)}
    if row.state:
        values |= {"state": row.state, "activity": row.activity}
    return values


def _line(row: ListedSource) -> str:
    source = row.source
    head = f"{source.id:24} {source.language or '--'}  {source.name}"
    told = [describe_pace(source), row.state, row.activity]
    return f"{head}: {_where(source)}, {', '.join(filter(None, told))}"


def _where(source: Source) -> str:
    if source.discovered:
        return "discovered from its home page"
    parts = {
        "section": len(source.sections),
        "feed": len(source.feeds),
        "sitemap": len(source.sitemaps),
    }
    counts = []
    for name, number in parts.items():
        if number:
            plural = "s" if number > 1 else ""
            counts.append(f"{number} {name}{plural}")
    return ", ".join(counts)
