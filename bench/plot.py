"""A small plot as SVG: lines over sizes, both axes logarithmic, nothing but text and paths."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 36, 48
"""Margins in pixels; the right one holds the names of the lines."""

COLOURS = ("#0b5fa5", "#b3400e", "#2e7d32", "#6a3d9a", "#8a6d00", "#555555")
"""Dark enough for small text on white (4.5 to 1 at least); each line has its dash as well."""

DASHES = ("none", "6 3", "2 3", "8 3 2 3", "1 4", "12 4")


def plot(title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    """Lines by name, each points of (across, up) above 0, in one coordinate system."""
    points = [point for line in lines.values() for point in line]
    x, y = (
        _Axis([p[0] for p in points], LEFT, WIDTH - RIGHT),
        _Axis([p[1] for p in points], HEIGHT - BOTTOM, TOP),
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
        f' font-family="sans-serif" font-size="12"><title>{html.escape(title)}</title>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 20, title, anchor="start", weight="bold"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, across),
        _text(LEFT, TOP - 4, up, anchor="start"),
        *_grid(x, y),
        *_drawn(x, y, lines),
        "</svg>\n",
    ]
    return "\n".join(parts)


class _Axis:
    """From a value to a pixel, by its logarithm."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        self._low, self._high = math.log10(min(values)) - 0.05, math.log10(max(values)) + 0.05
        self._first, self._last = first, last

    def at(self, value: float) -> float:
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return round(self._first + share * (self._last - self._first), 1)

    def ticks(self) -> list[float]:
        """1, 2 and 5 of every power of ten within the axis."""
        powers = range(math.floor(self._low), math.ceil(self._high) + 1)
        steps = (lead * 10.0**power for power in powers for lead in (1, 2, 5))
        return [value for value in steps if self._low <= math.log10(value) <= self._high]


def _grid(x: _Axis, y: _Axis) -> Iterator[str]:
    for value in x.ticks():
        yield _line(x.at(value), TOP, x.at(value), HEIGHT - BOTTOM)
        yield _text(x.at(value), HEIGHT - BOTTOM + 16, _said(value))
    for value in y.ticks():
        yield _line(LEFT, y.at(value), WIDTH - RIGHT, y.at(value))
        yield _text(LEFT - 6, y.at(value) + 4, _said(value), anchor="end")


def _drawn(x: _Axis, y: _Axis, lines: Mapping[str, Points]) -> Iterator[str]:
    for number, (name, points) in enumerate(lines.items()):
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        path = " ".join(f"{x.at(across)},{y.at(up)}" for across, up in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"'
        yield f' stroke-dasharray="{dash}"/>'
        for across, up in points:
            yield f'<circle cx="{x.at(across)}" cy="{y.at(up)}" r="3" fill="{colour}"/>'
        height = TOP + 14 + 20 * number
        yield f'<path d="M{WIDTH - RIGHT + 8} {height - 4}h24" stroke="{colour}" stroke-width="2"'
        yield f' stroke-dasharray="{dash}"/>'
        yield _text(WIDTH - RIGHT + 38, height, name, anchor="start", colour=colour)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#ddd"/>'


def _text(
    x: float,
    y: float,
    said: str,
    *,
    anchor: str = "middle",
    weight: str = "normal",
    colour: str = "#222",
) -> str:
    place = f'x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" fill="{colour}"'
    return f"<text {place}>{html.escape(said)}</text>"


def _said(value: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
