"""How browsers and programs search here (OpenSearch 1.1): their box of engines takes it up."""

from fastapi import APIRouter, Request
from lxml import etree
from starlette.responses import Response

from search.pages.render import texts_of
from search.web.context import Context

_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_MEDIA_TYPE = "application/opensearchdescription+xml"
_TEMPLATES = {
    "text/html": "?q={searchTerms}",
    "application/atom+xml": "feed.atom?q={searchTerms}",
    "application/json": "api/v1/search?q={searchTerms}",
}
"""What is answered, and the address below that of the server."""

router = APIRouter(include_in_schema=False)


@router.get("/opensearch.xml")
def description(request: Request, context: Context) -> Response:
    texts = texts_of(request, context)
    root = etree.Element(f"{{{_NAMESPACE}}}OpenSearchDescription", nsmap={None: _NAMESPACE})  # type: ignore[dict-item]
    _add(root, "ShortName", texts("product"))
    _add(root, "Description", texts("tagline"))
    _add(root, "InputEncoding", "UTF-8")
    _add(root, "OutputEncoding", "UTF-8")
    for kind, template in _TEMPLATES.items():
        _add(root, "Url", type=kind, template=f"{request.base_url}{template}")
    content = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return Response(content, media_type=_MEDIA_TYPE)


def _add(root: etree._Element, name: str, text: str | None = None, **attributes: str) -> None:
    element = etree.SubElement(root, f"{{{_NAMESPACE}}}{name}", attributes)
    element.text = text
