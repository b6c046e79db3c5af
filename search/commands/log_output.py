"""Where a command's log goes: to a file in the data folder, or to standard output, as text or as
JSON.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

import click

from crawler.config import Config
from crawler.plain import plain
from crawler.process.events import values_of

LOG_BYTES = 10 * 1024 * 1024
_QUIET = ("alembic", "scrapy", "twisted", "apscheduler", "trafilatura", "httpx", "asyncio")
"""Libraries whose warnings are enough."""

log = logging.getLogger(__name__)


class LogFile(RotatingFileHandler):
    """A log file that says once that it can't be written, instead of a traceback for each line."""

    failing = False
    """Whether the last line could not be written: so one sentence is printed for a full disk."""
    failed = False

    def emit(self, record: logging.LogRecord) -> None:
        self.failed = False
        super().emit(record)
        self.failing = self.failed

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        if not self.failing:
            sys.stderr.write(
                f"The log {self.baseFilename} can't be written now: {error.strerror}.\n"
            )
        self.failed = True


class PlainFormatter(logging.Formatter):
    """Lines for a terminal: what a site calls itself or its pages may hold control characters."""

    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record))


class JsonFormatter(logging.Formatter):
    """A line of JSON for each record: `at` (ISO 8601, UTC), `level`, `logger`, `message`; of an
    event also `event` and its values; of an error also its traceback, as `error`.
    """

    def format(self, record: logging.LogRecord) -> str:
        row = {
            **values_of(record),
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": plain(record.getMessage()),
        }
        if record.exc_info:
            row["error"] = plain(self.formatException(record.exc_info))
        return json.dumps(row)


def log_to(config: Config, verbose: bool, *, lasting: bool = False) -> None:
    """Log as the setting `log` says.

    To a file: everything to veille.log in the data folder, and warnings (all with `verbose`) to
    standard error. As text or JSON: everything to standard output by a `lasting` command, and to
    standard error by one whose output is its result.
    """
    if config.log == "file":
        handlers = _file_and_screen(config.data, verbose)
    else:
        handlers = [_stream(config.log, sys.stdout if lasting else sys.stderr)]
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.captureWarnings(True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns with a traceback of what we say in a sentence.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)


def announce(config: Config, sentence: str) -> None:
    """Tell what a lasting command does now: on standard output, which holds nothing but JSON where
    the log is JSON.
    """
    if config.log == "json":
        log.info("%s", sentence)
    else:
        click.echo(sentence)


def _file_and_screen(data: Path, verbose: bool) -> list[logging.Handler]:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = PlainFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    file = LogFile(data / "veille.log", maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(logging.INFO if verbose else logging.WARNING)
    for handler in (file, screen):
        handler.setFormatter(line)
    return [file, screen]


def _stream(form: str, stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    if form == "json":
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(PlainFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
