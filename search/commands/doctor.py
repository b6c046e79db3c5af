"""`veille doctor`: what is wrong, and what to do about it."""

from typing import Any

import click

from crawler.config import Config
from crawler.runtime import utc_now
from crawler.store import Store
from indexer.backend import Unavailable
from search.commands.console import Failure, as_json, index_of, say, settings


@click.command("doctor")
@click.option("--replay", is_flag=True, help="Put dead letters into the outbox again.")
@as_json
def command(replay: bool, json_: bool) -> int:
    """Look at store, outbox, index and the last crawls; exit code 1 where something is wrong."""
    config = settings()
    store = Store(config.database_url)
    try:
        replayed = store.outbox.replay(utc_now()) if replay else 0
        report = _report(config, store)
    finally:
        store.close()
    report["replayed"] = replayed
    say(report) if json_ else _show(report)
    return 1 if report["problems"] else 0


def _report(config: Config, store: Store) -> dict[str, Any]:
    held, waiting, dead = store.pages.documents(), store.outbox.waiting(), store.outbox.dead()
    indexed, trouble = _indexed(config)
    problems = [trouble] if trouble else []
    if waiting and (since := store.outbox.oldest()):
        minutes = (utc_now() - since).total_seconds() / 60
        if minutes > 5:
            problems.append(
                f"{waiting} articles have waited for the index for {minutes:.0f} minutes: run `veille relay`."
            )
    if dead:
        problems.append(f"The index rejected {len(dead)} articles: mend the cause, then `veille doctor --replay`.")
    if indexed is not None and not waiting and indexed + len(dead) < held:
        problems.append(f"The index holds {indexed} of {held} articles: run `veille reindex`.")
    problems += [
        f"{state.source}: {state.point.kind} {state.url} could not be read: {state.point.outcome}."
        for state in store.spans.states()
        if state.point.failures
    ]
    advice = "No contact is set: a site that minds can only block you. Set VEILLE_CONTACT, or `contact` in veille.toml."
    return {
        "articles": held,
        "indexed": indexed,
        "waiting": waiting,
        "dead_letters": [{**row, "at": row["at"].isoformat()} for row in dead],
        "skipped": store.pages.skipped(),
        "problems": problems,
        "advice": [] if config.contact else [advice],
    }


def _indexed(config: Config) -> tuple[int | None, str | None]:
    try:
        with index_of(config) as backend:
            return backend.count(), None
    except (Unavailable, Failure, ValueError) as error:
        return None, str(error)


def _show(report: dict[str, Any]) -> None:
    click.echo(
        f"{report['articles']} articles held, {report['indexed']} in the index, {report['waiting']} waiting for it"
    )
    for row in report["skipped"]:
        click.echo(f"  {row['count']} pages {row['state']}: {row['reason']}")
    for row in report["dead_letters"]:
        click.secho(f"  dead letter {row['article']} ({row['at']}): {row['reason']}", fg="red")
    for problem in report["problems"]:
        click.secho(f"! {problem}", fg="yellow")
    for advice in report["advice"]:
        click.echo(f"  {advice}")
    if not report["problems"]:
        click.echo("All is well.")
