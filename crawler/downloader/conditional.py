"""Asks only for what has changed."""

from scrapy import Request


class ConditionalGetMiddleware:
    """Sends the validators that the request carries in meta["validators"], (ETag, Last-Modified) of
    the last answer.
    """

    def process_request(self, request: Request) -> None:
        etag, last_modified = request.meta.get("validators") or (None, None)
        if etag:
            request.headers.setdefault("If-None-Match", etag)
        if last_modified:
            request.headers.setdefault("If-Modified-Since", last_modified)
