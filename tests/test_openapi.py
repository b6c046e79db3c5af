"""The API does what its description says: generated requests, valid and not, get described answers
and no 5xx.

More of them by hand: python -m benchmarks.openapi --cases 10000
"""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.support.described import check, description, served

CASES = 25
"""For each address, beside those at the bounds of its parameters."""

described = description()

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real server over a small index answers."""
    with served(tmp_path_factory.mktemp("index")) as answering:
        yield answering


@described.parametrize()
@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case: schemathesis.Case, address: str) -> None:
    check(case, address)
