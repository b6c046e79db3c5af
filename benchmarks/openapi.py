"""Generated requests to the whole API, as many as one likes: how many there were, and how many
answers were wrong.

Usage: python -m benchmarks.openapi [--cases N] Requests are made by schemathesis from the API's
description, valid and invalid ones, and sent to a real server over a small index; all its checks
are on. Ends with status 1 where an answer was wrong.
"""

import argparse
import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy

from tests.support.described import check, description, served


def main() -> int:
    """Send, check, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=5_000)
    cases = options.parse_args().cases
    operations = [result.ok() for result in description().get_all_operations()]
    sent: Counter[str] = Counter()
    failures: list[str] = []
    share = 1 + cases // len(operations) // 2
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:

        def send(case: schemathesis.Case) -> None:
            sent[case.operation.label] += 1
            try:
                check(case, address)
            except (AssertionError, BaseExceptionGroup) as failure:
                failures.append(f"{case.operation.label}: {failure}"[:1_500])

        while sent.total() < cases:
            for operation, mode in itertools.product(operations, schemathesis.GenerationMode):
                generate(operation.as_strategy(generation_mode=mode), send, share)
    names = sorted({failure.partition("\n")[0] for failure in failures})
    sys.stdout.write(
        f"{sent.total()} cases to {len(sent)} addresses: {len(failures)} failures {names}\n"
    )
    told = {failure.partition("\n")[0]: failure for failure in failures}
    sys.stdout.write("".join(f"{failure}\n\n" for failure in told.values()))
    return 1 if failures else 0


def generate(
    cases: SearchStrategy[schemathesis.Case], send: Callable[[schemathesis.Case], None], most: int
) -> None:
    """Send at most so many cases of one kind for one operation."""
    bounds = settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    # An operation of which nothing can be invalid has no invalid cases.
    with suppress(HypothesisException):
        bounds(given(case=cases)(send))()


if __name__ == "__main__":
    sys.exit(main())
