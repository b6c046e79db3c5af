"""The publishers that are watched."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from search.desk import AtDesk
from search.pages.render import render

router = APIRouter(include_in_schema=False)


@router.get("/sources")
def sources(request: Request, desk: AtDesk) -> Response:
    return render(request, desk, "sources.html", {"sources": desk.sources})
