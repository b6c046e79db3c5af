"""The pages for people: HTML that works without JavaScript. `ROUTERS` lists them; each page is one
file.
"""

from search.pages import opensearch, sign_in, source_list, sources, status
from search.pages.alerts import edit, form, saved_list, unsubscribe
from search.pages.article import omitted, reader
from search.pages.search import facet, picture, results, terms

ROUTERS = (
    results.router,
    facet.router,
    terms.router,
    picture.router,
    reader.router,
    omitted.router,
    saved_list.router,
    edit.router,
    form.router,
    unsubscribe.router,
    source_list.router,
    sources.router,
    status.router,
    sign_in.router,
    opensearch.router,
)
