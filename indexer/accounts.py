"""The accounts in Elasticsearch that Kibana and Veille work with, so that neither holds the password of `elastic`.

`python -m indexer.accounts` makes them, with ELASTICSEARCH_URL, ELASTIC_PASSWORD, KIBANA_PASSWORD and
ELASTIC_VEILLE_PASSWORD from the environment. Doing it again sets the same passwords and the same rights.
"""

import os
import sys
import time
from collections.abc import Mapping

from elasticsearch import ApiError, Elasticsearch, TransportError

USER = "veille"
INDICES = "veille*"
# What the index backend does beyond its own indices: read the cluster's health, put templates and life cycles.
_CLUSTER_RIGHTS = ("monitor", "manage_index_templates", "manage_ilm")
_WANTED = ("ELASTICSEARCH_URL", "ELASTIC_PASSWORD", "KIBANA_PASSWORD", "ELASTIC_VEILLE_PASSWORD")


SETTLE_SECONDS = 30.0
"""How long a refusal may last: a new Elasticsearch knows no password while it makes the index that holds them."""


def make_accounts(client: Elasticsearch, kibana_password: str, veille_password: str) -> None:
    """Give Kibana's own user its password, and make a user `veille` that owns `veille*` and nothing else.

    `client` may manage security; the cluster is waited for, up to a minute. Passwords have 6 characters or more.
    """
    client.cluster.health(wait_for_status="yellow", timeout="60s")
    client.security.change_password(username="kibana_system", password=kibana_password)
    client.security.put_role(
        name=USER,
        cluster=list(_CLUSTER_RIGHTS),
        indices=[{"names": [INDICES], "privileges": ["all"]}],
        description="Veille's index backend: its own indices only",
    )
    client.security.put_user(username=USER, password=veille_password, roles=[USER], full_name="Veille")


def main(environment: Mapping[str, str] = os.environ, patience: float = SETTLE_SECONDS) -> int:
    """Make the accounts that `environment` describes; 0 when they are there, else 1 and one sentence on stderr.

    What Elasticsearch refuses is tried again for `patience` seconds.
    """
    if missing := [name for name in _WANTED if not environment.get(name)]:
        return _fail(f"set {', '.join(missing)}: `make secrets` writes the passwords to .env")
    url, password, kibana, veille = (environment[name] for name in _WANTED)
    deadline = time.monotonic() + patience
    with Elasticsearch(url, basic_auth=("elastic", password), request_timeout=70) as client:
        while True:
            try:
                make_accounts(client, kibana, veille)
            except (ApiError, TransportError) as error:
                if time.monotonic() > deadline:
                    return _fail(f"Elasticsearch at {url} did not make the accounts: {error}")
                time.sleep(1)
            else:
                return 0


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
