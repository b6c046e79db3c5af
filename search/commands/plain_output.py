"""Standard output for a terminal: what commands print of articles, names and addresses can't move
its cursor, change its title or turn its lines around.
"""

import re
from typing import Any, TextIO

from crawler.plain import plain

_STYLE = re.compile("(\x1b\\[[0-9;]{1,12}m)")
"""What click writes for a colour; commands print articles in colours too."""


class PlainOutput:
    """Passes text on to a stream, without control characters; all else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text; how long it was, as a stream says."""
        pieces = _STYLE.split(text)
        for place in range(0, len(pieces), 2):
            pieces[place] = plain(pieces[place])
        self._stream.write("".join(pieces))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
