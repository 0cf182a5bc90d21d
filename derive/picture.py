"""The graph of an expression as a picture: values upwards, tangents with them, adjoints against them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .errors import BadInput
from .nodes import Node, walk
from .text import unicode

if TYPE_CHECKING:
    from .modes import Accumulation

Place = tuple[float, float]
STEP = 3.2  # inches between neighbours of one level
RISE = 1.0  # inches between levels
BOX = {"boxstyle": "round", "fc": "white"}
SIGN = {"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85}


def draw(both: Accumulation) -> Any:
    """A matplotlib figure; BadInput where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise BadInput("a picture needs matplotlib: pip install matplotlib; text() shows the same") from error
    places = _places(both)
    side = 0.8 + max(abs(x) for x, _ in places.values())
    top = max(y for _, y in places.values())
    figure = Figure(figsize=(2 * STEP * side, RISE * (top + 1.2)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    for low, high, label in _edges(both):
        _arrow(axes, places[low], places[high], label)
    for name, label in _values(both).items():
        axes.text(*places[name], label, ha="center", va="center", bbox=BOX, zorder=3)
    axes.set_xlim(-side, side)
    axes.set_ylim(-0.6, 0.6 + top)
    return figure


def _edges(both: Accumulation) -> Iterator[tuple[Node, Node, str]]:
    """From each value to those that read it, with what it receives from their adjoints."""
    for line in both.lines:
        for argument, contribution in line.contributions:
            yield argument, line.name, unicode(contribution)


def _places(both: Accumulation) -> dict[Node, Place]:
    """Each value above those that it reads, every level in the middle; a variable just below its first reader."""
    level: dict[Node, int] = dict.fromkeys(both.variables, 0)
    first: dict[Node, int] = {}
    for line in both.lines:
        read = [n for n in walk(line.value) if n in level]
        level[line.name] = 1 + max((level[n] for n in read), default=0)
        for n in read:
            first[n] = min(level[line.name], first.get(n, level[line.name]))
    level.update({x: first[x] - 1 for x in both.variables if x in first})
    rows: dict[int, list[Node]] = {}
    for line in both.lines:
        rows.setdefault(level[line.name], []).append(line.name)
    for x in both.variables:
        rows.setdefault(level[x], []).append(x)
    return {n: (k - (len(row) - 1) / 2, float(y)) for y, row in rows.items() for k, n in enumerate(row)}


def _arrow(axes: Any, low: Place, high: Place, label: str) -> None:
    """Up in blue for value and tangent, down in red for the adjoint, with what it contributes."""
    bend = "arc3,rad=0.06" if high[1] - low[1] < 1.5 else "arc3,rad=-0.25"
    arrow = {"arrowstyle": "->", "shrinkA": 14, "shrinkB": 14, "connectionstyle": bend}
    axes.annotate("", high, low, arrowprops={**arrow, "color": "tab:blue"})
    axes.annotate("", low, high, arrowprops={**arrow, "color": "tab:red"})
    middle = (0.6 * low[0] + 0.4 * high[0] - 0.04, 0.6 * low[1] + 0.4 * high[1])
    axes.text(*middle, f"+= {label}", color="tab:red", fontsize=8, ha="right", va="center", bbox=SIGN, zorder=2)


# --- as text ----------------------------------------------------------------------------------------------------
def dot(both: Accumulation) -> str:
    """The graph in the language of Graphviz."""
    names = {v: f"n{k}" for k, v in enumerate(_values(both))}
    lines = [f"  {names[v]} [label={_quoted(label)}];" for v, label in _values(both).items()]
    lines += [f"  {names[a]} -> {names[b]} [label={_quoted(label)}];" for a, b, label in _edges(both)]
    return "\n".join(["digraph {", "  rankdir=BT; node [shape=box];", *lines, "}"])


def mermaid(both: Accumulation) -> str:
    """The graph as a Mermaid diagram."""
    names = {v: f"n{k}" for k, v in enumerate(_values(both))}
    lines = [f"  {names[v]}[{_quoted(label)}]" for v, label in _values(both).items()]
    lines += [f"  {names[a]} -->|{_quoted(label)}| {names[b]}" for a, b, label in _edges(both)]
    return "\n".join(["flowchart BT", *lines])


def _values(both: Accumulation) -> dict[Node, str]:
    """Variables and lines, each with what stands in its box."""
    found = {x: unicode(x) for x in both.variables}
    return found | {line.name: f"{unicode(line.name)} = {unicode(line.value)}" for line in both.lines}


def _quoted(label: str) -> str:
    return '"' + label.replace('"', "'") + '"'
