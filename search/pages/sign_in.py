"""Coming in: the token of readers on other machines, and the language of the interface."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from search.pages.forms import read_form
from search.pages.render import local, render
from search.web.auth import COOKIE
from search.web.context import LANGUAGE_COOKIE, Context
from search.web.tokens import READ

_COOKIE_SECONDS = 365 * 86_400

router = APIRouter(include_in_schema=False)


@router.get("/language")
def choose_language(request: Request, context: Context) -> Response:
    """Keep the language `ui` in a cookie and go on to `next`."""
    response = RedirectResponse(local(request.query_params.get("next", "/")), 303)
    chosen = request.query_params.get("ui", "")
    if chosen in context.texts:
        response.set_cookie(LANGUAGE_COOKIE, chosen, _COOKIE_SECONDS, httponly=True, samesite="lax")
    return response


@router.get("/token")
def ask_token(request: Request, context: Context) -> Response:
    target = local(request.query_params.get("next", "/"))
    return render(request, context, "token.html", {"next": target, "wrong": False})


@router.post("/token")
async def take_token(request: Request, context: Context) -> Response:
    # Without the form's secret: it is asked for before the reader has any right that could be
    # misused.
    form = await read_form(request)
    token = form.value("token")
    target = local(form.value("next", "/"))
    scopes = None
    if context.tokens is not None:
        scopes = await run_in_threadpool(context.tokens.check, token)
    if READ not in (scopes or ()):
        return render(request, context, "token.html", {"next": target, "wrong": True}, 403)
    response = RedirectResponse(target, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, token, _COOKIE_SECONDS, httponly=True, samesite="strict", secure=secure
    )
    return response
