"""Forward and reverse accumulation of one expression side by side, with what each costs.

Forward mode runs once for each entry of the variables and carries their tangents along; reverse mode runs once for each
entry of f and carries its adjoints back. Every run works out the values as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy

from . import algebra as al
from .adjoint import adjoint
from .book import Book, standard_book
from .costs import Cost, entries, filled, largest, magnitude, operations, total_of
from .entry_sums import matrix_form
from .errors import BadInput, NoClosedForm
from .latex import latex
from .linearise import law
from .members import Active
from .nodes import BINDERS, MINUS_ONE, Node, make, symbol, walk
from .normal import collect
from .numbers import Numbers, bar, numbers
from .picture import dot, draw, mermaid
from .random_variables import is_expectation
from .rebuilding import substitute
from .rule import tangent
from .text import unicode
from .verbs import read_all

Where = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One elementary step: v = op(...), its tangent, and what its adjoint contributes to each argument."""

    name: Node
    value: Node
    tangent: Node
    contributions: tuple[tuple[Node, Node], ...]
    live: tuple[Node, ...] = ()
    """The earlier values that this line or a later one reads."""


@dataclass(frozen=True, eq=False)
class Accumulation:
    """Both modes for one expression: `lines` in the order of evaluation; `primal`, `forward`, `reverse` are costs."""

    function: Node
    variables: tuple[Node, ...]
    lines: tuple[Line, ...]
    book: Book = field(default_factory=standard_book, repr=False)

    @property
    def wrt(self) -> Node:
        """The variable, or the first of several."""
        return self.variables[0]

    @cached_property
    def _varying(self) -> frozenset[Node]:
        """The symbols of values, tangents and adjoints."""
        values = (*self.variables, *(line.name for line in self.lines))
        return frozenset(s for v in values for s in (v, tangent(v), bar(v)))

    @cached_property
    def primal(self) -> sympy.Expr:
        """The operations of f itself."""
        return total_of(operations(line.value, self._varying) for line in self.lines)

    def _beside(self, line: Line, expression: Node) -> sympy.Expr:
        return operations(expression, self._varying, set(walk(line.value)))

    @cached_property
    def forward(self) -> Cost:
        """A run carries one direction along; only what is still read is kept, each value with its tangent."""
        once = total_of(self._beside(line, line.tangent) for line in self.lines)
        held = [2 * total_of(entries(n.shape) for n in (line.name, *line.live)) for line in self.lines]
        return Cost(sympy.expand(self.primal + once), self._inputs, largest(held))

    @property
    def _inputs(self) -> sympy.Expr:
        return total_of(entries(x.shape) for x in self.variables)

    @cached_property
    def reverse(self) -> Cost:
        """A run carries one entry of f back; the variables and every value are kept until then."""
        back = total_of(self._beside(line, g) for line in self.lines for _, g in line.contributions)
        held = total_of(entries(line.name.shape) for line in self.lines)
        return Cost(
            sympy.expand(self.primal + back + self._joined()), entries(self.function.shape), held + self._inputs
        )

    def _joined(self) -> sympy.Expr:
        """Additions where a value is used more than once."""
        received: dict[Node, list[sympy.Expr]] = {}
        for line in self.lines:
            for argument, g in line.contributions:
                received.setdefault(argument, []).append(filled(g))
        return total_of(total_of(sorted(counts, key=magnitude)[:-1]) for counts in received.values())

    @property
    def better(self) -> str:
        """The mode with fewer operations for the whole Jacobian, at sizes of 100; "equal" where they need the same."""
        a, b = magnitude(self.forward.total), magnitude(self.reverse.total)
        return "equal" if a == b else "forward" if a < b else "reverse"

    def counts(self, sizes: Mapping[str, int]) -> dict[str, dict[str, int]]:
        """Operations, runs, total and memory of both modes as numbers, for these sizes by name."""
        symbols = {s for c in (self.forward, self.reverse) for s in (c.total + c.memory).free_symbols}
        missing = sorted(s.name for s in symbols if s.name not in sizes)
        if missing:
            raise BadInput(f"counts want a number for every size; {', '.join(missing)} is missing")
        for name, n in sizes.items():
            if isinstance(n, bool) or not isinstance(n, int) or n < 1:
                raise BadInput(f"a size is a whole number from 1 on, found {name} = {n!r}")
        values = {s: sizes[s.name] for s in symbols}
        rows = {"forward": self.forward, "reverse": self.reverse}
        facts = ("operations", "runs", "total", "memory")
        return {mode: {f: int(sympy.sympify(getattr(c, f)).subs(values)) for f in facts} for mode, c in rows.items()}

    def numbers(self, values: Mapping[Any, Any], along: Any = None, seed: Any = None) -> Numbers:
        """One run of each mode on arrays: the value, tangent and adjoint of every line, as courses tabulate them.

        `along` is the direction of the tangents, by variable; without it the first entry of the first variable moves.
        `seed` is the adjoint of f, 1 without it (for more than one entry, that of the first).
        """
        return numbers(self, values, along, seed)

    # --- on paper ---
    def text(self) -> str:
        """The table in Unicode: values and tangents downwards, adjoints upwards, and the costs below."""
        rows = [("value", "forward: tangent ↓", "reverse: adjoint ↑"), *map(_in_unicode, self.lines)]
        widths = [max(len(r[k]) for r in rows) for k in range(3)]
        table = ["   ".join(cell.ljust(w) for cell, w in zip(r, widths, strict=True)).rstrip() for r in rows]
        return "\n".join([*table, "", *self._costs()])

    def _costs(self) -> list[str]:
        return [f"forward: {self.forward}", f"reverse: {self.reverse}"]

    def latex(self) -> str:
        """The table as an array environment."""
        head = r"\text{value} & \text{forward} \downarrow & \text{reverse} \uparrow"
        rows = [" & ".join(_in_latex(line)) for line in self.lines]
        return "\\begin{array}{lll}\n" + " \\\\\n".join([head, *rows]) + "\n\\end{array}"

    def markdown(self) -> str:
        """The table in Markdown, with LaTeX mathematics."""
        rows = [" | ".join(f"${cell}$" if cell else "" for cell in _in_latex(line)) for line in self.lines]
        head = ["| value | forward: tangent ↓ | reverse: adjoint ↑ |", "|---|---|---|"]
        return "\n".join([*head, *(f"| {row} |" for row in rows), "", *(f"- {cost}" for cost in self._costs())])

    def picture(self) -> Any:
        """The graph of the expression, drawn by matplotlib: values upwards, tangents and adjoints beside each node."""
        return draw(self)

    def dot(self) -> str:
        """The graph in the language of Graphviz, with what each adjoint contributes on its edge."""
        return dot(self)

    def mermaid(self) -> str:
        """The graph as a Mermaid diagram, which Markdown viewers draw."""
        return mermaid(self)

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def _in_unicode(line: Line) -> tuple[str, str, str]:
    name = unicode(line.name)
    backward = ", ".join(f"{unicode(bar(a))} += {unicode(g)}" for a, g in line.contributions)
    return f"{name} = {unicode(line.value)}", f"d{name} = {unicode(line.tangent)}", backward


