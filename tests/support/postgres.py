"""A real PostgreSQL on loopback for the tests, or by hand: `python -m tests.support.postgres`.

POSTGRES_URL is used where it is set (a user who may create databases). Otherwise one server is
started from Debian's binaries, as an unprivileged user where the caller is root. `Missing` says
what lacks.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.support import leftovers
from tests.support.unprivileged import Missing, free_port, give_away, new_folder, start

SECONDS = 60.0
SETTINGS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 -c fsync=off"
)
"""No test cuts the power, so commits need not reach the disk; kills and restarts lose nothing all
the same.
"""


@dataclass(slots=True)
class Databases:
    """Gives new databases of one server, and drops them all."""

    server: str
    _made: list[str] = field(default_factory=list)

    def new(self, template: str | None = None) -> str:
        """The SQLAlchemy URL of a new database: empty, or a copy of the one at this URL, which
        nobody may use now.
        """
        name = f"test_{uuid.uuid4().hex}"
        copied = f' TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
        self._run(f'CREATE DATABASE "{name}"{copied}')
        self._made.append(name)
        return f"postgresql+psycopg://{self.server.partition('://')[2].rpartition('/')[0]}/{name}"

    def drop_all(self) -> None:
        """Drop what was made."""
        for name in self._made:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.clear()

    def _run(self, command: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(command)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The URL of a server of its own, with no data, until the block ends. Raises `Missing`."""
    folder = new_folder("postgres")
    try:
        port = _start(folder)
        yield f"postgresql://veille@127.0.0.1:{port}/postgres"
        _pg(folder, "pg_ctl", "stop", "-D", str(folder / "data"), "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> int:
    port, data, log = free_port(), str(folder / "data"), str(folder / "server.log")
    give_away(folder)
    _pg(
        folder,
        "initdb",
        "-D",
        data,
        "-U",
        "veille",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    )
    _pg(folder, "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", f"-p {port} {SETTINGS}")
    return port


def _pg(folder: Path, program: str, *arguments: str) -> None:
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "LC_ALL": "C",
    }
    process = start([_binary(program), *arguments], environment, folder)
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code:
        said = (folder / "output.txt").read_text(errors="replace")[-1500:]
        raise Missing(f"PostgreSQL's {program} failed: {said}")


def _binary(name: str) -> str:
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3])
    )
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise Missing(
            f"neither POSTGRES_URL nor PostgreSQL's {name} is there: install Debian's postgresql"
        )
    return program


def main() -> None:
    """Start one, print its URL, and wait for Ctrl-C."""
    leftovers.watch()
    with running() as url, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
