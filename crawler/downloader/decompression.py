"""Bodies are unpacked within bounds, and what was unpacked in vain is let go at once."""

from traceback import clear_frames

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.fetch.errors import TooLong
from crawler.fetch.unpacking import beginning


class DecompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's own, whose errors hold what was unpacked until they are dealt with: tens of
    megabytes each.

    A request with `cut` in its meta gets so many bytes of its answer, however long that is.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        cut = request.meta.get("cut")
        bounded = request
        if cut:
            bounded = request.replace(meta=request.meta | {"download_maxsize": cut})
        try:
            return super().process_response(bounded, response)
        except IgnoreRequest as error:
            if error.__cause__:
                clear_frames(error.__cause__.__traceback__)
        codings, _ = self._split_encodings(response.headers.getlist("Content-Encoding"))
        if not cut:
            raise TooLong("too-long: it unpacks to more bytes than are taken")
        body = response.body
        for coding in codings:
            body = beginning(body, coding.decode("ascii"), cut)
        return response.replace(body=body)
