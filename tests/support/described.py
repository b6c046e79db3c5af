"""A server for generated requests, and what they are checked for."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import schemathesis
import uvicorn
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from crawler.config import Config
from crawler.store import Store
from indexer.backends import open_backend
from search.alerts.setup import alert_service_of
from search.app import create_app
from tests.support import forms
from tests.support.clock import NOW
from tests.support.shelf import indexed, shelf

RECENT = ("fr-1", "fr-2", "fr-4", "en-1", "en-2", "en-4", "ar-1", "ar-2")
"""Articles of six days: every interval fits them."""
REFUSALS = ("lies before the first one", '"not_here"', "There is no source ")
"""What the reference names and no description of an API can say: how two dates relate, what one
kind of index can't, which sources are known here.
"""
SEARCHES = ("search", "timeline", "matrix", "terms", "facets", "articles", "parse", "export")
"""The views of a search: whatever their description allows, they accept."""


def description() -> Any:
    """The API's description, its forms known."""
    forms.register()
    return schemathesis.openapi.from_dict(
        create_app(open_backend("embedded", Path("none")), now=lambda: NOW).openapi()
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Where a real server over a small index answers."""
    documents = [document for document in shelf() if document["id"] in RECENT]
    with indexed(documents, folder / "index") as backend, socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        (folder / "sources.toml").write_text("", encoding="utf-8")
        config = Config(data=folder, sources=folder / "sources.toml")
        store = Store(config.database_url)
        parts: dict[str, Any] = {
            "sources_file": config.sources,
            "alerts": alert_service_of(config, store),
        }
        server = uvicorn.Server(
            # Generated addresses are longer than the head that a server takes otherwise.
            uvicorn.Config(
                create_app(backend, store, now=lambda: NOW, **parts),
                log_level="error",
                h11_max_incomplete_event_size=1 << 20,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            store.close()


def check(case: schemathesis.Case, address: str) -> None:
    """Send a request and check its answer; views of a search must accept what is described."""
    left_out: list[CheckFunction] = []
    if not (case.path == "/feed.atom" or case.path.removeprefix("/api/v1/").startswith(SEARCHES)):
        left_out.append(positive_data_acceptance)
    if any(map(_is_lost, (case.query or {}).values())):
        left_out.append(negative_data_rejection)
    response = case.call(base_url=address)
    if response.status_code == 400 and any(refusal in response.text for refusal in REFUSALS):
        left_out.append(positive_data_acceptance)
    case.validate_response(response, excluded_checks=left_out)


def _is_lost(value: object) -> bool:
    """Whether an address cannot tell that this is no text: null, nothing, or a list with them."""
    return (
        value is None
        or value in ("", [], {})
        or (isinstance(value, list) and any(map(_is_lost, value)))
    )
