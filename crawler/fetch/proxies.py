"""The proxies of this machine's own settings.

A door module.
"""

from urllib.parse import urlsplit
from urllib.request import getproxies


def proxy_hosts() -> set[str]:
    """The proxies that the environment names, as host:port, or as the host where no port is
    given.
    """
    hosts = set()
    for proxy in getproxies().values():
        parts = urlsplit(proxy if "://" in proxy else f"//{proxy}")
        host = parts.hostname
        if not host:
            continue
        name = f"[{host}]" if ":" in host else host
        hosts.add(f"{name}:{parts.port}" if parts.port else name)
    return hosts
