"""`veille elastic`: the index in Elasticsearch, from its set-up on."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.store import Store
from indexer.backends import open_crawls
from search.commands.console import (
    CommandError,
    as_json,
    index_environment,
    log_to,
    say,
    settings,
    verbosely,
)
from search.web.tokens import FileTokens

REPOSITORY = "veille"
FIRST = "first"
"""The name of the token that the set-up makes."""


@click.group("elastic")
def command() -> None:
    """The index in Elasticsearch: what may manage indices there is asked for, not the key of a service."""


@command.command("setup")
@click.option(
    "--shards",
    type=click.IntRange(1, 1_000),
    help="Shards of the index that is made; one by default.",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path),
    help="Write an API key for each service into this folder.",
)
@click.option(
    "--kibana-password", envvar="KIBANA_PASSWORD", help="Set the password of Kibana's own user."
)
@click.option(
    "--first-token",
    is_flag=True,
    help="Make a token for the page and print it, where there is none yet.",
)
def setup(
    shards: int | None, keys: Path | None, kibana_password: str | None, first_token: bool
) -> None:
    """Put templates, the first index behind its alias and the accounts; do it as often as you like."""
    config = settings()
    with _life(config) as life:
        for sentence in life.setup(shards):
            click.echo(sentence)
        for sentence in _to_do(life.status()):
            click.secho(f"! {sentence}", fg="yellow")
    if crawls := open_crawls(config.index, environment=index_environment(config)):
        with closing(crawls):
            crawls.setup()
    if keys or kibana_password:
        _make_accounts(config, keys, kibana_password)
    if first_token:
        _make_first_token(config)


@command.command("status")
@as_json
def status(json_: bool) -> int:
    """What is there, what differs from today's fields, and what waits to be done; exit code 1 where
    something does.
    """
    with _life(settings()) as life:
        report = life.status()
    say(report) if json_ else _show(report)
    return 1 if _to_do(report) else 0


@command.command("migrate")
@click.option(
    "--shards",
    type=click.IntRange(1, 1_000),
    help="Shards of the new version; as many as now by default.",
)
@click.option(
    "--anew", is_flag=True, help="Make a new version even where the one in use has today's fields."
)
@click.option(
    "--walks",
    type=click.FloatRange(0),
    help="Seconds that readers may still page through the old version.",
)
@verbosely
def migrate(shards: int | None, anew: bool, walks: float | None, verbose: bool) -> None:
    """Bring the index to the fields of today while searches and writes go on; after a kill, run it
    again.
    """
    config = settings()
    log_to(config.data, verbose)
    with _life(config) as life, _progress() as told:
        migration = life.migration(told)
        if walks is not None:
            migration.walk_seconds = walks
        new = migration.migrate(shards, anew=anew)
        life.setup(shards)
    click.echo(
        f"{new} is behind {life.alias} now."
        if new
        else "The index has today's fields: nothing to do."
    )


@command.command("reindex")
@click.option(
    "--shards",
    type=click.IntRange(1, 1_000),
    help="Shards of the new version; as many as now by default.",
)
@verbosely
def reindex(shards: int | None, verbose: bool) -> None:
    """Fill a new version from the store while searches go on in the old one, then put it in its place."""
    config = settings()
    log_to(config.data, verbose)
    store, moment = Store(config.database_url), utc_now().isoformat()
    documents = ({**document, "indexed_at": moment} for _, document in store.pages.each())
    try:
        with _life(config) as life, _progress() as told:
            life.setup(shards)
            new = life.migration(told).refill(documents, store.pages.holding, shards)
    finally:
        store.close()
    click.echo(f"{new} is behind {life.alias} now.")


@command.command("snapshot")
@click.option(
    "--repository", default=REPOSITORY, show_default=True, help="Where snapshots are kept."
)
@click.option(
    "--location",
    help="Register the repository at this path, which `path.repo` of every node allows.",
)
@click.option(
    "--daily", help="Take one every day at this time (HH:MM, UTC), where Elasticsearch can."
)
@click.option("--list", "listing", is_flag=True, help="Take none, list those that are there.")
@click.option("--restore", help="Take none, bring this one back in the place of the index.")
@as_json
def snapshot(  # noqa: PLR0913, PLR0917 - one for each option
    repository: str,
    location: str | None,
    daily: str | None,
    listing: bool,
    restore: str | None,
    json_: bool,
) -> None:
    """Back the index up, or bring it back."""
    from indexer.backends.elastic.admin import Snapshots

    with _life(settings()) as life:
        kept = Snapshots(life.client, life.alias, life.address, repository)
        if location:
            kept.register(location)
        if listing:
            _show_snapshots(kept.overview(), json_)
        elif restore:
            new = kept.restore(restore)
            click.echo(
                f"{new} is behind {life.alias} now. `veille elastic reindex` adds what has come since."
            )
        elif daily:
            click.echo(kept.daily(daily))
        else:
            _show_snapshots([kept.take(utc_now())], json_)


@command.command("certificates")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--name",
    "names",
    multiple=True,
    required=True,
    help="A name or address of the server; repeated: all.",
)
def certificates(folder: Path, names: tuple[str, ...]) -> None:
    """Make an authority and a certificate for Elasticsearch in FOLDER; what is there stays while it
    is good.
    """
    from indexer.backends.elastic.admin import provide_certificates

    made = provide_certificates(folder, list(names), utc_now())
    click.echo(f"{folder}: {'made' if made else 'still good'}")


def _show_snapshots(rows: list[dict[str, Any]], json_: bool) -> None:
    if json_:
        say(rows)
    for row in rows if not json_ else []:
        click.echo(f"{row['name']}  {row['state']}  {row['at']}")


@contextmanager
def _life(config: Config) -> Iterator[Any]:
    from indexer.backends.elastic.admin import IndexAdmin

    if not config.index.startswith("http"):
        raise CommandError(
            "The index is the embedded one: name Elasticsearch in VEILLE_INDEX, with a user who may manage it."
        )
    life = IndexAdmin(config.index, index_environment(config))
    try:
        yield life
    finally:
        life.close()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar that learns how long it is."""
    with click.progressbar(length=0, label="Copying", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield told


def _make_accounts(config: Config, keys: Path | None, kibana_password: str | None) -> None:
    from indexer.backends.elastic.admin import Accounts

    accounts = Accounts(config.index, index_environment(config))
    try:
        if kibana_password:
            accounts.set_kibana_password(kibana_password)
            click.echo("Kibana's user has its password.")
        if keys:
            new = accounts.give_keys(keys)
            click.echo(f"New API keys: {', '.join(new)}." if new else "The API keys work and stay.")
    finally:
        accounts.close()


def _make_first_token(config: Config) -> None:
    """It also brings the store's schema up to date, before several services open it at one time."""
    Store(config.database_url, upgrade=True).close()
    tokens = FileTokens(config.data / "tokens.json")
    if tokens.rows():
        click.echo("There are tokens for the page already: `veille token list` shows their names.")
    else:
        click.echo(
            f"The first token for the page, shown only now: {tokens.issue(FIRST, utc_now())}"
        )


def _to_do(report: dict[str, Any]) -> list[str]:
    behind = [version for version in report["versions"] if version["behind_alias"]]
    said = [
        f"{version['name']} {version['differs']}: run `veille elastic migrate`."
        for version in behind
        if version["differs"]
    ]
    said += [f"{version['name']} takes no writes." for version in behind if not version["writable"]]
    said += [
        f"{version['name']} is incomplete: run `veille elastic migrate` again."
        for version in report["versions"]
        if version["copy_of"] and not version["behind_alias"]
    ]
    return said if behind else ["There is no index: run `veille elastic setup`."]


def _show(report: dict[str, Any]) -> None:
    click.echo(f"{report['alias']}: {report['health']}")
    for version in report["versions"]:
        place = "behind the alias" if version["behind_alias"] else "not behind the alias"
        size = (
            f"{version['bytes'] / 1e6:.1f} MB, {version['bytes_an_article'] or 0} bytes an article"
        )
        click.echo(
            f"  {version['name']}: {version['articles']} articles, {size}, {version['shards']} shards, {place}"
        )
    for name, here in (
        ("life cycles", report["life_cycles"]),
        ("scheduled snapshots", report["scheduled_snapshots"]),
    ):
        click.echo(f"  {name}: {'here' if here else 'not in this Elasticsearch'}")
    for sentence in _to_do(report):
        click.secho(f"! {sentence}", fg="yellow")
