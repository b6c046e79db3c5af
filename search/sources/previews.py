"""Previews of sources for the web: each in a process of its own, so that what it fetches never runs
in the server.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

from crawler.config import Config
from search.i18n.catalogue import english

AT_ONCE = 2
"""Previews that run at one time; a further one is asked to come again."""
LONGEST_SECONDS = 150.0
"""After which a preview is ended, whatever it does: its own limits are narrower."""


class PreviewError(Exception):
    """A preview can't be made now; `key` names the text of the catalogues that says why, and what
    to do.
    """

    def __init__(self, key: str) -> None:
        super().__init__(english()(key))
        self.key = key


class Previews(Protocol):
    """Where previews are made."""

    def look(self, subject: Mapping[str, str]) -> dict[str, Any]:
        """The preview of {"url"} or {"id"} as JSON values; raises `PreviewError`."""


class ProcessPreviews:
    """Previews by `python -m crawler.preview` with the settings of this process."""

    def __init__(self, config: Config) -> None:
        self._environment = {
            **os.environ,
            "VEILLE_SOURCES": str(config.sources.resolve()),
            "VEILLE_DATA": str(config.data.resolve()),
            "VEILLE_WORKERS": "1",
            "VEILLE_ALLOW_HOSTS": ",".join(sorted(config.allow_hosts)),
        }
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def look(self, subject: Mapping[str, str]) -> dict[str, Any]:
        """The preview of {"url"} or {"id"} as JSON values; raises `PreviewError`."""
        if not self._places.acquire(blocking=False):
            raise PreviewError("preview_others")
        try:
            reply = self._run(json.dumps(dict(subject)))
            body: dict[str, Any] = json.loads(reply)
        except ValueError as error:
            raise PreviewError("preview_broke_off") from error
        finally:
            self._places.release()
        if "busy" in body:
            raise PreviewError("preview_busy")
        return body

    def _run(self, request: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.preview"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            text=True,
            start_new_session=True,
        )
        try:
            return process.communicate(request, timeout=LONGEST_SECONDS)[0]
        except subprocess.TimeoutExpired as error:
            raise PreviewError("preview_too_long") from error
        finally:
            # Its workers too, whatever they are reading.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
