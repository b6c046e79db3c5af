"""A small shelf of articles to search in tests: French, English, Arabic; dated, half-dated,
undated; some hostile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from crawler.article import Article
from indexer.backend import Backend, Document, Put
from indexer.backends import open_backend
from tests.support.clock import NOW

_WAR, _MONEY, _POLITICS, _SPORT = (
    "conflict, war and peace",
    "economy, business and finance",
    "politics",
    "sport",
)
_ROWS: list[tuple[str, str, str, str, str | None, str, list[str], list[str], str]] = [
    # id, source, language, title, published, precision, topics, places, text
    (
        "fr-1",
        "le-veilleur",
        "fr",
        "L’armée reprend deux villages au nord d’Alep",
        "2026-11-20T08:30:00+02:00",
        "minute",
        [_WAR],
        ["SY"],
        "L’armée syrienne a annoncé vendredi avoir repris deux villages au nord d’Alep.\n"
        "Aucun bilan n’était disponible dans l’immédiat, selon les autorités locales.",
    ),
    (
        "fr-2",
        "le-veilleur",
        "fr",
        "Le Parlement libanais vote le budget après onze heures de débats",
        "2026-11-19T21:05:00+02:00",
        "minute",
        [_POLITICS, _MONEY],
        ["LB"],
        "Le Parlement libanais a adopté jeudi soir le budget de l’année prochaine.\n"
        "La livre reste sous pression et l’armée demande une hausse de ses crédits.",
    ),
    (
        "fr-3",
        "le-veilleur",
        "fr",
        "Retour sur la bataille de Raqqa",
        "2019-01-01T00:00:00+00:00",
        "year",
        [_WAR],
        ["SY"],
        "Il y a des batailles que l’on raconte longtemps. Celle de Raqqa a duré quatre mois.",
    ),
    (
        "fr-4",
        "le-veilleur",
        "fr",
        "Portrait d’une ville sans date",
        None,
        "",
        [],
        ["LB"],
        "Tripoli se raconte par ses marchés, ses ateliers et ses savonneries.",
    ),
    (
        "en-1",
        "harbour-post",
        "en",
        "Ceasefire talks resume in Geneva as aid convoys wait",
        "2026-11-18T14:00:00+00:00",
        "second",
        [_WAR, _POLITICS],
        ["CH", "SY"],
        "Talks on a ceasefire resumed in Geneva on Wednesday while aid convoys waited at the border.\n"
        "Diplomats said that the army had agreed to a pause of forty-eight hours.",
    ),
    (
        "en-2",
        "harbour-post",
        "en",
        "Port of Beirut hires two hundred dockers",
        "2026-11-17T00:00:00+00:00",
        "day",
        [_MONEY],
        ["LB"],
        "The port of Beirut will hire two hundred dockers before the end of the year, its manager said.",
    ),
    (
        "en-3",
        "harbour-post",
        "en",
        "<script>alert(1)</script> & other headlines",
        "2026-10-01T00:00:00+00:00",
        "month",
        [],
        [],
        "A headline with <b>tags</b> must be shown as it is written, tags & all.",
    ),
    (
        "en-4",
        "harbour-post",
        "en",
        '=HYPERLINK("http://127.0.0.1/";"Free") wins the cup',
        "2026-11-16T18:20:00+00:00",
        "minute",
        [_SPORT],
        ["GB"],
        "+44 is a prefix, -1 a goal difference, and @harbour a handle.",
    ),
    (
        "ar-1",
        "al-masar",
        "ar",
        "الجيش السوري يعلن استعادة قريتين شمال حلب",
        "2026-11-20T09:10:00+03:00",
        "minute",
        [_WAR],
        ["SY"],
        "أعلن الجيش السوري يوم الجمعة استعادة قريتين شمال حلب بعد معارك استمرت ثلاثة أيام.\n"
        "ولم تصدر حصيلة رسمية عن الخسائر حتى الآن.",
    ),
    (
        "ar-2",
        "al-masar",
        "ar",
        "أسعار الخبز ترتفع في بيروت للمرة الثالثة هذا العام",
        "2026-11-15T00:00:00+02:00",
        "day",
        [_MONEY],
        ["LB"],
        "ارتفعت أسعار الخبز في بيروت للمرة الثالثة هذا العام بحسب وزارة الاقتصاد.",
    ),
]
_NAMES = {"le-veilleur": "Le Veilleur", "harbour-post": "The Harbour Post", "al-masar": "المسار"}
_SECTIONS = {"fr": "Proche-Orient", "en": "World", "ar": "أخبار"}
FILLERS = 30


def shelf() -> list[dict[str, Any]]:
    """Forty articles as documents: ten of their own, and thirty short English notes of thirty days."""
    return [_document(*row) for row in _ROWS] + [_note(number) for number in range(FILLERS)]


@contextmanager
def indexed(documents: Sequence[Document], folder: Path) -> Iterator[Backend]:
    """An embedded index that holds these documents."""
    backend = open_backend("embedded", folder, writer=True)
    backend.setup()
    outcomes = backend.write([Put(document) for document in documents])
    assert [outcome for outcome in outcomes if outcome.status != "done"] == []
    backend.refresh()
    yield backend
    backend.close()


def client(app: FastAPI) -> TestClient:
    """A client on this machine; it follows no redirects and raises what the app does not answer."""
    return TestClient(
        app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000), follow_redirects=False
    )


def _note(number: int) -> dict[str, Any]:
    published = f"2026-10-{number + 1:02d}T06:00:00+00:00"
    text = f"Note number {number} from the harbour: calm sea, light wind, visibility good."
    title = f"Morning note {number}"
    return _document(
        f"note-{number:02d}",
        "harbour-post",
        "en",
        title,
        published,
        "hour",
        ["weather"],
        ["GB"],
        text,
    )


def _document(  # noqa: PLR0917
    id: str,
    source: str,
    language: str,
    title: str,
    published: str | None,
    precision: str,
    topics: list[str],
    places: list[str],
    text: str,
) -> dict[str, Any]:
    moment = datetime.fromisoformat(published) if published else None
    known = {"published": moment, "published_precision": precision} if moment else {}
    article = Article(
        id=id,
        url=f"https://{source}.example/{id}",
        canonical_url=f"{source}.example/{id}",
        source=source,
        source_name=_NAMES[source],
        collections=("orient",) if language != "en" else ("harbour",),
        language=language,
        title=title,
        text=text,
        lead=text.splitlines()[0],
        authors=("Rana Haddad",) if language == "fr" else (),
        section=_SECTIONS[language],
        topics=topics,
        places=places,
        published_earliest=moment,
        published_latest=moment.replace(month=12, day=31)
        if moment and precision == "year"
        else moment,
        agencies=({"name": "AFP", "evidence": "(AFP)"},) if id == "fr-1" else (),
        first_seen=NOW,
        indexed_at=NOW,
        words=len(text.split()),
        **known,  # type: ignore[arg-type]
    )
    return article.to_dict()
