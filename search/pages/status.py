"""What is under way: the queue, what waits for the index, what it refused."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from indexer.backend import Unavailable
from search.desk import AtDesk
from search.pages.render import problem, render

router = APIRouter(include_in_schema=False)


@router.get("/status")
def status(request: Request, desk: AtDesk) -> Response:
    try:
        articles = desk.backend.count()
    except Unavailable:
        return problem(request, desk, "unavailable", 503)
    waiting = None if desk.store is None else desk.store.outbox.waiting()
    return render(request, desk, "status.html", {"articles": articles, "waiting": waiting, "index": desk.backend.name})
