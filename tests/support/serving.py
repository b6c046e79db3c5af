"""A web server beside a test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


@contextmanager
def answering(server: uvicorn.Server, bound: socket.socket) -> Iterator[str]:
    """The server answers on the socket in a thread of its own; where, as host:port."""
    bound.listen()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield "{}:{}".format(*bound.getsockname())
    finally:
        server.should_exit = True
        thread.join(30)
