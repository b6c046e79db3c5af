"""The project's documents, cut into what can be checked: blocks of code, commands, tables, links."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
SHELLS = ("sh", "console")

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
_ASSIGNMENT = re.compile(r"[A-Za-z_]+=.*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `line` (from 1) is its first line of code."""

    language: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it would be typed. `words` are without sudo, assignments before them, and
    redirections.
    """

    line: int
    typed: str
    words: tuple[str, ...]
    assigned: tuple[str, ...]
    by_root: bool


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a document."""
    for found in _FENCE.finditer(text):
        yield Block(found[1], text.count("\n", 0, found.start()) + 2, found[2])


def commands(text: str) -> Iterator[Command]:
    """Every command of the shell blocks, in order; of a console block the lines after a prompt."""
    for block in blocks(text):
        for number, line in enumerate(block.text.splitlines() if block.language in SHELLS else ()):
            if block.language == "sh" or line.startswith("$ "):
                yield _command(block.line + number, line.removeprefix("$ "))


def prose(text: str) -> str:
    """The document without its fenced blocks."""
    return _FENCE.sub("", text)


def mentions(text: str) -> list[str]:
    """What stands between backticks in the prose, and its indented lines of code."""
    outside = prose(text)
    return re.findall(r"`([^`\n]+)`", outside) + re.findall(r"^ {4}(\w.*)$", outside, re.MULTILINE)


def section(text: str, title: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    outside = prose(text)
    start = next(found for found in _HEADING.finditer(outside) if found[2] == title)
    after = (
        found for found in _HEADING.finditer(outside, start.end()) if len(found[1]) <= len(start[1])
    )
    end = next(after, None)
    return outside[start.end() : end.start() if end else None]


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the tables, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = {number for number, line in enumerate(lines) if re.fullmatch(r"[|\s:-]+", line)}
    kept = [line for number, line in enumerate(lines) if not {number, number + 1} & rules]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


def listed(text: str, column: int = 0) -> set[str]:
    """What stands between backticks in one column of the tables."""
    return {code for row in rows(text) for code in re.findall(r"`([^`]+)`", row[column])}


def links(text: str) -> list[str]:
    """The targets of links and images."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text).replace("\n", " "))


def anchors(text: str) -> set[str]:
    """What a link can point to within a document."""
    titles = (
        re.sub(r"[`\[\]]|\([^)]*\)", "", found[2]) for found in _HEADING.finditer(prose(text))
    )
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _command(line: int, typed: str) -> Command:
    words = shlex.split(typed, comments=True)
    by_root = words[:1] == ["sudo"]
    if by_root:
        words = words[1:]
        while words and words[0].startswith("-"):
            words.pop(0)
    assigned = []
    while words and _ASSIGNMENT.fullmatch(words[0]):
        assigned.append(words.pop(0))
    if ">" in words:
        words = words[: words.index(">")]
    words[0] = words[0].removeprefix(".venv/bin/")
    if words[0] == "export":
        assigned += words[1:]
    return Command(line, typed, tuple(words), tuple(assigned), by_root)
