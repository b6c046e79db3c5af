"""The revisions of an article: what its publisher changed, when, word by word."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from crawler.store import Revision, ShownInstead
from indexer.backend import UnsupportedError
from search.api.diff import changes
from search.api.search import ArticleId
from search.web.context import Context
from search.web.errors import ErrorBody, NoArticle
from search.web.http_cache import json_reply, responses

router = APIRouter()


class PieceBody(BaseModel):
    """A run of text: the same in both wordings, added by the newer one, or removed by it."""

    kind: Literal["same", "added", "removed"]
    text: str


class ChangesBody(BaseModel):
    """What a revision changed in the one before: the pieces that are not removed, joined, are its
    own wording.
    """

    title: list[PieceBody]
    text: list[PieceBody]


class RevisionBody(BaseModel):
    """One wording of an article."""

    revision: int
    title: str
    text: str
    since: datetime = Field(description="When Veille first met this wording.")
    replaced_at: datetime | None = Field(
        description="When it met the next one; null for the newest."
    )
    changes: ChangesBody | None = Field(
        description="Against the wording before; null for the first that is kept."
    )


class NotTakenBody(BaseModel):
    """A wording that the page showed, and that did not replace the article's text."""

    reason: Literal["part", "other"] = Field(
        description="`part` of the text, as behind a paywall, or an `other` text, such as a wall."
    )
    title: str
    text: str
    since: datetime = Field(description="When the page first showed it.")
    last_seen: datetime = Field(description="When it showed it last.")


class AddressBody(BaseModel):
    """Another address of an article."""

    url: str
    reason: Literal["duplicate", "moved"] = Field(
        description="`duplicate` shows the article, too; the article has `moved` from the other."
    )
    found_at: datetime


class RevisionsBody(BaseModel):
    """The wordings of an article, the newest first, what its page showed and was not taken, and its
    other addresses.
    """

    article: str
    revisions: list[RevisionBody]
    not_taken: list[NotTakenBody]
    addresses: list[AddressBody]


@router.get(
    "/api/v1/articles/{id}/revisions",
    responses={**responses(RevisionsBody), 404: {"model": ErrorBody}},
    summary="What an article's publisher changed, word by word",
)
def revisions(request: Request, context: Context, article_id: ArticleId) -> Response:
    if context.store is None:
        raise UnsupportedError("This server does not know the crawler's store.")
    wordings = context.store.revisions.of(article_id)
    if not wordings:
        raise NoArticle
    body = {
        "article": article_id,
        "revisions": listed(wordings),
        "not_taken": _not_taken(context.store.revisions.not_taken(article_id)),
        "addresses": [
            {"url": other.url, "reason": other.reason, "found_at": other.found_at.isoformat()}
            for other in context.store.addresses.of(article_id)
        ],
    }
    return json_reply(request, body)


def listed(wordings: list[Revision]) -> list[dict[str, Any]]:
    """The wordings, given the first one first, as the API lists them: the newest first, with what
    each changed.
    """
    rows = []
    before: Revision | None = None
    for wording in wordings:
        row = {
            "revision": wording.revision,
            "title": wording.title,
            "text": wording.text,
            "since": wording.since.isoformat(),
            "replaced_at": None,
            "changes": None,
        }
        if wording.replaced_at:
            row["replaced_at"] = wording.replaced_at.isoformat()
        if before:
            row["changes"] = _changes(before, wording)
        rows.append(row)
        before = wording
    return rows[::-1]


def _not_taken(wordings: list[ShownInstead]) -> list[dict[str, Any]]:
    return [
        {
            "reason": wording.reason,
            "title": wording.title,
            "text": wording.text,
            "since": wording.since.isoformat(),
            "last_seen": wording.seen_at.isoformat(),
        }
        for wording in reversed(wordings)
    ]


def _changes(before: Revision, after: Revision) -> dict[str, Any]:
    return {
        "title": _runs(before.title, after.title),
        "text": _runs(before.text, after.text),
    }


def _runs(before: str, after: str) -> list[dict[str, Any]]:
    return [run._asdict() for run in changes(before, after)]
