"""The graph of an expression as a picture: values upwards, tangents with them, adjoints against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import BadInput
from .latex import latex
from .nodes import Node, walk

if TYPE_CHECKING:
    from .modes import Accumulation


def draw(both: Accumulation) -> Any:
    """A matplotlib figure; BadInput where matplotlib is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise BadInput("a picture needs matplotlib: pip install matplotlib; text() shows the same") from error
    places = _places(both)
    figure = Figure(figsize=(7, 1.2 * (1 + max(y for _, y in places.values()))))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    for line in both.lines:
        for argument, contribution in line.contributions:
            _edge(axes, places[argument], places[line.name], rf"$+{latex(contribution)}$")
    for name, (x, y) in places.items():
        axes.text(x, y, f"${latex(name)}$", ha="center", va="center", bbox={"boxstyle": "round", "fc": "white"})
    for line in both.lines:
        x, y = places[line.name]
        axes.text(x + 0.12, y, f"${latex(line.value)}$", ha="left", va="center", fontsize=9)
    axes.set_xlim(-0.7, 1.4 + max(x for x, _ in places.values()))
    axes.set_ylim(-0.5, 0.5 + max(y for _, y in places.values()))
    return figure


def _places(both: Accumulation) -> dict[Node, tuple[float, float]]:
    """Each value above those that it reads."""
    level: dict[Node, int] = {both.wrt: 0}
    for line in both.lines:
        level[line.name] = 1 + max((level[n] for n in walk(line.value) if n in level), default=0)
    beside: dict[int, int] = {}
    found: dict[Node, tuple[float, float]] = {}
    for name, y in level.items():
        found[name] = (float(beside.get(y, 0)), float(y))
        beside[y] = beside.get(y, 0) + 1
    return found


def _edge(axes: Any, low: tuple[float, float], high: tuple[float, float], label: str) -> None:
    arrow = {"arrowstyle": "->", "shrinkA": 14, "shrinkB": 14}
    axes.annotate("", high, low, arrowprops={**arrow, "color": "tab:blue", "connectionstyle": "arc3,rad=0.1"})
    axes.annotate("", low, high, arrowprops={**arrow, "color": "tab:red", "connectionstyle": "arc3,rad=0.1"})
    axes.text((low[0] + high[0]) / 2 - 0.08, (low[1] + high[1]) / 2, label, color="tab:red", fontsize=8, ha="right")
