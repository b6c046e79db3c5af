"""The pages for people: HTML that works without JavaScript. `ROUTERS` lists them; each page is one file."""

from search.pages import (
    article,
    entrance,
    facet,
    pause,
    removed,
    saved,
    saved_edit,
    saved_form,
    search,
    sources,
    status,
)

ROUTERS = (
    search.router,
    facet.router,
    article.router,
    removed.router,
    saved.router,
    saved_edit.router,
    saved_form.router,
    pause.router,
    sources.router,
    status.router,
    entrance.router,
)
