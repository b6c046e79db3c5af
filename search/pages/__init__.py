"""The pages for people: HTML that works without JavaScript. `ROUTERS` lists them; each page is one
file.
"""

from search.pages import sign_in as entrance
from search.pages import sources, status
from search.pages.alerts import edit as saved_edit
from search.pages.alerts import form as saved_form
from search.pages.alerts import saved_list as saved
from search.pages.alerts import unsubscribe as pause
from search.pages.article import omitted as removed
from search.pages.article import reader
from search.pages.search import facet, results

ROUTERS = (
    results.router,
    facet.router,
    reader.router,
    removed.router,
    saved.router,
    saved_edit.router,
    saved_form.router,
    pause.router,
    sources.router,
    status.router,
    entrance.router,
)
