"""Real proxies in front of a server of the tests: nginx and Caddy, with the lines that the documents
give, or with the fewest that they take.
"""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.backends.elastic.admin import certificates
from tests.support.clock import machine_now
from tests.support.replay import wait_for
from tests.support.unprivileged import free_port

DOCUMENT = Path("docs/how-to.md")
DOCUMENTED = "127.0.0.1:8000"
"""The server as the documents write it."""
_NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""
PLAIN_NGINX = """
server {
    listen 443;
    location / { proxy_pass http://127.0.0.1:8000; }
}
"""
PLAIN_NGINX_11 = PLAIN_NGINX.replace("location / {", "location / { proxy_http_version 1.1;")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: its program, the port where it listens, and whether it speaks TLS."""

    program: str
    port: int
    tls: bool

    @property
    def address(self) -> str:
        """The URL that a browser types."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"


def documented(language: str) -> str:
    """The lines of the documents for a proxy, by the name of their language."""
    [block] = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    return str(block)


@contextmanager
def nginx(server: str, upstream: str, folder: Path) -> Iterator[Proxy]:
    """nginx with this server block in front of `upstream` (host:port); with TLS where the block
    names a certificate.
    """
    port = free_port()
    tls = "ssl_certificate" in server
    block = server.replace(DOCUMENTED, upstream).replace("listen 443", f"listen 127.0.0.1:{port}")
    if tls:
        keys = folder / "keys"
        certificates.provide_certificates(keys, ["127.0.0.1"], machine_now())
        block = re.sub(
            r"ssl_certificate \S+;", f"ssl_certificate {keys / certificates.CERTIFICATE};", block
        )
        block = re.sub(
            r"ssl_certificate_key \S+;", f"ssl_certificate_key {keys / certificates.KEY};", block
        )
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, server=block), encoding="utf-8")
    words = [_program("nginx"), "-p", str(folder), "-c", str(configuration)]
    with _running(words, port, folder):
        yield Proxy("nginx", port, tls)


@contextmanager
def caddy(site: str, upstream: str, folder: Path) -> Iterator[Proxy]:
    """Caddy with this site in front of `upstream` (host:port), without TLS: the certificate of the
    documents comes from the internet.
    """
    port = free_port()
    here = f"http://:{port} {{\n    bind 127.0.0.1"
    block = site.replace(DOCUMENTED, upstream).replace("news.example.org {", here)
    configuration = folder / "Caddyfile"
    configuration.write_text(f"{{\n    admin off\n}}\n{block}", encoding="utf-8")
    words = [_program("caddy"), "run", "--adapter", "caddyfile", "--config", str(configuration)]
    with _running(words, port, folder):
        yield Proxy("caddy", port, False)


@contextmanager
def forwarder(upstream: str) -> Iterator[Proxy]:
    """A forwarder that passes on connections as they are: `ssh -L`, socat, a container's port."""
    host, _, number = upstream.rpartition(":")
    loop = asyncio.new_event_loop()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await asyncio.open_connection(host, int(number))
        await asyncio.gather(pump(reader, onward[1]), pump(onward[0], writer))

    server = loop.run_until_complete(asyncio.start_server(forward, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Proxy("forwarder", server.sockets[0].getsockname()[1], False)
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"install {name}: the documents' lines for it are tried with it")
        pytest.skip(f"no {name} here")
    return found


@contextmanager
def _running(words: list[str], port: int, folder: Path) -> Iterator[None]:
    homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    log = folder / "proxy.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            words, env={**os.environ, **homes}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, log.read_text("utf-8")
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
