"""`veille reextract`: what has been learned since, applied to the articles that are held."""

import dataclasses

import click

from crawler.article import Article
from crawler.decide import digest
from crawler.extract import LEAST_ARTICLES, LINES_VERSION, without
from crawler.runtime import utc_now
from crawler.store import Store
from search.commands.console import as_json, say, settings


@click.command("reextract")
@click.argument("source", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@as_json
def command(source: tuple[str, ...], dry_run: bool, json_: bool) -> None:
    """Take from earlier articles the lines that came back on page after page (of the sources SOURCE, or of all)."""
    store = Store(settings().database_url)
    rows: list[tuple[str, int, int, int]] = []
    try:
        for one in source or store.lines.sources():
            rows.append((one, *_source(store, one, dry_run)))
    finally:
        store.close()
    if json_:
        say([dict(zip(("source", "articles", "changed", "characters"), row, strict=True)) for row in rows])
        return
    for one, looked, changed, characters in rows:
        if changed:
            click.echo(f"{one}: {changed} of {looked} articles lose {characters} characters")
    total = sum(changed for _, _, changed, _ in rows)
    click.echo(f"{total} articles {'would change' if dry_run else 'changed'}")


def _source(store: Store, source: str, dry_run: bool) -> tuple[int, int, int]:
    """Articles looked at, changed, and the characters that leave them."""
    boilerplate = store.lines.common(source, LINES_VERSION, LEAST_ARTICLES)
    looked = changed = characters = 0
    for name, document in store.pages.of_source(source):
        looked += 1
        before = Article.from_dict(document)
        text = without(before.text, boilerplate)
        if text != before.text:
            changed += 1
            characters += len(before.text) - len(text)
            article = dataclasses.replace(before, text=text, words=len(text.split()))
            if not dry_run:
                store.pages.reworked(name, article.to_dict(), digest(article), utc_now())
    return looked, changed, characters
