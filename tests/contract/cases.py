"""How a case of the contract is written: a name, a query, and the ids of the articles that it
finds.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from indexer.query import Node

Case = tuple[str, Node, str]


def cases(table: Iterable[Case]) -> pytest.MarkDecorator:
    """Runs a test once a case: `tree`, and the expected ids, separated by spaces in the table."""
    return pytest.mark.parametrize(
        ("tree", "expected"),
        [pytest.param(tree, set(ids.split()), id=name) for name, tree, ids in table],
    )


def moment(text: str) -> datetime:
    """A time in UTC unless it says otherwise."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
