"""A chart as a drawing that stands alone: SVG with its title, axes and legend. Pure."""

import html
import math
from collections.abc import Iterator
from dataclasses import dataclass

from search.i18n.catalogue import Texts
from search.pages.search.chart import Chart, descriptions

WIDTH = 960
_TOP = 84
_PLOT_HEIGHT = 320
_MARGIN = 64
"""Left and right of the plot: the numbers of the axis stand on one side."""
_LEGEND_ROW = 24
_LEGEND_COLUMNS = 3
_TICKS = 4
_ROUND = (1, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""What is between two lines of the axis, times a power of ten."""
_EXACT = 1 - 1e-9
"""Leaves room for the last digit of a fraction."""
_MOST_NAMES = 6
"""Steps that are named below the axis."""
_LONGEST_TITLE = 90
_LONGEST_LABEL = 36
_COLOURS = ("#1f6f80", "#b3621b", "#6a5aa8", "#3f7d45", "#b0437a", "#7a6a1f", "#7d8688")
"""Those of the page's bars in daylight."""
_UNWATCHED = "#e4e0d6"
_INK = "#1c1b19"
_QUIET = "#6a665d"
_FONTS = "DejaVu Sans, Noto Sans, Noto Sans Arabic, sans-serif"
_ISOLATED = {"ltr": "\u2066{}\u2069", "rtl": "\u2067{}\u2069"}
"""Isolates give a text its direction in every program that draws SVG; few know the attribute."""
_UNSEEN = dict.fromkeys(i for i in range(0x20) if i not in (0x9, 0xA, 0xD))
"""What XML cannot hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what stands around it: the search in words, and how many articles it found."""

    chart: Chart
    texts: Texts
    title: str
    total: int


def svg(picture: Picture) -> str:
    """The drawing as a document of SVG. Where the reader's language runs from right to left, time
    does so, too.
    """
    height = _TOP + _PLOT_HEIGHT + 48 + _LEGEND_ROW * _legend_rows(picture.chart)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    fonts = f'font-family="{_FONTS}" font-size="13" lang="{picture.texts.language}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {fonts}>',
        f"<title>{_plain(picture.title)}</title>",
        _rect(0, 0, WIDTH, height, "#ffffff"),
    ]
    for drawn in (_heading, _axis, _bars, _names, _legend):
        parts += drawn(picture)
    return "\n".join([*parts, "</svg>"])


def _heading(picture: Picture) -> Iterator[str]:
    texts = picture.texts
    steps = picture.chart.steps
    period = f"{steps[0].name} – {steps[-1].name}"
    told = [texts.count("results", picture.total), period]
    if picture.chart.undated:
        told.append(texts.count("undated_count", picture.chart.undated))
    start = _MARGIN / 2
    yield _text(picture, start, 34, _cut(picture.title, _LONGEST_TITLE), size=18, weight=600)
    yield _text(picture, start, 58, " · ".join(told), colour=_QUIET)


def _axis(picture: Picture) -> Iterator[str]:
    """Lines across the plot, each with its number."""
    chart = picture.chart
    top = _scale_end(chart)
    for tick in range(_TICKS + 1):
        value = top * tick / _TICKS
        y = _height_of(value, top)
        yield (
            f'<line x1="{_MARGIN}" x2="{WIDTH - _MARGIN}" y1="{y}" y2="{y}" '
            f'stroke="{_QUIET}" stroke-opacity="0.3"/>'
        )
        number = picture.texts.number(round(value, 2) if value % 1 else int(value))
        label = f"{number} %" if chart.scale == "share" else number
        yield _text(picture, _MARGIN - 8, y + 4, label, anchor="end", colour=_QUIET)


