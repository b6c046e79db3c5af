"""`veille kibana`: dashboards for Kibana, as a file or brought into it."""

import os
from pathlib import Path

import click

from indexer.kibana.pack import PAGE, alias_of, build, content
from indexer.kibana.upload import Kibana, send
from search.commands.console import CommandError, as_json, print_output, settings

PASSWORD = "ELASTIC_PASSWORD"  # noqa: S105 - the name of a variable
page_option = click.option(
    "--page", default=PAGE, show_default=True, help="Where Veille's own page is, for the links."
)


@click.group("kibana")
def command() -> None:
    """Dashboards for Kibana, over the articles and crawls in Elasticsearch."""


@command.command("build")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@page_option
def build_(folder: Path, page: str) -> None:
    """Write the data views, searches and dashboards to FOLDER/veille.ndjson, to be imported into
    Kibana.
    """
    click.echo(str(build(folder, alias_of(settings().index), page)))


@command.command("import")
@click.argument("url")
@page_option
@click.option(
    "--wait", default=300.0, show_default=True, help="Seconds to wait until Kibana is ready."
)
@click.option(
    "--ca",
    type=click.Path(path_type=Path),
    help="File of the authority that signed Kibana's certificate.",
)
@as_json
def import_(url: str, page: str, wait: float, ca: Path | None, json_: bool) -> None:
    """Bring the dashboards into the Kibana at URL, in the place of earlier ones.

    URL is http(s)://[user:password@]host[:port]; without a user it is `elastic`, with the password
    in ELASTIC_PASSWORD.
    """
    kibana = Kibana(url, os.environ.get(PASSWORD), ca)
    try:
        imported = send(kibana, content(alias_of(settings().index), page), wait)
    except ValueError as error:
        raise CommandError(str(error)) from error
    if json_:
        print_output({"imported": imported})
    else:
        click.echo(f"{imported} objects in Kibana at {kibana.address}")
