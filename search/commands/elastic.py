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
    print_output,
    settings,
    verbosely,
)
from search.commands.log_output import log_to
from search.web.tokens import FileTokens

REPOSITORY = "veille"
FIRST = "first"
"""The name of the token that the set-up makes."""


@click.group("elastic")
def command() -> None:
    """The index in Elasticsearch; VEILLE_INDEX names a user there who may manage indices."""


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
    """Put templates, the first index behind its alias and the accounts; safe to repeat."""
    config = settings()
    with _admin_of(config) as admin:
        for sentence in admin.setup(shards):
            click.echo(sentence)
        for sentence in _to_do(admin.status()):
            click.secho(f"! {sentence}", fg="yellow")
    crawls = open_crawls(config.index, environment=index_environment(config))
    if crawls:
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
    with _admin_of(settings()) as admin:
        report = admin.status()
    print_output(report) if json_ else _show(report)
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
    """Bring the index to today's fields while searches and writes continue; after a kill, run it
    again.
    """
    config = settings()
    log_to(config, verbose)
    with closing(Store(config.database_url)) as store, _admin_of(config) as admin:
        with _progress() as progress:
            migration = admin.migration(progress)
            migration.firsts = store.firsts.moments
            if walks is not None:
                migration.walk_seconds = walks
            new = migration.migrate(shards, anew=anew)
        admin.setup(shards)
    if new:
        click.echo(f"{new} is behind {admin.alias} now.")
    else:
        click.echo("The index has today's fields: nothing to do.")


@command.command("reindex")
@click.option(
    "--shards",
    type=click.IntRange(1, 1_000),
    help="Shards of the new version; as many as now by default.",
)
@verbosely
def reindex(shards: int | None, verbose: bool) -> None:
    """Fill a new version from the store while the old one is searched, then take it into use."""
    config = settings()
    log_to(config, verbose)
    moment = utc_now().isoformat()
    with closing(Store(config.database_url)) as store, _admin_of(config) as admin:
        documents = ({**document, "indexed_at": moment} for _, document in store.pages.each())
        with _progress() as progress:
            admin.setup(shards)
            migration = admin.migration(progress)
            migration.firsts = store.firsts.moments
            new = migration.refill(documents, store.pages.holding, shards)
    click.echo(f"{new} is behind {admin.alias} now.")


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

    with _admin_of(settings()) as admin:
        snapshots = Snapshots(admin.client, admin.alias, admin.address, repository)
        if location:
            snapshots.register(location)
        if listing:
            _show_snapshots(snapshots.overview(), json_)
        elif restore:
            new = snapshots.restore(restore)
            advice = "`veille elastic reindex` adds what has come since."
            click.echo(f"{new} is behind {admin.alias} now. {advice}")
        elif daily:
            click.echo(snapshots.daily(daily))
        else:
            _show_snapshots([snapshots.take(utc_now())], json_)


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
        print_output(rows)
        return
    for row in rows:
        click.echo(f"{row['name']}  {row['state']}  {row['at']}")


@contextmanager
def _admin_of(config: Config) -> Iterator[Any]:
    from indexer.backends.elastic.admin import IndexAdmin

    if not config.index.startswith("http"):
        advice = "name Elasticsearch in VEILLE_INDEX, with a user who may manage it"
        raise CommandError(f"The index is the embedded one: {advice}.")
    admin = IndexAdmin(config.index, index_environment(config))
    try:
        yield admin
    finally:
        admin.close()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar that learns how long it is."""
    with click.progressbar(length=0, label="Copying", file=sys.stderr) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield progress


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
        return
    token = tokens.issue(FIRST, utc_now())
    click.echo(f"The first token for the page, shown only now: {token}")


def _to_do(report: dict[str, Any]) -> list[str]:
    behind = [version for version in report["versions"] if version["behind_alias"]]
    if not behind:
        return ["There is no index: run `veille elastic setup`."]
    differing = []
    closed = []
    incomplete = []
    for version in report["versions"]:
        name = version["name"]
        if not version["behind_alias"]:
            if version["copy_of"]:
                incomplete.append(f"{name} is incomplete: run `veille elastic migrate` again.")
            continue
        if version["differs"]:
            differing.append(f"{name} {version['differs']}: run `veille elastic migrate`.")
        if not version["writable"]:
            closed.append(f"{name} takes no writes.")
    return [*differing, *closed, *incomplete]


def _show(report: dict[str, Any]) -> None:
    click.echo(f"{report['alias']}: {report['health']}")
    for version in report["versions"]:
        articles = f"{version['articles']} articles, {version['bytes'] / 1e6:.1f} MB"
        average = f"{version['bytes_an_article'] or 0} bytes an article"
        place = "behind the alias" if version["behind_alias"] else "not behind the alias"
        shards = f"{version['shards']} shards"
        click.echo(f"  {version['name']}: {articles}, {average}, {shards}, {place}")
    for key in ("life_cycles", "scheduled_snapshots"):
        state = "here" if report[key] else "not in this Elasticsearch"
        click.echo(f"  {key.replace('_', ' ')}: {state}")
    for sentence in _to_do(report):
        click.secho(f"! {sentence}", fg="yellow")
