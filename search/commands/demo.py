"""`veille demo`: a small newsroom on this machine, from crawl to search."""

import asyncio
import os
import tempfile
from collections import Counter
from pathlib import Path

import click

from crawler import demo
from crawler.config import Config
from crawler.process.clock import utc_now
from crawler.process.reactor import run
from crawler.sources import read_sources
from search.commands.console import index_of, settings, verbosely
from search.commands.crawl import crawl_once, report
from search.commands.log_output import log_to
from search.commands.serve import bind, port_option
from search.commands.up import watch
from search.query.request import SearchParams, answer, search_of

SAMPLE = "Syrie"
DELAY = 0.05
"""Seconds between requests: the newsroom is this process itself."""


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the counts and a sample search.")
@port_option
@verbosely
def command(once: bool, port: int, verbose: bool) -> int:
    """Serve a newsroom that Veille's authors wrote, crawl it, and open it to search on
    http://127.0.0.1:PORT.
    """
    bound = None if once else bind("127.0.0.1", port)
    # A proxy of the environment knows nothing of a newsroom on this machine.
    direct = [host for host in (os.environ.get("no_proxy"), "127.0.0.1") if host]
    os.environ["no_proxy"] = ",".join(direct)
    with (
        tempfile.TemporaryDirectory(prefix="veille-demo-") as folder,
        demo.serve(utc_now()) as sites,
    ):
        path = Path(folder) / "sources.toml"
        path.write_text(demo.sources(sites.base_urls), encoding="utf-8")
        hosts = settings().allow_hosts | frozenset(sites.hosts)
        config = settings(
            data=Path(folder),
            sources=path,
            index="embedded",
            allow_hosts=hosts,
            download_delay=DELAY,
            database=None,
        )
        log_to(config, verbose)

        async def main(stop: asyncio.Event) -> int:
            counts: Counter[str] = Counter()
            code = await crawl_once(config, read_sources(path), None, stop, counts)
            report(counts)
            _print_counts(config, counts)
            if code or bound is None:
                return code
            return await watch(config, read_sources(path), bound, stop)

        return run(main, config.allow_hosts)


def _print_counts(config: Config, counts: Counter[str]) -> None:
    indexed = f"{counts['indexed']} articles of {counts['crawls']} sites indexed"
    click.echo(f"{indexed}, {counts['skipped']} pages left out")
    with index_of(config) as backend:
        body = answer(backend, search_of(SearchParams(q=SAMPLE, limit=3), utc_now()))
    click.echo(f"veille search {SAMPLE}: {body['total']} articles")
    for article in body["articles"]:
        day = str(article["published"])[:10]
        click.echo(f"  {article['title']} — {article['source_name']}, {day}")
