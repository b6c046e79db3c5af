"""An index whose files are damaged: tantivy's errors as one sentence that says what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from indexer.backend import IndexUnavailable, UnsupportedError
from indexer.query import QueryError


class InFolder(Protocol):
    """An index whose files stand in a folder."""

    folder: Path


S = TypeVar("S", bound=InFolder)
P = ParamSpec("P")
T = TypeVar("T")
_PANIC = "PanicException"
"""What tantivy raises where it met what it holds impossible; its class is not to be imported, and
no `Exception`.
"""


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Raise `IndexUnavailable` for what can only come of damaged files."""
    try:
        yield
    except (QueryError, IndexUnavailable, UnsupportedError):
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise damaged(folder, error) from error


def damaged(folder: Path, error: BaseException) -> IndexUnavailable:
    """What to say of an index that can't be read."""
    what = str(error).splitlines()
    said = what[0][:200] if what else type(error).__name__
    return IndexUnavailable(
        f"The index in {folder} is damaged ({said}): `veille reindex` makes it again."
    )


def reading(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """A method of an index that reads its files."""

    def read(index: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with readable(index.folder):
            return method(index, *args, **kwargs)

    update_wrapper(read, method)
    return read
