"""backprop(): all gradients of a network in one sweep, with the intermediates and deltas that a person would write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from . import leaves
from .adjoint import pullback
from .book import Book, standard_book
from .conditions import conditions
from .errors import BadInput, ShapeError
from .forward import Definition, Forward, Stage, forward, sweep
from .latex import latex, latex_shape
from .nodes import ONE, Node, const, depends, make, walk
from .normal import collect, polish
from .rule import Condition, Primary, Rule
from .sizes import is_one, shape_text
from .structure import projected
from .sympy_door import variable
from .text import text, unicode

if TYPE_CHECKING:
    from .check import CheckResult


def backprop(
    f: Any,
    wrt: Sequence[Any],
    *,
    where: Mapping[str, str] | None = None,
    rules: Sequence[Rule | Primary] | None = None,
) -> Backprop:
    """The gradients of a scalar f by several variables, each of the shape of its variable, in one reverse sweep.

    f and wrt as in derive(): expressions, plain SymPy, or text whose symbols `where` declares. The cost is linear in
    the DAG of f. Errors: ShapeError for an f that is no scalar, and those of derive().

    >>> from derive import matrix, sqnorm, tanh, vector
    >>> W1, W2, x, y = matrix("W_1", "h", "n"), matrix("W_2", "m", "h"), vector("x", "n"), vector("y", "m")
    >>> print(backprop(sqnorm(W2 * tanh(W1 * x) - y) / 2, [W1, W2]).text())
        z = W₁x                 h × 1
        a = tanh(z)             h × 1
        r = W₂a − y             m × 1
        f = ½‖r‖²
        δ = W₂ᵀr ⊙ (1 − a^⊙2)   h × 1
    ∇W₁ f = δxᵀ                 h × n
    ∇W₂ f = raᵀ                 m × h
    """
    if isinstance(wrt, str) or not isinstance(wrt, Iterable) or isinstance(wrt, Node):
        raise BadInput(f"wrt must be a list of variables, found {wrt!r}; for one variable use derive(f, x)")
    function, variables, notes = _read(f, list(wrt), where)
    if not function.is_scalar:
        raise ShapeError(
            f"backprop wants a scalar function, found {function} {shape_text(function.shape)}; use derive()"
        )
    if not variables:
        raise BadInput("wrt is empty; name at least one variable")
    occurring = set(walk(function))
    notes += [f"{x} does not occur in f, so the gradient is 0" for x in variables if x not in occurring]
    return Backprop(function, tuple(variables), standard_book().extended(rules or ()), tuple(notes))


def _read(f: Any, wrt: list[Any], where: Mapping[str, str] | None) -> tuple[Node, list[Node], list[str]]:
    """f and the variables as nodes, with what had to be assumed."""
    if isinstance(f, str) and all(isinstance(w, str) for w in wrt):
        from .read import read_many

        found = read_many([f, *wrt], where)
        notes = list(dict.fromkeys(a for r in found for a in r.assumptions))
        return found[0].expression, [_one(r.expression, found[0].expression) for r in found[1:]], notes
    if isinstance(f, str) or any(isinstance(w, str) for w in wrt):
        raise BadInput("f and wrt must all be text or all be expressions: text has symbols of its own")
    if where:
        raise BadInput("where= declares the symbols of text; these expressions carry their own declarations")
    function = leaves.as_node(f)
    return function, [_one(w, function) for w in wrt], []


def _one(wrt: Any, f: Node) -> Node:
    found = variable(wrt, f)
    if isinstance(found, list):
        raise BadInput(f"each variable must be a symbol, found {wrt}")
    return found


@dataclass(frozen=True, eq=False)
class Backprop:
    """All gradients of a scalar function. `gradients` are closed forms that share their parts; `in_names` the same over
    the names of `definitions`, which hold the forward intermediates and then the deltas."""

    function: Node
    wrt: tuple[Node, ...]
    book: Book = field(default_factory=standard_book, repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def gradients(self) -> dict[Node, Node]:
        """For each variable the gradient, of its shape."""
        found = pullback(self.function, self.wrt, ONE, self.book, collect)
        together = polish(make("explicit", tuple(found.values()), (len(found), 1)), self.function)  # shared parts once
        return {x: projected(g, x) for x, g in zip(found, together.args, strict=True)}

    @cached_property
    def _forward(self) -> Forward:
        return forward(self.function, self.wrt, self.book)

    @cached_property
    def _swept(self) -> tuple[list[Stage], dict[Node, Node]]:
        return sweep(self._forward, self.wrt, self.book)

    @property
    def forward_definitions(self) -> tuple[Definition, ...]:
        """(name, expression over earlier names): z = W x + b, a = tanh(z) ..."""
        return self._forward.definitions

    @property
    def deltas(self) -> tuple[Definition, ...]:
        """(name, expression): the derivatives of f by intermediates that several gradients share, last layer first."""
        return tuple((s.delta, s.cotangent) for s in self._swept[0] if s.delta is not None)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The forward intermediates, then the deltas, each over the ones before."""
        return (*self.forward_definitions, *self.deltas)

    @property
    def in_names(self) -> dict[Node, Node]:
        """The gradients over the names of `definitions`."""
        return {x: projected(g, x) for x, g in self._swept[1].items()}

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold for the gradients to be right, beyond what was declared."""
        return conditions(self.function, depends(self.function, self.wrt), self.book)

    def __getitem__(self, x: Any) -> Node:
        """The gradient by a variable, or by its name."""
        found = next((v for v in self.wrt if v is x or v.name == x), None)
        if found is None:
            raise BadInput(f"{x} is not among the variables {', '.join(map(str, self.wrt))}")
        return self.gradients[found]

    # --- numbers ---
    def evaluate(
        self, values: Mapping[Any, Any], sizes: Mapping[Any, int] | None = None
    ) -> dict[Node, np.ndarray[Any, Any]]:
        """The gradients as arrays, in one pass over the shared parts. `values` as in Derivation.evaluate()."""
        from .numeric import compile, known_sizes

        gradients = list(self.gradients.values())
        program = compile(*gradients)
        prepared = program.prepare(values, known_sizes(walk(self.function), values, sizes))
        with np.errstate(all="ignore"):
            cells = program.cells(prepared)
        return {x: np.asarray(cells[program.at[g]]) for x, g in self.gradients.items()}

    def check(self, **options: Any) -> CheckResult:
        """Compare every gradient with the numerical derivative of f on random instances; the worst outcome counts."""
        from .check import check_gradient

        results = [(x, check_gradient(self.function, x, g, **options)) for x, g in self.gradients.items()]
        bad = next(((x, r) for x, r in results if not r), None)
        if bad is not None:
            return replace(bad[1], message=f"by {bad[0]}: {bad[1].message}")
        worst = max((r for _, r in results), key=lambda r: (r.tier, r.max_error))
        return replace(worst, message=f"{len(results)} gradients: {worst.message}")

    # --- showing ---
    def text(self) -> str:
        """The forward pass, the deltas and the gradients in Unicode."""
        return _page(self)

    def latex(self, bold: bool = False) -> str:
        """The same as an aligned environment (KaTeX subset)."""

        def style(n: Node) -> str:
            return latex(n, bold=bold)

        rows = []
        for left, right, reason in _lines(self, style, r"\nabla_{{{}}} f"):
            rows.append(rf"{left} &= {right}" + (rf" && {reason}" if reason else ""))
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def markdown(self, bold: bool = False) -> str:
        """Markdown with LaTeX mathematics."""
        told = [f"- Condition: ${c.to_latex()}$" for c in self.conditions] + [f"- {n}" for n in self.notes]
        return "\n".join(["$$", self.latex(bold), "$$", "", *told])

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for json.dumps."""
        return {
            "function": _both(self.function),
            "definitions": [{"name": _both(s), "expression": _both(e)} for s, e in self.definitions],
            "gradients": [{"wrt": _both(x), "in_names": _both(g)} for x, g in self.in_names.items()],
            "conditions": [str(c) for c in self.conditions],
            "notes": list(self.notes),
        }

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def _both(n: Node) -> dict[str, Any]:
    return {"text": text(n), "latex": latex(n), "shape": [str(s) for s in n.shape]}


