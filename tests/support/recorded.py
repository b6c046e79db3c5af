"""Scrapy with a recorder in place of the socket's connect: `python -m tests.support.recorded FILE
PORTS TABLE crawl …`.

Only these ports of 127.0.0.1 (comma-separated) are really connected to; every other address is
written to FILE and refused. Names resolve by TABLE (JSON: name → addresses) alone, so that nothing
leaves the machine even where the guard fails.
"""

import errno
import json
import socket
import sys
from pathlib import Path
from typing import Any

_connect, _connect_ex, _getaddrinfo = (
    socket.socket.connect,
    socket.socket.connect_ex,
    socket.getaddrinfo,
)


def _install(file: Path, ports: set[int], table: dict[str, list[str]]) -> None:
    def refused(self: socket.socket, address: Any) -> bool:
        if self.family not in (socket.AF_INET, socket.AF_INET6) or (
            address[0] == "127.0.0.1" and address[1] in ports
        ):
            return False
        with file.open("a", encoding="utf-8") as record:
            record.write(json.dumps(list(address[:2])) + "\n")
        return True

    def connect(self: socket.socket, address: Any) -> None:
        if refused(self, address):
            raise ConnectionRefusedError(errno.ECONNREFUSED, "recorded")
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        return errno.ECONNREFUSED if refused(self, address) else _connect_ex(self, address)

    def getaddrinfo(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode("ascii") if isinstance(host, bytes) else host
        if name not in table:
            return _getaddrinfo(host, *more, **{**named, "flags": socket.AI_NUMERICHOST})
        return [row for one in table[name] for row in _getaddrinfo(one, *more, **named)]

    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = getaddrinfo


if __name__ == "__main__":
    _install(
        Path(sys.argv[1]), {int(port) for port in sys.argv[2].split(",")}, json.loads(sys.argv[3])
    )
    from scrapy.cmdline import execute

    execute(["scrapy", *sys.argv[4:]])
