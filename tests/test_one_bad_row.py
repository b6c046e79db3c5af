"""One bad row costs that row: of the store, the outbox, the archive, the tokens or the index. Its
neighbours go on, commands end with a sentence, and the doctor says what to do.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine

from crawler.article import Page
from crawler.sources import Source
from crawler.store import DiscoveredPage, Store
from indexer.backend import Delete, Put
from indexer.backends import open_backend
from indexer.relay import Relay
from search.commands.console import failure_of
from search.web.tokens import FileTokens
from tests.support.archived import keep_in, numbered_page, opened, visit
from tests.support.clock import moment, stopped
from veille import veille

SOURCE = Source(id="forge", name="The Forge", home="https://forge.example/", language="en")
SENTENCE = (
    "The smith of yard {} drew the iron twice before the guild, and apprentice {} carried the coal"
    " up from the barge without a word of complaint."
)
COUNT = 5


def _page(number: int, day: int = 10) -> Page:
    title = f"Anvil {chr(65 + number)} is cast"
    return numbered_page(SOURCE, number, title, SENTENCE, day=day)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_in(tmp_path, SOURCE, list(map(_page, range(COUNT))), monkeypatch)
    return tmp_path


def _run(*words: str) -> Result:
    return CliRunner().invoke(veille, words, obj=stopped(moment(20)))


def _sentence(*words: str) -> str:
    """What a command that fails says; a failure without a sentence would be a traceback."""
    failed = _run(*words).exception
    assert isinstance(failed, Exception), words
    said = failure_of(failed)
    assert said, failed
    return said


def _sql(folder: Path, *statements: str) -> None:
    engine = create_engine(f"sqlite:///{folder / 'veille.sqlite'}")
    with engine.begin() as connection:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount == 1
    engine.dispose()


def _relay(folder: Path) -> None:
    store, _ = opened(folder)
    backend = open_backend("embedded", folder, writer=True)
    backend.setup()
    relay = Relay(store.outbox, backend, stopped(moment(20)))
    while relay.deliver():
        pass
    backend.close()
    store.close()


def _doctor(*words: str) -> list[str]:
    problems: list[str] = json.loads(_run("doctor", "--json", *words).stdout)["problems"]
    return problems


THIRD = "(SELECT id FROM articles WHERE page LIKE '%/2')"
DOCUMENTS = [
    '\'{"id": "x\'',
    "''",
    "'null'",
    "'[1, 2]'",
    "'{}'",
    "json_set(document, '$.published', 'soon')",
    "json_set(document, '$.surprise', 1)",
    "json_set(document, '$.text', 7)",
    "json_remove(document, '$.id')",
    "json_set(document, '$.words', 'many')",
    "json_set(document, '$.topics', json('{\"a\": 1}'))",
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_damaged_article_goes_to_the_dead_letters_and_is_made_anew(
    folder: Path, document: str
) -> None:
    _sql(folder, f"UPDATE articles SET document = {document} WHERE id = {THIRD}")
    _relay(folder)
    assert json.loads(_run("search", "--json").stdout)["total"] == COUNT - 1
    assert len(_run("export").stdout.splitlines()) == COUNT - 1
    (told,) = [one for one in _doctor() if "could not be brought" in one]
    assert "veille reextract" in told
    again = _run("reextract", "--json")
    assert again.exit_code == 0, again.exception
    _run("doctor", "--replay")
    _relay(folder)
    assert json.loads(_run("search", "--json").stdout)["total"] == COUNT
    assert _doctor("--deep") == []


def test_neighbours_of_a_damaged_article_are_crawled(folder: Path) -> None:
    _sql(
        folder,
        f"UPDATE articles SET document = '?' WHERE id = {THIRD}",
        "UPDATE pages SET hints = '{broken' WHERE key LIKE '%/1'",
    )
    store, archive = opened(folder)
    assert visit(store, archive, SOURCE, [_page(2, 12), _page(1, 12), _page(7, 12)]) == 3
    assert store.pages.documents() == COUNT + 1
    assert [name for name, _ in store.pages.damaged()] == []
    store.close()


def test_damaged_values_of_a_row_cost_no_other_row(folder: Path) -> None:
    store, _ = opened(folder)
    for number in range(3):
        url = f"https://forge.example/due/{number}"
        page = DiscoveredPage(f"forge.example/due/{number}", url)
        store.pages.find("forge", page, moment(11))
    store.close()
    for hints in ('{"title": ', '"words"', '{"surprise": 1}', '{"published": "soon"}', "[]"):
        _sql(folder, f"UPDATE pages SET hints = '{hints}' WHERE key LIKE '%due/1'")
        store, _ = opened(folder)
        assert len(_due(store)) == 3
        store.close()
    _sql(
        folder,
        "UPDATE pages SET visited_at = 'yesterday', hints = '{' WHERE key LIKE '%due/1'",
    )
    store, _ = opened(folder)
    assert len(_due(store)) == 3
    store.close()
    told = " ".join(_doctor("--deep"))
    assert "pages.hints" in told
    assert "pages.visited_at" in told


def _due(store: Store) -> list[str]:
    targets = store.pages.due("forge", None, moment(12))
    return [target.url for target in targets if "/due/" in target.url]


def test_a_row_of_the_outbox_without_an_article_costs_nothing(folder: Path) -> None:
    _sql(
        folder,
        'INSERT INTO outbox (article, "delete", queued_at, tries, next_try) VALUES'
        " ('of nobody', 0, 'never', 'often', '2026-11-01 00:00:00')",
    )
    _relay(folder)
    assert json.loads(_run("search", "--json").stdout)["total"] == COUNT


def test_a_damaged_record_is_lost_alone_and_told(folder: Path) -> None:
    _relay(folder)
    store, archive = opened(folder)
    capture = list(store.captures.each())[2]
    path = archive.files.path(capture.file)
    store.close()
    data = bytearray(path.read_bytes())
    middle = capture.offset + capture.length // 2
    data[middle : middle + 8] = bytes(8)
    path.write_bytes(data)
    again = _run("reextract", "--json")
    assert again.exit_code == 0
    counts = json.loads(again.stdout)
    assert (counts["pages"], counts["lost"]) == (COUNT, 1)
    (told,) = _doctor("--deep")
    assert f"{capture.file} at byte {capture.offset}" in told
    path.unlink()
    (told,) = _doctor("--deep")
    assert "not here" in told


def test_a_damaged_token_lets_nobody_in_and_costs_no_other(folder: Path) -> None:
    path = folder / "tokens.json"
    tokens = FileTokens(path)
    kept = tokens.issue("kept", moment(10))
    good = json.loads(path.read_text())
    damaged = [7, {"name": "half"}, {**good[0], "scopes": ["all"]}, {**good[0], "hash": None}]
    path.write_text(json.dumps([*damaged, *good]))
    assert tokens.check(kept) == frozenset({"read"})
    assert [row["name"] for row in json.loads(_run("token", "list", "--json").stdout)] == ["kept"]
    assert _run("token", "add", "more").exit_code == 0
    assert _run("token", "revoke", "more").exit_code == 0
    assert len(json.loads(path.read_text())) == len(damaged) + 1
    assert "4 tokens" in " ".join(_doctor())
    for text in ("[{", "{}", "7", "\udcff"):
        path.write_text(text, errors="surrogateescape")
        assert tokens.check(kept) is None
        for words in (("list",), ("add", "new"), ("revoke", "kept")):
            assert "tokens.json can't be read" in _sentence("token", *words)
        assert "tokens.json can't be read" in " ".join(_doctor())


def _of_index(folder: Path, ending: str) -> Path:
    return next(path for path in (folder / "index").iterdir() if path.name.endswith(ending))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


@pytest.mark.parametrize(
    ("ending", "break_it"),
    [
        (".store", _cut),
        (".store", _zero),
        (".term", Path.unlink),
        (".idx", _zero),
        (".fast", _cut),
        ("meta.json", _cut),
        ("meta.json", Path.unlink),
        ("veille.json", _zero),
    ],
)
def test_a_damaged_index_is_named_and_made_again(
    folder: Path, ending: str, break_it: Callable[[Path], None]
) -> None:
    _relay(folder)
    path = _of_index(folder, ending)
    break_it(path)
    for words in (("search", "iron"), ("export", "iron"), ("search", "--json")):
        answer = _run(*words)
        if answer.exception is not None:
            assert isinstance(answer.exception, Exception)
            said = failure_of(answer.exception) or ""
            assert "veille reindex" in said or "veille crawl" in said, answer.exception
    problems = _doctor("--deep")
    if ending in (".store", "meta.json"):
        assert "reindex" in " ".join(problems)
    assert _run("reindex").exit_code == 0
    assert json.loads(_run("search", "--json").stdout)["total"] == COUNT
    assert _doctor("--deep") == []


def test_an_index_that_differs_is_told(folder: Path) -> None:
    _relay(folder)
    backend = open_backend("embedded", folder, writer=True)
    store, _ = opened(folder)
    (name, document), *_ = store.pages.each()
    store.close()
    backend.write([Delete(name), Put({**document, "id": "0" * 32})])
    backend.close()
    told = " ".join(_doctor("--deep"))
    assert f"1 articles ({name}) are not in the index" in told
    assert f"1 articles ({'0' * 32}) of the index are not in the store" in told


def test_a_store_whose_file_is_damaged_gets_a_sentence(folder: Path) -> None:
    _relay(folder)
    path = folder / "veille.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 40] = bytes(4096 * 37)
    path.write_bytes(data)
    for words in (("reextract",), ("doctor", "--deep"), ("crawl",), ("reindex",)):
        answer = _run(*words)
        if isinstance(answer.exception, SystemExit) or answer.exception is None:
            continue
        assert isinstance(answer.exception, Exception)
        assert failure_of(answer.exception), answer.exception
    path.write_bytes(b"no database at all" * 500)
    for words in (("reextract",), ("doctor",), ("crawl",), ("reindex",), ("export",)):
        assert "can't be used" in _sentence(*words)
