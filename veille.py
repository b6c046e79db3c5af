"""The command line. Commands are loaded when they are called, so that `veille --help` is quick."""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

import click

from crawler.process import forkserver
from search.commands.plain_output import PlainOutput

COMMANDS = {
    "demo": "A small demo newsroom, crawled and searchable on this machine.",
    "init": "Write a sources file and settings to start from.",
    "upgrade": "The store, brought up to date after an update of Veille.",
    "source": "The sources that are watched: add, check, list, import, export, pause.",
    "crawl": "Crawl sources once and bring their articles to the index.",
    "import": "Take articles from WARC files, or from a list of addresses.",
    "up": "Schedule, crawl, index and serve on this machine, until stopped.",
    "schedule": "Decide what is due, and put it in the queue.",
    "work": "Crawl what is in the queue.",
    "relay": "Write the articles that wait in the outbox to the index.",
    "serve": "The page and the API.",
    "search": "Search the articles.",
    "terms": "The words that set the matches of a query apart.",
    "stories": "Copies and stories among the articles of a file.",
    "saved": "Saved searches, each with its feed: list, add, remove, run.",
    "alert": "Alerts on what is new in a saved search: add, list, try, pause, run.",
    "export": "All matches of a query as CSV, JSON Lines or an Excel workbook.",
    "extract": "The article of a saved page.",
    "reindex": "Rebuild the index from the store.",
    "reextract": "Extract archived pages again, and say what changes.",
    "archive": "Captures that the store does not know: take them in.",
    "clean": "What is older than it may be, removed (also once a day by up and schedule).",
    "forget": "Delete articles from index, store and archive for good (also: delete).",
    "coverage": "Whether there was no news, or the sources were not watched.",
    "backup": "Store, archive, settings and tokens, copied while everything runs.",
    "restore": "What `veille backup` copied, brought back.",
    "doctor": "What is wrong, and what to do about it.",
    "elastic": "The index in Elasticsearch: set-up, state, migration, snapshots.",
    "kibana": "Dashboards for Kibana: build, import.",
    "token": "Access tokens for other machines: add, list, revoke.",
}
ALIASES = {"delete": "forget"}
"""Further names of commands: what people look for first."""
READING = ("crawl", "import", "up", "work")
"""Commands that read pages: what their readers share is loaded while the command itself is."""
SHARING = ("export", "init", "kibana", "source")
"""Commands whose files are meant for others, too: exports, the sources file."""
_HELP = ["-h", "--help"]


@contextmanager
def _private_files() -> Iterator[None]:
    """Let what is written belong to its owner alone: the data folder holds articles, addresses of
    readers, hashes of tokens.
    """
    usual = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(usual)


class Commands(click.Group):
    """Finds the command NAME in search.commands.NAME, also by an alias."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in SHARING:
            ctx.with_resource(_private_files())
        if args[0] in READING and not set(_HELP) & set(args):
            forkserver.warm()
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"search.commands.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": _HELP, "max_content_width": 100})
@click.version_option(package_name="veille")
def veille() -> None:
    """Veille watches news sites: it crawls them on a schedule, keeps the clean text of every
    article, and lets people search it.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a failure is one sentence on standard error and exit code 1, wrong usage exit
    code 2.
    """
    try:
        with redirect_stdout(PlainOutput(sys.stdout)):
            result: Any = veille.main(args=arguments, standalone_mode=False)
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except Exception as error:
        from crawler.plain import plain
        from search.commands.console import failure_of

        sentence = failure_of(error)
        if sentence is None:
            raise
        click.echo(f"veille: {plain(sentence)}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