def _bars(picture: Picture) -> Iterator[str]:
    chart = picture.chart
    top = _scale_end(chart)
    width = (WIDTH - 2 * _MARGIN) / len(chart.steps)
    columns = zip(*chart.values, strict=True)
    told = descriptions(chart, picture.texts)
    for at, (step, column) in enumerate(zip(chart.steps, columns, strict=True)):
        left = _mirrored(picture, _MARGIN + at * width, width)
        if step.unwatched:
            opacity = 0.5 if step.state == "partly" else 1
            yield _rect(left, _TOP, width, _PLOT_HEIGHT, _UNWATCHED, opacity)
        yield f"<g><title>{_plain(told[at])}</title>"
        below = 0.0
        for row, value in enumerate(column):
            if value:
                high = _height_of(below + value, top)
                tall = _height_of(below, top) - high
                yield _rect(left + width * 0.1, high, width * 0.8, tall, _colour(row))
            below += value
        yield "</g>"


def _names(picture: Picture) -> Iterator[str]:
    """The names of some steps, at equal distances."""
    steps = picture.chart.steps
    width = (WIDTH - 2 * _MARGIN) / len(steps)
    every = math.ceil(len(steps) / _MOST_NAMES)
    for at in range(0, len(steps), every):
        middle = _mirrored(picture, _MARGIN + at * width, width) + width / 2
        y = _TOP + _PLOT_HEIGHT + 20
        yield _placed(picture, middle, y, steps[at].name, "middle", f'fill="{_QUIET}"')


def _legend(picture: Picture) -> Iterator[str]:
    labels = _legend_labels(picture.chart)
    column_width = (WIDTH - _MARGIN) / _LEGEND_COLUMNS
    for at, label in enumerate(labels):
        x = _MARGIN / 2 + (at % _LEGEND_COLUMNS) * column_width
        y = _TOP + _PLOT_HEIGHT + 48 + _LEGEND_ROW * (at // _LEGEND_COLUMNS)
        yield _rect(_mirrored(picture, x, 12), y - 10, 12, 12, _colour(at))
        yield _text(picture, x + 20, y, _cut(label, _LONGEST_LABEL))


def _legend_labels(chart: Chart) -> list[str]:
    """What the colours mean; nothing where there is one."""
    labels = [row.label for row in chart.rows]
    return labels if len(labels) > 1 else []


def _legend_rows(chart: Chart) -> int:
    return math.ceil(len(_legend_labels(chart)) / _LEGEND_COLUMNS)


def _scale_end(chart: Chart) -> float:
    """The number at the top of the axis: so that the lines below it have round numbers, and counts
    whole ones.
    """
    least = chart.most / _TICKS
    if chart.scale == "count":
        least = max(least, 1)
    power = 10 ** math.floor(math.log10(least))
    distances = [step * power for step in _ROUND]
    if chart.scale == "count":
        distances = [distance for distance in distances if distance % 1 == 0]
    distance = next(distance for distance in distances if distance >= least * _EXACT)
    return float(distance * _TICKS)


def _height_of(value: float, top: float) -> float:
    return round(_TOP + _PLOT_HEIGHT * (1 - value / top), 2)


def _colour(row: int) -> str:
    return _COLOURS[row % len(_COLOURS)]


def _mirrored(picture: Picture, left: float, width: float) -> float:
    """Where something begins that would begin at `left` if it ran from left to right."""
    return WIDTH - left - width if picture.texts.direction == "rtl" else left


def _text(  # noqa: PLR0913 - a text and how it looks
    picture: Picture,
    start: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    weight: int = 400,
    colour: str = _INK,
) -> str:
    """A text that begins, or ends, so far from the side where the language begins."""
    if picture.texts.direction == "rtl":
        start = WIDTH - start
        anchor = "end" if anchor == "start" else "start"
    style = f'font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return _placed(picture, start, y, text, anchor, style)


def _placed(  # noqa: PLR0913, PLR0917 - a text and its place
    picture: Picture, x: float, y: float, text: str, anchor: str, style: str
) -> str:
    isolated = _ISOLATED[picture.texts.direction].format(_plain(text))
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" {style}>{isolated}</text>'


def _rect(  # noqa: PLR0913, PLR0917 - a rectangle and its colour
    x: float, y: float, width: float, height: float, colour: str, opacity: float = 1
) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" '
        f'fill="{colour}" fill-opacity="{opacity:g}"/>'
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _plain(text: str) -> str:
    return html.escape(text.translate(_UNSEEN))
