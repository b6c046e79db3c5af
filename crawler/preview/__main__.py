"""A preview in a process of its own: `python -m crawler.preview` reads {"url"} or {"id"} and prints
the preview.
"""

import asyncio
import json
import sys
from typing import Any

from crawler.config import Config, load_config
from crawler.preview import SourceBusy, preview
from crawler.process.reactor import run
from crawler.sources import Source, SourcesError, choose, read_sources


def main() -> int:
    """Answer one question on standard input; {"busy"} where the site is being crawled."""
    question: dict[str, str] = json.load(sys.stdin)
    config = load_config()
    try:
        sources = read_sources(config.sources)
    except SourcesError:
        sources = []
    subject: str | Source | None = question.get("url")
    if subject is None:
        subject = choose(sources, [question["id"]])[0]
    body: dict[str, Any] = {}

    async def look(_stop: asyncio.Event) -> int:
        body.update(await _body(config, subject, sources))
        return 0

    code = run(look, config.allow_hosts)
    sys.stdout.write(json.dumps(body))
    return code


async def _body(config: Config, subject: str | Source, sources: list[Source]) -> dict[str, Any]:
    try:
        return (await preview(config, subject, sources)).body()
    except SourceBusy:
        return {"busy": True}


if __name__ == "__main__":
    sys.exit(main())
