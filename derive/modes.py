"""Forward and reverse accumulation of one expression side by side, with what each costs.

An operation is a multiplication or an addition, or an elementary function of one entry; what does not vary with the
variable is not counted. Forward mode runs once for each entry of the variable, reverse mode once for each entry of f.
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
from .errors import NoClosedForm
from .latex import latex
from .leaves import size_product
from .linearise import law
from .members import Active
from .nodes import BINDERS, Node, make, symbol, walk
from .normal import collect
from .rule import tangent
from .sizes import Shape, is_one
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


@dataclass(frozen=True)
class Cost:
    """Operations of one run, how many runs the whole Jacobian takes, and how many numbers are held at once."""

    operations: sympy.Expr
    runs: sympy.Expr
    memory: sympy.Expr

    @property
    def total(self) -> sympy.Expr:
        """The operations of all runs."""
        return sympy.expand(self.operations * self.runs)


@dataclass(frozen=True, eq=False)
class Accumulation:
    """Both modes for one expression: `lines` in the order of evaluation; `primal`, `forward`, `reverse` are costs."""

    function: Node
    wrt: Node
    lines: tuple[Line, ...]
    book: Book = field(default_factory=standard_book, repr=False)

    @cached_property
    def primal(self) -> sympy.Expr:
        """The operations of f itself."""
        return sympy.expand(sum((operations(line.value) for line in self.lines), sympy.Integer(0)))

    @cached_property
    def forward(self) -> Cost:
        """A run carries one direction along; only what is still read is kept, each value with its tangent."""
        once = sum((operations(line.tangent, line.value) for line in self.lines), sympy.Integer(0))
        held = [2 * sum((_count(n.shape) for n in (line.name, *line.live)), sympy.Integer(0)) for line in self.lines]
        largest = max(held, key=_magnitude, default=sympy.Integer(0))
        return Cost(sympy.expand(self.primal + once), _count(self.wrt.shape), sympy.expand(largest))

    @cached_property
    def reverse(self) -> Cost:
        """A run carries one entry of f back; the variable and every value are kept until then."""
        back = (
            sum((operations(g, line.value) for line in self.lines for _, g in line.contributions), sympy.Integer(0))
            + self._joined()
        )
        held = sum((_count(line.name.shape) for line in self.lines), _count(self.wrt.shape))
        return Cost(sympy.expand(self.primal + back), _count(self.function.shape), sympy.expand(held))

    def _joined(self) -> sympy.Expr:
        """Additions where a value is used more than once."""
        received: dict[Node, int] = {}
        for line in self.lines:
            for argument, _ in line.contributions:
                received[argument] = received.get(argument, 0) + 1
        return sum((_count(n.shape) * (k - 1) for n, k in received.items()), sympy.Integer(0))

    @property
    def better(self) -> str:
        """The mode with fewer operations for the whole Jacobian, at sizes of 100; "equal" where they need the same."""
        a, b = _magnitude(self.forward.total), _magnitude(self.reverse.total)
        return "equal" if a == b else "forward" if a < b else "reverse"

    def counts(self, sizes: Mapping[str, int]) -> dict[str, dict[str, int]]:
        """Operations, runs, total and memory of both modes as numbers, for these sizes by name."""
        values = {s: sizes[s.name] for c in (self.forward, self.reverse) for s in (c.total + c.memory).free_symbols}
        rows = {"forward": self.forward, "reverse": self.reverse}
        facts = ("operations", "runs", "total", "memory")
        return {mode: {f: int(sympy.sympify(getattr(c, f)).subs(values)) for f in facts} for mode, c in rows.items()}

    # --- on paper ---
    def text(self) -> str:
        """The table in Unicode: values and tangents downwards, adjoints upwards, and the costs below."""
        rows = [("value", "forward: tangent ↓", "reverse: adjoint ↑")]
        for line in self.lines:
            backward = ", ".join(f"{unicode(bar(a))} += {unicode(g)}" for a, g in line.contributions)
            name = unicode(line.name)
            rows.append((f"{name} = {unicode(line.value)}", f"d{name} = {unicode(line.tangent)}", backward))
        widths = [max(len(r[k]) for r in rows) for k in range(3)]
        table = ["   ".join(cell.ljust(w) for cell, w in zip(r, widths, strict=True)).rstrip() for r in rows]
        return "\n".join([*table, "", *self._costs()])

    def _costs(self) -> list[str]:
        lines = []
        for mode, c in (("forward", self.forward), ("reverse", self.reverse)):
            lines.append(f"{mode}: {c.operations} operations a run, {c.runs} runs; {c.memory} numbers held")
        return lines

    def latex(self) -> str:
        """The table as an array environment."""
        rows = []
        for line in self.lines:
            name = latex(line.name)
            backward = r",\ ".join(f"{latex(bar(a))} \\mathrel{{+}}= {latex(g)}" for a, g in line.contributions)
            rows.append(rf"{name} = {latex(line.value)} & \mathrm{{d}} {name} = {latex(line.tangent)} & {backward}")
        head = r"\text{value} & \text{forward} \downarrow & \text{reverse} \uparrow"
        return "\\begin{array}{lll}\n" + " \\\\\n".join([head, *rows]) + "\n\\end{array}"

    def picture(self) -> Any:
        """The graph of the expression, drawn by matplotlib: values upwards, tangents and adjoints beside each node."""
        from .picture import draw

        return draw(self)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def bar(v: Node) -> Node:
    """The adjoint of v, the derivative of f by it."""
    return symbol(rf"\bar{{{v.name.split('_')[0]}}}" + "".join("_" + p for p in v.name.split("_")[1:]), v.shape)


def accumulation(f: Any, wrt: Any, *, where: Where | None = None) -> Accumulation:
    """Forward and reverse accumulation of f, operation by operation, with their operation and memory counts.

    >>> from derive import accumulation, matrix, norm, vector
    >>> A, x, b = matrix("A", "m", "n"), vector("x", "n"), vector("b", "m")
    >>> both = accumulation(norm(A*x - b)**2, x)
    >>> both.better
    'reverse'
    >>> both.counts({"m": 3, "n": 2})["reverse"]["runs"]
    1
    """
    (function, x), _ = read_all([f, wrt], where)
    return Accumulation(function, x, _lines(function, x, standard_book()))


_TRANSPARENT = ("transpose",)


def _lines(f: Node, x: Node, book: Book) -> tuple[Line, ...]:
    order = walk(f)
    varying = _varying(order, x)
    steps = [n for n in order if n in varying and n is not x and n.op not in _TRANSPARENT]
    if any(n.op in BINDERS for n in steps):
        raise NoClosedForm("a sum over an index is no single operation; write it in matrix form first")
    names = {n: symbol(f"v_{k + 1}", n.shape) for k, n in enumerate(steps)}
    done: dict[Node, Node] = {x: x}
    last = {a: k for k, n in enumerate(steps) for a in _read(n, names, x)}
    lines = []
    for n in order:
        if n in done:
            continue
        args = tuple(done[a] for a in n.args)
        plain = n if n not in varying else make(n.op, args, n.shape, n.param)
        done[n] = al.transpose(args[0]) if n in varying and n.op == "transpose" else names.get(n, plain)
        if n in names:
            k = steps.index(n)
            before = {x: x, **{a: names[a] for a in steps[:k]}}
            live = tuple(v for a, v in before.items() if last.get(a, -1) >= k)
            lines.append(_line(names[n], plain, [x, *names.values()], book, live))
    return tuple(lines)


def _varying(order: Sequence[Node], x: Node) -> set[Node]:
    found: set[Node] = set()
    for n in order:
        if n is x or any(a in found for a in n.args):
            found.add(n)
    return found


def _read(n: Node, names: Mapping[Node, Node], x: Node) -> list[Node]:
    """The named values that a step reads."""
    return [b for a in n.args for b in (a.args[0] if a.op == "transpose" else a,) if b in names or b is x]


def _line(name: Node, value: Node, variables: Sequence[Node], book: Book, live: tuple[Node, ...]) -> Line:
    """One step with its tangent and adjoint, by the laws of the engine."""
    inside = set(walk(value))
    used = [v for v in variables if v in inside]
    active = Active(n for n in inside if n in used or any(v in set(walk(n)) for v in used))
    active.members = {}
    parts = [tangent(a) if a in used else al.transpose(tangent(a.args[0])) if a in active else None for a in value.args]
    forward = law(value, parts, book)
    if not isinstance(forward, Node):
        raise NoClosedForm(f"no closed form for d({value}) outside of a trace")
    received: dict[Node, list[Node]] = {}
    for argument, g in adjoint(value, bar(name), active, book, collect):
        turned = argument.op == "transpose"
        received.setdefault(argument.args[0] if turned else argument, []).append(al.transpose(g) if turned else g)
    return Line(name, value, forward, tuple((a, collect(gs)) for a, gs in received.items()), live)


# --- counting ---------------------------------------------------------------------------------------------------
def _count(shape: Shape) -> sympy.Expr:
    return sympy.sympify(size_product(*shape))


def _magnitude(e: Any) -> float:
    e = sympy.sympify(e)
    return float(e.subs(dict.fromkeys(e.free_symbols, 100)))


def operations(expression: Node, known: Node | None = None) -> sympy.Expr:
    """The operations of an expression, each shared part once; parts of `known` are there already."""
    there = set(walk(known)) if known is not None else set()
    return sum((_one(n) for n in walk(expression) if n not in there), sympy.Integer(0))


def _one(n: Node) -> sympy.Expr:
    """The operations of one node, its arguments given."""
    size = _count(n.shape)
    if n.op in ("add", "had"):
        signs = [a for a in n.args if a.op == "const" and a.param in (1, -1)]
        return size * (len(n.args) - 1 - len(signs))
    match n.op:
        case "scale":
            return sympy.Integer(0) if n.args[0].op == "const" and n.args[0].param == -1 else size
        case "matmul":
            return _chain([f.shape for f in n.args])
        case "pow":
            return size
        case "matpow":
            return 2 * sympy.sympify(n.shape[0]) ** 3
        case "trace":
            return sympy.sympify(n.args[0].shape[0]) - 1
        case "kron":
            return size * (len(n.args) - 1)
        case "call":
            return _call(n)
    return sympy.Integer(0)


def _call(n: Node) -> sympy.Expr:
    inside = _count(n.args[0].shape)
    if n.fn.elementwise:
        return inside
    if n.fn.name in ("det", "logdet", "pinv", "expm", "logm", "sqrtm", "adjugate"):
        return 2 * sympy.sympify(n.args[0].shape[0]) ** 3
    return {"sqnorm": 2 * inside - 1, "norm": 2 * inside, "softmax": 3 * inside - 1, "logsumexp": 2 * inside}.get(
        n.fn.name, inside
    )


def _chain(shapes: Sequence[Shape]) -> sympy.Expr:
    """A product from the side that ends in a vector: (m x k)(k x n) takes m n (2k - 1)."""
    total = sympy.Integer(0)
    sizes = [(sympy.sympify(m), sympy.sympify(n)) for m, n in shapes]
    if is_one(shapes[-1][1]):
        now = sizes[-1]
        for m, k in reversed(sizes[:-1]):
            total, now = total + m * now[1] * (2 * k - 1), (m, now[1])
        return total
    now = sizes[0]
    for k, n in sizes[1:]:
        total, now = total + now[0] * n * (2 * k - 1), (now[0], n)
    return total