def _lines(b: Backprop, style: Callable[[Node], str], gradient: str) -> list[tuple[str, str, str]]:
    """(left, right, shape): forward, f, deltas, gradients."""
    tex = gradient.startswith("\\")
    out = [(style(s), style(e), _shape(s, tex)) for s, e in b.forward_definitions]
    out.append(("f", style(b._forward.body), ""))
    out += [(style(s), style(e), _shape(s, tex)) for s, e in b.deltas]
    out += [(gradient.format(style(x)), style(g), _shape(x, tex)) for x, g in b.in_names.items()]
    return out


def _shape(n: Node, tex: bool) -> str:
    if is_one(n.shape[0]) and is_one(n.shape[1]):
        return r"\text{scalar}" if tex else "scalar"
    return latex_shape(n.shape) if tex else " × ".join(unicode(const(s)) for s in n.shape)


def _page(b: Backprop) -> str:
    rows = _lines(b, unicode, "∇{} f")
    left, right = max(len(r[0]) for r in rows), max(min(len(r[1]), 70) for r in rows)
    out = [f"{r[0].rjust(left)} = {r[1].ljust(right)}   {r[2]}".rstrip() for r in rows]
    if b.conditions:
        out += ["", "Conditions: " + "; ".join(c.text.format(unicode(c.subject)) for c in b.conditions)]
    return "\n".join([*out, *(f"Note: {n}" for n in b.notes)])
