"""`veille token`: who may read or write from another machine."""

import click

from crawler.plain import plain_line
from crawler.process.clock import utc_now
from search.commands.console import CommandError, as_json, print_output, settings
from search.web.tokens import READ, SCOPES, FileTokens


@click.group("token")
def command() -> None:
    """Who may read or write from another machine; only hashes are kept."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    help="What it allows; repeated: both.",
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Make a token and print it, this once; it allows to read unless --scope says otherwise."""
    plain_name = plain_line(name)
    if not plain_name:
        raise CommandError("This name shows nothing: give the token a name with letters.")
    click.echo(_tokens().issue(plain_name, utc_now(), scopes or (READ,)))


@command.command("list")
@as_json
def list_(json_: bool) -> None:
    """The tokens' names."""
    rows = [
        {"name": row.name, "scopes": list(row.scopes), "created": row.created}
        for row in _tokens().rows()
    ]
    if json_:
        print_output(rows)
        return
    for row in rows:
        click.echo(f"{row['name']}  {', '.join(row['scopes'])}  {row['created']}")


@command.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Revoke a token."""
    if not _tokens().revoke(name):
        raise CommandError(f"There is no token {name!r}: `veille token list` shows them.")


def _tokens() -> FileTokens:
    return FileTokens(settings().data / "tokens.json")