def _in_latex(line: Line) -> tuple[str, str, str]:
    name = latex(line.name)
    backward = r",\ ".join(f"{latex(bar(a))} \\mathrel{{+}}= {latex(g)}" for a, g in line.contributions)
    return f"{name} = {latex(line.value)}", rf"\mathrm{{d}} {name} = {latex(line.tangent)}", backward


def accumulation(f: Any, wrt: Any, *, where: Where | None = None) -> Accumulation:
    """Forward and reverse accumulation of f, operation by operation, with their operation and memory counts.

    wrt: one variable or a list of them.

    >>> from derive import accumulation, matrix, norm, vector
    >>> A, x, b = matrix("A", "m", "n"), vector("x", "n"), vector("b", "m")
    >>> both = accumulation(norm(A*x - b)**2, x)
    >>> both.better
    'reverse'
    >>> both.counts({"m": 3, "n": 2})["reverse"]["runs"]
    1
    """
    several = isinstance(wrt, list | tuple)
    if several and not wrt:
        raise BadInput("accumulation wants a variable, found an empty list")
    (function, *variables), _ = read_all([f, *wrt] if several else [f, wrt], where)
    for x in variables:
        if x.op not in ("symbol", "item"):
            raise BadInput(f"the variable must be a symbol or a member of a family, found {x}")
    if len(set(variables)) < len(variables):
        raise BadInput(f"accumulation wants different variables, found {', '.join(map(str, variables))}")
    function = matrix_form(function)
    return Accumulation(function, tuple(variables), _lines(function, variables, standard_book()))


