"""A server that speaks the protocol of S3, on loopback, and buckets on it."""

import logging
from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from moto.server import ThreadedMotoServer

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "of-the-tests",
    "AWS_SECRET_ACCESS_KEY": "of-the-tests",
    "AWS_REGION": "eu-west-3",
}
_numbers = count(1)


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    """The URL of a server without buckets."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket_address(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a prefix in a new bucket; the environment says how it is reached."""
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": s3_endpoint}.items():
        monkeypatch.setenv(name, value)
    name = f"pages-{next(_numbers)}"
    httpx.put(f"{s3_endpoint}/{name}", trust_env=False).raise_for_status()
    return f"s3://{name}/press/archive"
