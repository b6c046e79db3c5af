"""The API does what its description says: generated requests, valid and not, get described answers and no 5xx.

More of them by hand: `schemathesis run http://127.0.0.1:8000/openapi.json -n 700 --exclude-checks
positive_data_acceptance` against a running server.
"""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from indexer.backends import open_backend
from search.app import create_app
from tests.support.shelf import NOW, indexed, shelf

CASES = 25
"""For each of a dozen addresses."""
# What a query, a date or a time zone may say is more than a schema can tell: many strings are rightly refused.
_BEYOND_A_SCHEMA = [positive_data_acceptance]


described = schemathesis.openapi.from_dict(
    create_app(open_backend("embedded", Path("none")), now=lambda: NOW).openapi()
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a real server over a small index answers."""
    with indexed(shelf(), tmp_path_factory.mktemp("index")) as backend, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = uvicorn.Server(uvicorn.Config(create_app(backend, now=lambda: NOW), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@described.parametrize()
@settings(max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case: schemathesis.Case, address: str) -> None:
    case.call_and_validate(base_url=address, excluded_checks=_BEYOND_A_SCHEMA)
