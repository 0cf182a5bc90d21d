"""A rule: one equation between a function's differential and an expression linear in the differential of its argument.

    Rule("jacobi", d(det(Y)), det(Y) * tr(inv(Y) * dY), where=(invertible(Y),), cite="Matrix Cookbook 46")

Shape, LaTeX, step text, adjoint and test are computed from the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from .algebra import had, scale
from .errors import BadInput, ShapeError
from .leaves import elimination, is_zero
from .nodes import Function, Node, const, make, placeholder, walk
from .rebuilding import rebuild
from .sizes import Shape, Size, as_size, is_one, same_shape, shape_text
from .symbols import LINEAR

# The differential of something not yet worked out: a linear, shape-preserving mark on a node.
differential_of = Function("d", lambda shape: shape, latex=r"\mathrm{d}", differentiable=False)


def d(f: Node) -> Node:
    """The differential of f, not yet worked out."""
    return make("call", (f,), f.shape, (differential_of,))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on one node: "X is invertible". `implied_by` are the properties that make it hold."""

    text: str
    subject: Node
    latex: str
    implied_by: frozenset[str] = frozenset()

    def about(self, subject: Node) -> Condition:
        return Condition(self.text, subject, self.latex, self.implied_by)

    def holds(self) -> bool:
        """True when the declared properties of the subject imply it."""
        return bool(self.subject.properties & self.implied_by)

    def __str__(self) -> str:
        return self.text.format(self.subject)

    def to_latex(self) -> str:
        from .nodes import _hooks

        return self.latex.replace("{}", _hooks["latex"](self.subject))


def _condition(text: str, latex: str, *implied_by: str) -> Callable[[Node], Condition]:
    return lambda subject: Condition(text, subject, latex, frozenset(implied_by))


invertible = _condition("{} invertible", r"{} \text{ invertible}", "invertible", "orthogonal")
positive_determinant = _condition("det({}) > 0", r"\det {} > 0", "positive determinant")
nonzero = _condition("{} != 0", r"{} \ne 0", "nonzero", "positive", "invertible", "unit norm")
nonzero_entries = _condition(
    "{} has no zero entry", r"{} \text{ has no zero entry}", "positive", "nonzero", "plus or minus one"
)
positive = _condition("{} > 0", r"{} > 0", "positive")
inside_unit = _condition("|{}| < 1", r"\lvert {} \rvert < 1", "unit interval")
above_one = _condition("{} > 1", r"{} > 1")
cosine_nonzero = _condition("cos({}) != 0", r"\cos {} \ne 0")
full_rank = _condition("{} of full rank", r"{} \text{ of full rank}", "full row rank", "full column rank", "invertible")
constant_rank = _condition("{} of locally constant rank", r"\operatorname{rank} {} \text{ locally constant}",
                           "full row rank", "full column rank", "invertible")  # fmt: skip
