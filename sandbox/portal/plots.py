"""Plots as SVG, drawn here: the pages allow no inline style, and a library's pictures are full of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10

#: How high a plot is in its own units, and the room that is kept free below and above.
HEIGHT, BELOW, ABOVE = 240, 26, 10
_STEPS = 4
_NICE = (1, 2, 2.5, 5, 10)
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """How wide a plot is in its own units, what its scale takes at the left, and how many months it names."""

    name: str
    width: int
    left: int
    months: int


#: One drawing would be too small to read on a phone: its letters shrink with it.
WIDE, NARROW = Size("wide", 720, 64, 7), Size("narrow", 340, 44, 4)
SIZES = (WIDE, NARROW)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of a scale: where it is, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to heights: `ticks` are round numbers."""

    low: float
    high: float
    ticks: Sequence[Tick]

    def y(self, value: float) -> float:
        """How far from the top that value is."""
        room = HEIGHT - BELOW - ABOVE
        return round(ABOVE + room * (self.high - value) / (self.high - self.low), 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A value over days: `path` is the line, `area` what lies between it and zero."""

    size: Size
    path: str
    area: str
    rows: Sequence[Tick]
    columns: Sequence[Tick]
    zero: float


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a bar: `series` says which colour it has."""

    x: float
    y: float
    width: float
    height: float
    series: int
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Values on top of one another, a bar for each column."""

    size: Size
    blocks: Sequence[Block]
    rows: Sequence[Tick]
    columns: Sequence[Tick]
    zero: float


def line(points: Sequence[tuple[date, float]], size: Size = WIDE) -> Line | None:
    """A line through the points, which are in order of their days; None where there are fewer than two."""
    if len(points) < 2:  # a line has two ends
        return None
    scale = _scale([value for _, value in points])
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    across = (size.width - size.left) / max(1, last - first)

    def x(day: date) -> float:
        return round(size.left + (day.toordinal() - first) * across, 1)

    # Between two bookings a balance stands still: the line goes across, then up or down.
    path = f"M{x(points[0][0])} {scale.y(points[0][1])}"
    for day, value in points[1:]:
        path += f"H{x(day)}V{scale.y(value)}"
    zero = scale.y(0)
    area = f"{path}V{zero}H{x(points[0][0])}Z"
    months = _firsts(points[0][0], points[-1][0])
    step = max(1, ceil(len(months) / size.months))
    columns = [Tick(x(one), f"{one:%b}" if one.month > 1 else f"{one.year}") for one in months[::step]]
    return Line(size, path, area, scale.ticks, columns, zero)


def bars(columns: Sequence[str], series: Mapping[str, Sequence[float]], size: Size = WIDE) -> Bars | None:
    """Bars of several series on top of one another; None where there is nothing to draw."""
    totals = [sum(values[at] for values in series.values()) for at in range(len(columns))]
    if not any(totals):
        return None
    scale = _scale([0, *totals])
    pitch = (size.width - size.left) / len(columns)
    width = min(64.0, pitch * 0.62)
    blocks, ticks = [], []
    for at, name in enumerate(columns):
        x, below = size.left + pitch * at + (pitch - width) / 2, 0.0
        for number, (title, values) in enumerate(series.items()):
            top, bottom = scale.y(below + values[at]), scale.y(below)
            if values[at] > 0:
                blocks.append(Block(round(x, 1), top, round(width, 1), round(bottom - top, 1), number, title))
            below += values[at]
        ticks.append(Tick(round(x + width / 2, 1), name))
    return Bars(size, blocks, scale.ticks, ticks, scale.y(0))


def _scale(values: Sequence[float]) -> Scale:
    low, high = min(0, *values), max(0, *values)
    step = _nice((high - low) / _STEPS or 1)
    bottom, top = step * -ceil(-low / step), step * ceil(high / step or 1)
    flat = Scale(bottom, top, ())
    count = round((top - bottom) / step)
    ticks = [Tick(flat.y(bottom + step * at), _short(bottom + step * at)) for at in range(count + 1)]
    return Scale(bottom, top, ticks)


def _nice(rough: float) -> float:
    """The next round number."""
    power: float = 10 ** int(log10(rough)) if rough >= 1 else 1
    return next(power * one for one in _NICE if power * one >= rough)


def _short(value: float) -> str:
    """A number as a scale writes it: 12k."""
    size = abs(value)
    text = f"{size / _THOUSAND:g}k" if size >= _THOUSAND else f"{size:g}"
    return f"\u2212{text}" if value < 0 else text


def _firsts(since: date, until: date) -> list[date]:
    """The first day of each month after `since`, up to `until`."""
    found, at = [], since.replace(day=1)
    while (at := at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)) <= until:
        found.append(at)
    return found
