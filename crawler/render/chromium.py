"""The browser's process: which program, begun how, and ended for certain.

The browser has no network of its own, in three layers that hold by themselves: all that its pages
ask for is answered by whoever holds the DevTools connection; its resolver knows no name and no
address, and its proxy does not exist; and where Linux lets it, it lives in a network namespace
without any interface.
"""

import asyncio
import os
import shutil
import signal
import socket
import tempfile
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from crawler.render.devtools import LARGEST_MESSAGE, DevTools

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
"""Programs that are looked for where none is named, in this order."""
NICE = 10
"""How much the browser stands back for whatever else runs on the machine."""
_NOBODY = 65534
"""The user and group without rights of any Linux distribution."""
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-pings",
    "--password-store=basic",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider"
    ",InterestFeedContentSuggestions,AutofillServerCommunication"
    # Pages of the browser's own window, each with a process for each page that is rendered.
    ",WebUIOmniboxPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI",
    "--blink-settings=imagesEnabled=false",
    "--js-flags=--max-old-space-size=512",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # No name and no address resolves, that of the proxy included: what is not answered over
    # DevTools fails.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://no-proxy.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    "--remote-debugging-pipe",
)
_START = """
profile=$1; shift
"$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1
rm -rf "$profile"
"""
"""The pipes of the protocol are those with the numbers 3 and 4. The shell waits for the browser,
which ends when its pipes are closed, so that the profile goes even where this process is killed.
"""


class NoBrowser(Exception):
    """There is no browser to be begun; the message says what to do."""


def find(program: Path | None) -> str:
    """The path of the browser's program: the named one, or one that this machine has; raises
    `NoBrowser`.
    """
    names = [str(program)] if program else list(NAMES)
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        missing = f"There is no program {program}" if program else "There is no Chromium"
        raise NoBrowser(
            f"{missing}, which `render = true` needs: install it (Debian: `apt install chromium`),"
            " or name it in the setting chromium (VEILLE_CHROMIUM)."
        )
    return found


@dataclass(slots=True)
class Browser:
    """A browser that runs, with the folder of its profile."""

    connection: DevTools
    profile: Path
    _process: Process

    def end(self) -> None:
        """End the browser with all its processes, and delete its profile; from any thread. Who
        waits for an answer is told by the end of the pipe.
        """
        self.connection.close()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        shutil.rmtree(self.profile, ignore_errors=True)


async def begin(program: str, user_agent: str, *, sandbox: bool) -> Browser:
    """Start a browser with an empty profile.

    Under root it runs as nobody, since Chromium's sandbox takes no root; with `sandbox` False the
    pages' scripts are kept from the machine by nothing but the browser itself.
    """
    profile = Path(tempfile.mkdtemp(prefix="veille-browser-"))
    user = _NOBODY if os.geteuid() == 0 else None
    if user is not None:
        os.chown(profile, user, user)
    flags = [*_FLAGS, f"--user-agent={user_agent}", f"--user-data-dir={profile}"]
    if not sandbox:
        flags.append("--no-sandbox")
    command = [*await _without_network(user), program, *flags, "about:blank"]
    shell = ["/bin/sh", "-c", _START, "sh", str(profile)]
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.create_subprocess_exec(
            *shell,
            *command,
            stdin=theirs.fileno(),
            stdout=theirs.fileno(),
            stderr=DEVNULL,
            start_new_session=True,
            env=_environment(profile),
            **_as_user(user),
        )
    with suppress(PermissionError, ProcessLookupError):
        os.setpriority(os.PRIO_PGRP, process.pid, NICE)
    reader, writer = await asyncio.open_unix_connection(sock=ours, limit=LARGEST_MESSAGE)
    return Browser(DevTools(reader, writer), profile, process)


def _environment(profile: Path) -> dict[str, str]:
    """Nothing of this process's environment, which holds passwords."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(profile),
        "TMPDIR": str(profile),
        "LANG": "C.UTF-8",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }


async def _without_network(user: int | None) -> list[str]:
    """What begins a program without any network, where this system can."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    prefix = [unshare, "--user", "--map-current-user", "--net", "--"]
    trial = await asyncio.create_subprocess_exec(
        *prefix, "true", stdout=DEVNULL, stderr=DEVNULL, **_as_user(user)
    )
    return prefix if await trial.wait() == 0 else []


class _User(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None


def _as_user(user: int | None) -> _User:
    """Who a process belongs to; None for the user of this one."""
    return _User(user=user, group=user, extra_groups=None if user is None else [])
