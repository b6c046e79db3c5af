"""`veille source`: what is watched."""

import click

from search.commands.source.adding import add, check
from search.commands.source.listing import list_
from search.commands.source.lists import export, import_
from search.commands.source.pausing import pause, resume


@click.group("source")
def command() -> None:
    """What is watched, by the sources file."""


for one in (list_, add, check, import_, export, pause, resume):
    command.add_command(one)