symmetric = _condition("{} symmetric", r"{} \text{ symmetric}", "symmetric")
simple_spectrum = _condition("the eigenvalue of {} is simple", r"\text{the eigenvalue of } {} \text{ is simple}")
simple_singular = _condition("the largest singular value of {} is simple", r"\sigma_1({}) \text{ simple}")
simple_maximum = _condition("the maximum of {} is attained once", r"\max {} \text{ attained once}")
apart = _condition("the arguments differ everywhere (at {})", r"\text{the arguments differ everywhere } ({})")
no_negative_eigenvalue = _condition("{} has no eigenvalue <= 0", r"{} \text{ has no eigenvalue } \le 0",
                                    "positive eigenvalues")  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One row of the book.

    `lhs` is d(f(Y, ...)) for a function f of placeholders, `rhs` an expression linear in their differentials `dY`,
    `where` the weakest conditions under which the equation is true, `cite` its source.
    """

    name: str
    lhs: Node
    rhs: Node
    where: tuple[Condition, ...] = ()
    cite: str = ""
    placeholders: tuple[Node, ...] = field(init=False)
    tangents: tuple[Node, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.lhs.op != "call" or self.lhs.fn is not differential_of or self.lhs.args[0].op != "call":
            raise BadInput(f"the left side of rule {self.name!r} must be d(f(Y)), found {self.lhs}")
        if not same_shape(self.lhs.shape, self.rhs.shape):
            raise ShapeError(
                f"rule {self.name!r}: d{self.lhs.args[0]} is {shape_text(self.lhs.shape)}, "
                f"its right side {shape_text(self.rhs.shape)}"
            )
        arguments = self.lhs.args[0].args
        occurring = set(walk(self.rhs))
        object.__setattr__(self, "placeholders", arguments)
        object.__setattr__(self, "tangents", tuple(tangent(a) if tangent(a) in occurring else None for a in arguments))
        if not any(self.tangents) and not is_zero(self.rhs):
            raise BadInput(f"the right side of rule {self.name!r} holds no differential of {arguments[0]}")

    @property
    def function(self) -> Function:
        return self.lhs.args[0].fn

    def conditions(self, node: Node) -> list[Condition]:
        """The conditions of this row at a call of its function."""
        mapping = dict(zip(self.placeholders, node.args, strict=True))
        return [c.about(instantiate(c.subject, mapping)) for c in self.where]


@dataclass(frozen=True)
class Primary:
    """A row for a matrix function given by a power series: f(Y) with f' as a matrix function of the same Y.

    d tr f(Y) = tr(f'(Y) dY), and d f(tA) = A f'(tA) dt for constant A; elsewhere f has no closed differential.
    """

    name: str
    function: Function
    derivative: Callable[[Node], Node]
    where: tuple[Callable[[Node], Condition], ...] = ()
    cite: str = ""

    def conditions(self, node: Node) -> list[Condition]:
        return [c(node.args[0]) for c in self.where]


@dataclass(frozen=True)
class Identity:
    """An equation between elementwise expressions that makes a product shorter: product of `lhs` factors = rhs."""

    name: str
    lhs: tuple[Node, ...]
    rhs: Node
    cite: str = ""


# --- placeholders -----------------------------------------------------------------------------------------------
_TANGENT = "d"


def variable(name: str, shape: str = "scalar", *properties: str) -> Node:
    """A placeholder for a rule: `variable("Y", "m x n")`, `variable("y")` for an entry of an elementwise function."""
    parts = [p.strip() for p in shape.split(" x ")]
    sizes: Shape = (1, 1) if shape == "scalar" else (as_size(parts[0]), as_size(parts[1]) if len(parts) > 1 else 1)
    return placeholder(name, sizes, properties)


def tangent(y: Node) -> Node:
    """dY, the differential of a placeholder or a symbol Y."""
    return make("symbol", (), y.shape, _Tangent(y))


@dataclass(frozen=True, slots=True)
class _Tangent:
    """What a differential symbol is: the differential of `of`, in the space that its properties span."""

    of: Node

    @property
    def subject(self) -> str:
        """The name of what varies: x_k for a member of a family."""
        written = self.of.param.member_name(str(self.of.args[0])) if self.of.op == "item" else None
        return written or self.of.name

    @property
    def name(self) -> str:
        return _TANGENT + self.subject

    @property
    def properties(self) -> frozenset[str]:
        return self.of.properties.intersection(LINEAR)

    @property
    def latex(self) -> str:
        return ""

    @property
    def serial(self) -> int:
        return int(self.of.param.serial) if self.of.op == "symbol" else -1

    def __str__(self) -> str:
        return f"d {self.of.name} {self.serial if self.serial >= 0 else ''}"


def is_tangent(n: Node) -> bool:
    """True for a differential symbol dY."""
    return n.op == "symbol" and isinstance(n.param, _Tangent)


# --- instantiation ----------------------------------------------------------------------------------------------
def instantiate(template: Node, mapping: Mapping[Node, Node]) -> Node:
    """The template with its placeholders replaced; sizes follow, scalars widen to the shape they meet."""
    sizes: dict[Any, Size] = {}
    for slot, value in mapping.items():
        for named, actual in zip(slot.shape, value.shape, strict=True):
            if isinstance(named, sympy.Symbol):
                sizes.setdefault(named, actual)
    done: dict[Node, Node] = dict(mapping)
    for node in _template_order(template):
        if node not in done:
            done[node] = _rebuild(node, tuple(done[a] for a in node.args), sizes)
    return done[template]


def _template_order(template: Node) -> list[Node]:
    return walk(template)


def _rebuild(node: Node, args: tuple[Node, ...], sizes: Mapping[Any, Size]) -> Node:
    """One template node over actual arguments: entries become vectors and matrices, named sizes actual ones."""
    op = node.op
    if op in ("add", "had"):
        wide = next((a for a in args if not a.is_scalar), None)
        if wide is not None and node.is_scalar:
            if op == "add":
                args = tuple(scale(a, _ones_like(wide)) if a.is_scalar else a for a in args)
            else:
                scalars, rest = [a for a in args if a.is_scalar], [a for a in args if not a.is_scalar]
                return scale(had(scalars), had(rest)) if scalars else had(rest)
        return rebuild(op, args, node.param, node.shape)
    if not args:
        shape = (_size(node.shape[0], sizes), _size(node.shape[1], sizes))
        if op in ("eye", "ones", "zeros"):
            if is_one(shape[0]) and is_one(shape[1]):
                return const(0 if op == "zeros" else 1)
            return make(op, (), shape, shape[0] if op == "eye" else None)
        if op == "elimination":
            return elimination(_size(node.param, sizes))
        if op == "const" and isinstance(node.param, sympy.Expr):
            return const(node.param.subs(dict(sizes)) if sizes else node.param)
        return node
    if op == "pow" and not args[1].is_scalar:
        raise ShapeError(f"an exponent must be a scalar, found {args[1]}")
    shape = (_size(node.shape[0], sizes), _size(node.shape[1], sizes)) if op == "unvec" else node.shape
    return rebuild(op, args, node.param, shape)


def _ones_like(n: Node) -> Node:
    return make("ones", (), n.shape)


def _size(s: Size, sizes: Mapping[Any, Size]) -> Size:
    if isinstance(s, int):
        return s
    known = sizes.get(s)
    if known is not None:
        return known
    return as_size(s.subs(dict(sizes))) if not isinstance(s, sympy.Symbol) else s
