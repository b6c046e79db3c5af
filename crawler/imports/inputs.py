"""What may be imported: WARC files, folders of them, and lists of addresses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

WARC_ENDINGS = (".warc", ".warc.gz", ".warc.gz.open")
"""How WARC files are named; those that are being written, by this program, end in `.open`."""
STANDARD_INPUT = Path("-")
_LOOKED_AT = 1024
_PACKED_OR_WARC = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"WARC/")


class InputError(Exception):
    """A file can't be imported; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of an import: WARC files, and lists of addresses (`-` is standard input)."""

    warcs: list[Path] = field(default_factory=list)
    lists: list[Path] = field(default_factory=list)

    @classmethod
    def of_paths(cls, paths: Iterable[Path]) -> "Inputs":
        """The files that are named, and the WARC files of folders that are named, by their names.
        Raises `InputError`, and `OSError` for a file that can't be read.
        """
        inputs = cls()
        for path in paths:
            if path == STANDARD_INPUT:
                inputs.lists.append(path)
            elif path.is_dir():
                inputs.warcs.extend(_warcs_in(path))
            elif not path.exists():
                raise InputError(f"There is no file {path}.")
            elif _is_text(path):
                inputs.lists.append(path)
            else:
                inputs.warcs.append(path)
        return inputs


def _warcs_in(folder: Path) -> list[Path]:
    within = sorted(path for path in folder.iterdir() if path.name.endswith(WARC_ENDINGS))
    if not within:
        raise InputError(f"The folder {folder} holds no WARC file (.warc, .warc.gz).")
    return within


def _is_text(path: Path) -> bool:
    """Whether a file is a list of addresses, and not a WARC file or a broken one."""
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    return bool(head) and not head.startswith(_PACKED_OR_WARC) and b"\0" not in head
