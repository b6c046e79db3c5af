"""What judging an article for copies and stories costs, and how that grows with what is kept.

    python -m benchmarks.stories [--articles 2000 10000] [--a-day 2000] [--seed 1]

Made-up articles (a third of them copies, cuts or texts with a new beginning; half of the others on
events of the last days) are added one by one to a store in memory. For each number of articles the
benchmark prints, as a line of JSON, the CPU milliseconds an article over all of them and over the
last tenth, the resident memory an article in bytes, and what one's sampled sequences and heaviest
features take where they are packed (four bytes a value, five a feature). Where datasketch is
installed (`.venv/bin/uv pip install datasketch`), its MinHash and LSH on the same texts stand
beside. A store in memory keeps whole articles for the reasons, about 30 kB each.
"""

import argparse
import importlib
import importlib.util
import json
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from crawler.article import Article
from crawler.stories import MemoryStore, Stories

_START = datetime(2026, 3, 1, tzinfo=UTC)
_WORDS = 250
_EVENTS_A_DAY = 200
_VALUE_BYTES = 4
_FEATURE_BYTES = 5


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--articles", type=int, nargs="+", default=[2_000, 10_000])
    options.add_argument("--a-day", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    for count in sorted(chosen.articles):
        print(json.dumps(_measured(count, chosen.a_day, chosen.seed)), flush=True)
        if importlib.util.find_spec("datasketch"):
            print(json.dumps(_beside(count, chosen.a_day, chosen.seed)), flush=True)


def made_up(count: int, a_day: int, seed: int) -> Iterator[Article]:
    """Articles as they come, at even distances."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices("bcdfglmnprstaeiou", k=7)) for _ in range(40_000)]
    ranks = [1 / rank for rank in range(1, len(vocabulary) + 1)]
    recent: list[str] = []
    events: list[list[str]] = []
    for number in range(count):
        if number % max(1, a_day // _EVENTS_A_DAY) == 0:
            events = [*events[-3 * _EVENTS_A_DAY :], chance.sample(vocabulary, 30)]
        text = " ".join(chance.choices(vocabulary, ranks, k=_WORDS))
        event = chance.choice(events)
        if chance.random() < 0.5:
            text = f"{' '.join(chance.choices(event, k=60))} {text}"
        if recent and chance.random() < 0.33:
            words = chance.choice(recent).split()
            text = " ".join(
                [*text.split()[: chance.choice([0, 0, 30])], *words[: chance.randrange(120, 260)]]
            )
        recent = [*recent[-a_day // 2 :], text]
        yield Article(
            url=f"https://s{number % 300}.example/{number}",
            id=f"a{number:07}",
            title=" ".join(chance.sample(event, 6)),
            text=text,
            source=f"s{number % 300}",
            language="en",
            first_seen=_START + timedelta(days=number / a_day),
        )


def _measured(count: int, a_day: int, seed: int) -> dict[str, object]:
    stories = Stories(MemoryStore())
    before = _resident()
    spent = 0.0
    spent_last = 0.0
    copies = 0
    for number, article in enumerate(made_up(count, a_day, seed)):
        began = time.process_time()
        copies += stories.add(article)[0].copy_of is not None
        took = time.process_time() - began
        spent += took
        if number >= count - count // 10:
            spent_last += took
    packed = 0
    for id_, reading in stories.placing.readings.items():
        packed += _VALUE_BYTES * len(reading.sketch.values)
        packed += _FEATURE_BYTES * len(stories.placing.vectors[id_])
    return {
        "what": "veille",
        "articles": count,
        "copies": copies,
        "ms_an_article": round(1000 * spent / count, 2),
        "ms_an_article_last_tenth": round(1000 * spent_last / max(1, count // 10), 2),
        "resident_bytes_an_article": round((_resident() - before) / count),
        "packed_bytes_an_article": round(packed / count),
    }


def _beside(count: int, a_day: int, seed: int) -> dict[str, object]:
    """datasketch's MinHash (128 permutations) and LSH at .5 on the same texts."""
    datasketch = importlib.import_module("datasketch")
    lookup = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    spent = 0.0
    copies = 0
    for article in made_up(count, a_day, seed):
        words = article.text.split()
        began = time.process_time()
        sketch = datasketch.MinHash(num_perm=128)
        sketch.update_batch([" ".join(words[at : at + 5]).encode() for at in range(len(words) - 4)])
        copies += bool(lookup.query(sketch))
        lookup.insert(article.id, sketch)
        spent += time.process_time() - began
    return {
        "what": "datasketch",
        "articles": count,
        "copies": copies,
        "ms_an_article": round(1000 * spent / count, 2),
    }


def _resident() -> int:
    """The most memory that the process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
