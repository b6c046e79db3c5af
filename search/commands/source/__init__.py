"""`veille source`: the sources that are watched."""

import click

from search.commands.source.adding import add, check
from search.commands.source.listing import list_
from search.commands.source.lists import export, import_
from search.commands.source.pausing import pause, resume


@click.group("source")
def command() -> None:
    """The sources that are watched, as the sources file lists them."""


for subcommand in (list_, add, check, import_, export, pause, resume):
    command.add_command(subcommand)
