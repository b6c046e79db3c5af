"""Forms that write: read within bounds, and only where the page that shows them is ours.

A form repeats, hashed, a secret that a cookie holds. A page of another site can let a browser send
the cookie, but can't read it, and so can't write the field; the guard refuses its requests by their
Origin as well (CSRF protection by a double-submit cookie).
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from search.web.errors import Declined

SECRET_COOKIE = "veille_form"  # noqa: S105 a name
FIELD = "csrf"
_LONGEST = 100_000
"""Bytes of a form: a body is held in memory, whoever sends it."""
_MOST_FIELDS = 500


class SubmittedForm:
    """The values that a form sent."""

    def __init__(self, values: Mapping[str, list[str]]) -> None:
        """`fresh` becomes true where a page of ours showed the form to this browser."""
        self._values = values
        self.fresh = False

    def value(self, name: str, default: str = "") -> str:
        """The field's first value without the spaces around it."""
        return next(iter(self.values(name)), default)

    def values(self, name: str) -> list[str]:
        """All values of a field, without the spaces around them."""
        return [value.strip() for value in self._values.get(name, ())]


async def _sent(request: Request) -> SubmittedForm:
    form = await read_form(request)
    given = form.value(FIELD)
    expected = _token(request.cookies.get(SECRET_COOKIE, ""))
    # Compared in constant time: how long it takes must not tell how much of a guess is right.
    form.fresh = bool(expected) and secrets.compare_digest(given.encode(), expected.encode())
    return form


SentForm = Annotated[SubmittedForm, Depends(_sent)]
"""A route's parameter: the form that was sent; one that is not `fresh` may only be shown again."""


async def _written(form: SentForm) -> SubmittedForm:
    if not form.fresh:
        raise Declined(
            403, "This form is too old: go back, load the page again, and send it.", "form_stale"
        )
    return form


WrittenForm = Annotated[SubmittedForm, Depends(_written)]
"""A route's parameter: the form that was sent, from a page of ours (else 403)."""


async def read_form(request: Request) -> SubmittedForm:
    """The form that was sent, whoever's it is; raises HTTPException where it is too long or can't
    be read.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST:
            raise Declined(
                413, f"This form is too long: expected at most {_LONGEST} bytes.", "too_large"
            )
    text = body.decode("utf-8", "replace")
    try:
        values = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Declined(
            400, f"This form has too many fields: expected at most {_MOST_FIELDS}.", "too_large"
        ) from None
    return SubmittedForm(values)


def csrf_field(request: Request) -> Markup:
    """The hidden field that a form which writes must hold."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FIELD, _token(_secret(request))
    )


def keep_secret(request: Request, response: Response) -> None:
    """Let the browser keep the secret that this page's forms repeat."""
    if SECRET_COOKIE not in request.cookies:
        secure = request.url.scheme == "https"
        response.set_cookie(
            SECRET_COOKIE, _secret(request), httponly=True, samesite="strict", secure=secure
        )


def _secret(request: Request) -> str:
    secret = request.cookies.get(SECRET_COOKIE, "") or getattr(request.state, "form_secret", "")
    if not secret:
        secret = secrets.token_urlsafe(32)
        request.state.form_secret = secret
    return str(secret)


def _token(secret: str) -> str:
    return hashlib.sha256(f"form:{secret}".encode()).hexdigest() if secret else ""
