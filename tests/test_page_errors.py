"""What a reader sees where a request is refused: a page in their language that leads on; programs
get the one form.
"""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from crawler.store import Store
from indexer.backends.embedded.index import Embedded
from search.app import create_app
from search.web.limits import RequestLimits
from search.web.rate_limit import RateLimiter
from search.web.tokens import READ, FileTokens
from tests.support.clock import NOW
from tests.support.shelf import client, indexed, shelf

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "fr"}


@dataclass
class Room:
    """An app from near and from afar; `go` lets the work of /slow end, `index` is where its
    articles are.
    """

    near: TestClient
    afar: TestClient
    reading: str
    go: threading.Event
    index: Path


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    tokens = FileTokens(tmp_path / "tokens.json")
    reading = tokens.issue("one", NOW, (READ,))
    store, go = Store(f"sqlite:///{tmp_path / 'veille.sqlite'}"), threading.Event()
    with indexed(shelf(), tmp_path) as backend:
        assert isinstance(backend, Embedded)
        bounds = RequestLimits(seconds=20, patience={"/slow": 0.05}, body=1_000, at_once=1)
        app = create_app(backend, store, now=lambda: NOW, bounds=bounds)
        app.get("/slow")(lambda: go.wait(20))
        # Where there are tokens, this machine needs one too: so each has an app of its own.
        rates = RateLimiter(60, 2, lambda: 0.0)
        guarded = create_app(backend, store, now=lambda: NOW, tokens=tokens, rates=rates)
        afar = TestClient(guarded, base_url="http://veille.example", client=("198.51.100.7", 1))
        with client(app) as near:
            yield Room(near, afar, reading, go, backend.folder)
            go.set()
    store.close()


def too_often(room: Room) -> list[Any]:
    answers = [
        room.afar.get("/sources", headers={**BROWSER, "cookie": f"veille_token={room.reading}"})
        for _ in "123"
    ]
    return answers[-1:]


def without_index(room: Room) -> list[Any]:
    shutil.rmtree(room.index)
    return [
        room.near.get(path, headers=BROWSER)
        for path in ("/", "/?q=x", "/article/fr-1", "/facet/topic", "/status")
    ]


def crowded(room: Room) -> list[Any]:
    room.near.get("/slow")
    return [room.near.get("/", headers=BROWSER)]


CASES: dict[str, tuple[int, str, Callable[[Room], list[Any]]]] = {
    "no token": (
        401,
        "Il faut un jeton.",
        lambda room: [room.afar.post("/sources/one/pause", headers=BROWSER)],
    ),
    "elsewhere": (
        403,
        "Une page d’un autre site ne peut rien modifier ici.",
        lambda room: [
            room.near.post(
                "/sources/one/pause", headers={**BROWSER, "sec-fetch-site": "cross-site"}
            )
        ],
    ),
    "reading only": (
        403,
        "Votre jeton ne permet que la lecture.",
        lambda room: [
            room.afar.post(
                "/sources/one/pause", headers={**BROWSER, "cookie": f"veille_token={room.reading}"}
            )
        ],
    ),
    "stale form": (
        403,
        "Ce formulaire était trop ancien ; rien n’a été modifié. Rouvrez sa page et renvoyez-le depuis là.",
        lambda room: [
            room.near.post(f"/sources/one/{act}", headers=BROWSER)
            for act in ("pause", "resume", "crawl")
        ],
    ),
    "nothing there": (
        404,
        "Il n’y a rien à cette adresse.",
        lambda room: [
            room.near.get(path, headers=BROWSER)
            for path in ("/nothing", "/article/none", "/sources/none")
        ],
    ),
    "only for forms": (
        405,
        "Cette adresse n’accepte que l’envoi de son formulaire.",
        lambda room: [room.near.get("/sources/one/pause", headers=BROWSER)],
    ),
    "too large": (
        413,
        "C’est plus qu’un envoi ne peut contenir.",
        lambda room: [room.near.post("/sources/preview", content=b"x" * 2_000, headers=BROWSER)],
    ),
    "too often": (
        429,
        "Trop de demandes depuis votre poste. Attendez un instant, puis rechargez la page.",
        too_often,
    ),
    "crowded": (503, "Trop de demandes en ce moment. Réessayez dans un instant.", crowded),
    "no index": (503, "L’index ne répond pas. Réessayez dans un instant.", without_index),
    "no saved searches": (
        503,
        "Les recherches enregistrées ont besoin de la base, absente ici.",
        lambda room: [room.near.get("/saved", headers=BROWSER)],
    ),
    "too slow": (
        504,
        "C’est trop long. Demandez moins, ou réessayez plus tard.",
        lambda room: [room.near.get("/slow", headers=BROWSER)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_reader_gets_a_page_that_says_why_and_leads_on(room: Room, case: str) -> None:
    status, sentence, ask = CASES[case]
    for answer in ask(room):
        assert (answer.status_code, answer.headers["content-type"]) == (
            status,
            "text/html; charset=utf-8",
        )
        tree = html.document_fromstring(answer.text)
        assert (tree.get("lang"), tree.xpath("//main/h1/text()")) == ("fr", [sentence])
        assert tree.xpath("//main//a[@href='/']")
        assert not tree.xpath("//main//h1/@lang"), "in the reader's language"


def test_programs_get_the_one_form(room: Room) -> None:
    assert room.afar.post("/sources/one/pause").json()["error"]["code"] == "unauthorized"
    assert (
        room.near.post("/sources/preview", content=b"x" * 2_000).json()["error"]["code"]
        == "too_large"
    )
    assert room.near.get("/saved").json()["error"]["code"] == "unavailable"
    assert room.near.get("/api/v1/nothing", headers=BROWSER).json()["error"]["code"] == "not_found"
    room.near.get("/slow")
    assert room.near.get("/api/v1/search", headers=BROWSER).json()["error"]["code"] == "busy"


def test_a_page_leads_back_to_where_it_was_refused(room: Room) -> None:
    stale = html.document_fromstring(room.near.post("/sources/one/pause", headers=BROWSER).text)
    assert stale.xpath("//main//a[@href='/sources']")
    sign_in = html.document_fromstring(room.afar.post("/sources/one/pause", headers=BROWSER).text)
    assert sign_in.xpath("//main//a[@class='button']/@href") == ["/token?next=%2Fsources"]
    for path in ("/sources/preview", "/sources/add"):
        again = room.near.get(path, headers=BROWSER, follow_redirects=False)
        assert (again.status_code, again.headers["location"]) == (303, "/sources")
    index = html.document_fromstring(without_index(room)[0].text)
    assert index.xpath("//main/p[@lang='en']"), "what exactly is wrong"
