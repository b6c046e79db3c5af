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
    """The form that asks for a token; the link of this machine brings its key along."""
    target = local(request.query_params.get("next", "/"))
    key = request.query_params.get("key", "")
    if key and _reads(context, key):
        return _signed_in(request, key, target)
    return render(request, context, "token.html", {"next": target, "wrong": False})


@router.post("/token")
async def take_token(request: Request, context: Context) -> Response:
    # Without the form's secret: it is asked for before the reader has any right that could be
    # misused.
    form = await read_form(request)
    token = form.value("token")
    target = local(form.value("next", "/"))
    if not await run_in_threadpool(_reads, context, token):
        return render(request, context, "token.html", {"next": target, "wrong": True}, 403)
    return _signed_in(request, token, target)


def _reads(context: Context, token: str) -> bool:
    scopes = context.tokens.check(token) if context.tokens is not None else None
    return READ in (scopes or ())


def _signed_in(request: Request, token: str, target: str) -> Response:
    """On to the target, with the token in a cookie that no script reads."""
    response = RedirectResponse(target, 303)
    secure = request.url.scheme == "https"
    response.set_cookie(
        COOKIE, token, _COOKIE_SECONDS, httponly=True, samesite="strict", secure=secure
    )
    return response
