"""`veille stories`: which texts were taken from which, and what belongs to one event."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from crawler.article import Article
from crawler.stories import Alike, Decision, Decisions, MemoryStore, Stories, StoryJudgement, judge
from search.commands.console import CommandError, as_json, print_output
from search.commands.stories_file import read_articles, read_decisions, read_pairs

_SHOWN = 20
"""Stories that are shown to people."""


@click.command("stories")
@click.option("--from", "from_", required=True, metavar="FILE", help="Articles, as JSON Lines.")
@click.option("--out", metavar="FILE", help="Where to write; standard output without it.")
@click.option("--similar", type=click.IntRange(1, 100), help="Name the N most similar, too.")
@click.option("--pairs", metavar="FILE", help="Say of each pair how alike its articles are, too.")
@click.option("--explain", metavar="ID", help="Say what one article was compared with instead.")
@click.option("--as-it-arrives", is_flag=True, help="Say what was known when each article came.")
@click.option("--decisions", metavar="FILE", help="What people decided, as JSON Lines.")
@as_json
def command(from_: str, out: str | None, explain: str | None, json_: bool, **options: Any) -> None:
    """Find copies and stories among the articles of a file."""
    articles = read_articles(from_)
    decisions = _decisions(options["decisions"])
    if explain is not None:
        print_output(_explained(articles, decisions, explain))
        return
    if options["as_it_arrives"]:
        stories = Stories(MemoryStore(), Decisions(decisions))
        judged = {article.id: stories.add(article)[0] for article in articles}
    else:
        judged = {judgement.id: judgement for judgement in judge(articles, decisions)}
    if not json_ and out is None:
        _show(articles, judged)
        return
    lines = [dataclasses.asdict(judged[article.id]) for article in articles]
    if options["similar"] or options["pairs"]:
        alike = Alike(articles)
        _add_similar(lines, alike, options["similar"])
        lines += _of_pairs(options["pairs"], alike)
    _write(lines, out)


def _decisions(path: str | None) -> list[Decision]:
    """The decisions of a file, checked."""
    decisions = read_decisions(path) if path else []
    try:
        Decisions(decisions)
    except ValueError as error:
        raise CommandError(f"{path}: {error}.") from error
    return decisions


def _explained(
    articles: Iterable[Article], decisions: Iterable[Decision], id_: str
) -> dict[str, Any]:
    """What one article was compared with, and what came of it."""
    stories = Stories(MemoryStore(), Decisions(decisions))
    for article in articles:
        stories.add(article)
    for judgement in stories.settle():
        if judgement.id == id_:
            return {**dataclasses.asdict(judgement), **stories.compared(id_)}
    raise CommandError(f"There is no article {id_}.")


def _add_similar(lines: Iterable[dict[str, Any]], alike: Alike, count: int | None) -> None:
    if count:
        for line in lines:
            line["similar"] = alike.most(line["id"], count)


def _of_pairs(path: str | None, alike: Alike) -> Iterator[dict[str, Any]]:
    for name, first, second in read_pairs(path) if path else ():
        try:
            similarity = alike.similarity(first, second)
        except KeyError as error:
            raise CommandError(
                f"{path}: the pair {name} names {error}, which is not there."
            ) from error
        yield {"pair": name, "similarity": round(similarity, 4)}


def _write(lines: Iterable[dict[str, Any]], out: str | None) -> None:
    body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    if out is not None:
        Path(out).write_bytes(body)
        return
    click.echo(body.decode(), nl=False)


def _show(articles: list[Article], judged: Mapping[str, StoryJudgement]) -> None:
    """Tell people the largest stories, each by its first article."""
    titles = {article.id: article.title for article in articles}
    sizes = Counter(judgement.story for judgement in judged.values())
    copies = Counter(judgement.story for judgement in judged.values() if judgement.copy_of)
    click.echo(f"{len(judged)} articles, {len(sizes)} stories, {copies.total()} copies")
    for story, size in sizes.most_common(_SHOWN):
        if size > 1:
            click.echo(f"{story}  {size} articles, {copies[story]} copies  {titles[story]}")