# --- the lines --------------------------------------------------------------------------------------------------
def _lines(f: Node, variables: Sequence[Node], book: Book) -> tuple[Line, ...]:
    order = walk(f)
    varying = _varying(order, variables)
    steps = [n for n in order if n in varying and n not in variables and (n is f or not _is_turn(n))]
    for n in steps:
        if n.op in BINDERS or is_expectation(n):
            over = {"sumover": "a sum over an index", "prodover": "a product over an index"}.get(n.op, "an expectation")
            raise NoClosedForm(f"{over} is no single operation: {n}; write it in matrix form first")
    names = dict(zip(steps, _names(steps, f), strict=True))
    done: dict[Node, Node] = {x: x for x in variables}
    last = {inner: k for k, n in enumerate(steps) for a in n.args if (inner := _within(a)) in varying}
    lines: list[Line] = []
    before = {x: x for x in variables}
    for n in order:
        if n in done:
            continue
        args = tuple(done[a] for a in n.args)
        if n in names:
            plain = make(n.op, args, n.shape, n.param)
            live = tuple(v for a, v in before.items() if last.get(a, -1) >= len(lines))
            lines.append(_line(names[n], plain, list(before.values()), book, live))
            done[n] = before[n] = names[n]
        else:
            done[n] = _turned(n, args[-1]) if n in varying else n
    return tuple(lines)


def _names(steps: Sequence[Node], f: Node) -> list[Node]:
    """v_1, v_2, ..., or another letter where f has a v."""
    taken = {n.name.split("_")[0] for n in walk(f) if n.op in ("symbol", "item")}
    letter = next((c for c in "vzuws" if c not in taken), "v'")
    return [symbol(f"{letter}_{k + 1}", n.shape) for k, n in enumerate(steps)]


def _varying(order: Sequence[Node], variables: Sequence[Node]) -> set[Node]:
    found: set[Node] = set()
    for n in order:
        if n in variables or any(a in found for a in n.args):
            found.add(n)
    return found


def _line(name: Node, value: Node, variables: Sequence[Node], book: Book, live: tuple[Node, ...]) -> Line:
    """One step with its tangent and adjoint, by the laws of the engine; its own value goes by its name."""
    inside = set(walk(value))
    active = Active(n for n in inside if n in variables or any(v in set(walk(n)) for v in variables if v in inside))
    active.members = {}
    parts = [_through(a, tangent(_within(a))) if a in active else None for a in value.args]
    forward = law(value, parts, book)
    if not isinstance(forward, Node):
        raise NoClosedForm(f"no closed form for d({value}) outside of a trace")
    received: dict[Node, list[Node]] = {}
    for argument, g in adjoint(value, bar(name), active, book, collect):
        received.setdefault(_within(argument), []).append(_through(argument, g))
    known = {value: name}
    back = tuple((a, substitute(collect(gs), known)) for a, gs in received.items())
    return Line(name, value, substitute(forward, known), back, live)


# --- transposes and signs, which are no steps -------------------------------------------------------------------
def _is_turn(n: Node) -> bool:
    """A transpose or a change of sign."""
    return n.op == "transpose" or (n.op in ("scale", "had") and len(n.args) == 2 and n.args[0] is MINUS_ONE)


def _turned(n: Node, m: Node) -> Node:
    return al.transpose(m) if n.op == "transpose" else al.scale(MINUS_ONE, m)


def _within(n: Node) -> Node:
    """v of -v, v^T, -v^T."""
    while _is_turn(n):
        n = n.args[-1]
    return n


def _through(n: Node, m: Node) -> Node:
    """The transposes and signs of n put on m: so its tangent is made, and so its adjoint comes back."""
    while _is_turn(n):
        m, n = _turned(n, m), n.args[-1]
    return m
