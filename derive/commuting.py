"""Scalars, and matrices under the elementwise product, commute: sums of their products are polynomials.

s o (1 - s)^2 - s^2 o (1 - s) = s o (1 - s) o (1 - 2 s): each such sum is multiplied out, collected and factored by
SymPy, with a letter for every factor that is none itself, and the form with the fewest symbols is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb, lcm

import sympy

from . import algebra as al
from . import leaves
from .nodes import Node, as_value, const, walk
from .normal import collect
from .rebuilding import renewed
from .spreading import multiplied_out

TERMS = 200  # a sum that would be longer, multiplied out, stays as it is
LETTERS = 10
FACTORS = 1.15  # factors are preferred to a sum, even where they are a little longer


def simplest(node: Node, source: Node, last: Sequence[Node] = ()) -> Node:
    """The form with the fewest symbols among the node, the same multiplied out, and both with their sums factored.

    What stands in `source` was written by the user and stays. Traces end in one of `last`, where they can.
    """
    keep = set(walk(source))
    spread = multiplied_out(node, keep, last)
    forms = [node, spread, *(_with_factors(n, keep) for n in dict.fromkeys((node, spread)))]
    return min(reversed(forms), key=cost)


def cost(n: Node) -> int:
    """How much there is to read; what repeats is read again faster than for the first time."""
    order = walk(n)
    return sum(len(m.args) + 1 for m in order) + n.weight


def _with_factors(root: Node, keep: set[Node]) -> Node:
    """Every sum of commuting products factored, the inner ones first."""
    order = walk(root)
    tops = _tops(order, root)
    done: dict[Node, Node] = {}
    for n in order:
        made = n if n in keep else renewed(n, tuple(done[a] for a in n.args))
        done[n] = factored(made) if n in tops and n not in keep else made
    return done[root]


def _tops(order: Iterable[Node], root: Node) -> set[Node]:
    """The sums and products that are no part of a larger polynomial."""
    inside = {a for n in order if _is_inner(n) for a in n.args}
    outside = {a for n in order if not _is_inner(n) for a in n.args} | {root}
    return {n for n in order if _is_inner(n) and (n in outside or n not in inside)}


def _is_inner(n: Node) -> bool:
    if n.op == "pow":
        return n.args[1].op == "const" and isinstance(n.args[1].param, int)
    return n.op in ("add", "had", "scale")


def factored(node: Node) -> Node:
    """The polynomial in its factors, or as it stands where that is no longer."""
    if _length(node) > TERMS:
        return node
    ring = _Ring(node)
    if len(ring.letters) > LETTERS:
        return node
    above, below = sympy.fraction(sympy.together(ring.expression))
    try:
        coefficient, factors = _factors(above)
        divisor, under = _factors(below)
    except sympy.PolynomialError:
        return node
    if coefficient == 0:
        return leaves.zeros_like(node)
    parts = [(f, k) for f, k in factors] + [(f, -k) for f, k in under]
    product = ring.product(coefficient / divisor, parts)
    return product if cost(product) <= FACTORS * cost(node) else node


def _factors(p: sympy.Expr) -> tuple[sympy.Expr, list[tuple[sympy.Expr, int]]]:
    """p as a number and its factors, those with a constant term written with a positive one: 1 - s."""
    coefficient, factors = sympy.factor_list(p)
    turned = []
    for f, k in _paired(factors):
        if _is_turned(f):
            f, coefficient = -f, coefficient * (-1) ** k
        turned.append((f, k))
    for i, (f, k) in enumerate(turned):
        if coefficient.could_extract_minus_sign() and k % 2 and f.is_Add and not f.as_coeff_Add()[0]:
            turned[i], coefficient = (-f, k), -coefficient
    return coefficient, turned


def _is_turned(f: sympy.Expr) -> bool:
    """True where the constant is negative, or without one most of the terms."""
    constant, rest = f.as_coeff_Add()
    if constant:
        return bool(constant.could_extract_minus_sign())
    terms = sympy.Add.make_args(rest)
    return 2 * sum(t.could_extract_minus_sign() for t in terms) > len(terms)


def _paired(factors: list[tuple[sympy.Expr, int]]) -> list[tuple[sympy.Expr, int]]:
    """(1 - y) (1 + y) = 1 - y^2: two factors as one where that has no more terms."""
    done: list[tuple[sympy.Expr, int]] = []
    for f, k in factors:
        for i, (g, m) in enumerate(done):
            whole = sympy.expand(f * g)
            if k == m and g.is_Add and f.is_Add and len(whole.args) <= min(len(f.args), len(g.args)):
                done[i] = whole, k
                break
        else:
            done.append((f, k))
    return done


def _length(root: Node) -> int:
    """At most so many terms, multiplied out."""
    found: dict[Node, int] = {}
    for n in walk(root):
        if not _is_inner(n):
            found[n] = 1
        elif n.op == "add":
            found[n] = sum(found[a] for a in n.args)
        elif n.op == "pow":
            k = abs(n.args[1].param)
            found[n] = comb(found[n.args[0]] + k - 1, k) if found[n.args[0]] > 1 and k < 50 else found[n.args[0]]
        else:
            found[n] = 1
            for a in n.args:
                found[n] *= found[a]
        found[n] = min(found[n], 1 << 30)
    return found[root]


@dataclass
class _Ring:
    """One polynomial: a letter for every factor that is no sum or product, and the way back."""

    node: Node
    letters: dict[Node, sympy.Symbol] = field(default_factory=dict)
    expression: sympy.Expr = sympy.S.Zero

    def __post_init__(self) -> None:
        inner = self._inner()
        self.roots = _roots(inner)
        done: dict[Node, sympy.Expr] = {}
        for n in inner:
            done[n] = self._expression(n, done)
        self.expression = done[self.node]

    def _inner(self) -> list[Node]:
        """The nodes of this polynomial and their letters, children first; nothing below a letter."""
        seen: dict[Node, None] = {}
        stack = [self.node]
        while stack:
            n = stack[-1]
            missing = [a for a in n.args if a not in seen] if _is_inner(n) else []
            if missing:
                stack += missing
            else:
                seen.setdefault(stack.pop())
        return list(seen)

    def _expression(self, n: Node, done: dict[Node, sympy.Expr]) -> sympy.Expr:
        if n.op == "const":
            return sympy.sympify(n.param)
        if n.op == "ones":
            return sympy.S.One
        if n.op == "pow":
            if n in self.roots:
                base, power = self.roots[n]
                return self._letter(base) ** power
            if n.args[0] in done and _is_inner(n):
                return done[n.args[0]] ** n.args[1].param
        if n in self.roots:
            base, power = self.roots[n]
            return self._letter(base) ** power
        if n.op == "add":
            return sympy.Add(*(done[a] for a in n.args))
        if n.op in ("had", "scale"):
            return sympy.Mul(*(done[a] for a in n.args))
        return self._letter(n)

    def _letter(self, n: Node) -> sympy.Symbol:
        return self.letters.setdefault(n, sympy.Dummy(f"y{len(self.letters)}"))

    # --- and back ---
    def product(self, coefficient: sympy.Expr, parts: list[tuple[sympy.Expr, int]]) -> Node:
        self.meaning = {s: n for n, s in self.letters.items()}
        scalars: list[Node] = [const(as_value(coefficient))]
        others: list[Node] = []
        for f, k in parts:
            body = self._sum(f)
            (scalars if body.is_scalar else others).append(al.pow_(body, const(k)))
        if self.node.is_scalar:
            return al.had(scalars)
        return al.scale(al.had(scalars), al.had(others) if others else leaves.ones(*self.node.shape))

    def _sum(self, f: sympy.Expr) -> Node:
        terms = [self._term(t) for t in sympy.Add.make_args(f)]
        if all(t.is_scalar for t in terms):
            return collect(terms)
        shape = self.node.shape
        return collect([al.scale(t, leaves.ones(*shape)) if t.is_scalar else t for t in terms])

    def _term(self, t: sympy.Expr) -> Node:
        numbers: list[sympy.Expr] = []
        scalars: list[Node] = []
        others: list[Node] = []
        for f in sympy.Mul.make_args(t):
            base, k = f.as_base_exp()
            node = self.meaning.get(base)
            if node is None:
                numbers.append(f)
            else:
                (scalars if node.is_scalar else others).append(al.pow_(node, const(int(k))))
        outside = al.had([const(as_value(sympy.Mul(*numbers))), *scalars])
        return al.scale(outside, al.had(others)) if others else outside


def _roots(inner: Iterable[Node]) -> dict[Node, tuple[Node, int]]:
    """x^(p/q) and x itself as powers of x^(1/q), where both occur."""
    fractions: dict[Node, list[Node]] = {}
    for n in inner:
        if n.op == "pow" and n.args[1].op == "const" and isinstance(n.args[1].param, Fraction):
            fractions.setdefault(n.args[0], []).append(n)
    found: dict[Node, tuple[Node, int]] = {}
    for base, powers in fractions.items():
        q = lcm(*(n.args[1].param.denominator for n in powers))
        root = al.pow_(base, const(Fraction(1, q)))
        for n in powers:
            found[n] = root, int(n.args[1].param * q)
        found[base] = root, q
    return found
