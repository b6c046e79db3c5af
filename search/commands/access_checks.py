"""What `veille doctor` looks at in the permissions of files: whether others on this machine can
read or change what belongs to Veille.
"""

import stat
from collections.abc import Iterator
from pathlib import Path

from search.commands.checks import DoctorContext, Problem

_READ = stat.S_IRGRP | stat.S_IROTH
_WRITE = stat.S_IWGRP | stat.S_IWOTH
_ENTER = stat.S_IXGRP | stat.S_IXOTH


def data_is_private(context: DoctorContext) -> Iterator[Problem]:
    data = context.config.data.resolve()
    archive = context.config.archive_folder.resolve()
    for path in (data, data / "veille.sqlite", data / "tokens.json", archive):
        can = what_others_can(_mode(path))
        if can and all(_mode(folder) & _ENTER for folder in path.parents):
            told = f"Others on this machine can {can} {path}"
            advice = (
                f"it holds what Veille knows, keys and recipients: run `chmod -R go-rwx {path}`"
            )
            yield Problem(f"{told}: {advice}.")
            if path == data:
                return  # what is done about the folder is done about all that is in it


def what_others_can(mode: int) -> str:
    """What the permissions of a file or folder let its group or everybody do; "" for nothing.
    Pure.
    """
    can = [word for word, bits in (("read", _READ), ("change", _WRITE)) if mode & bits]
    return " and ".join(can)


def _mode(path: Path) -> int:
    """The permissions of a file or folder; none where it is not there."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
