"""Where an expression is smooth: one margin for each place that has a domain or a kink.

A guard is the argument of a function with a domain (log, inverse, norm ...) and its margin, a number that is positive
well inside the domain. `draw` moves the variables until all margins are positive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .algebra import add, had
from .arrays import Array
from .binding import number
from .leaves import zeros_like
from .nodes import BINDERS, ONE, Node, const, walk
from .numeric import Program, compile, free_indices
from .random_variables import averaged
from .rebuilding import substitute

Margin = Callable[..., float]

AWAY = 0.02  # how far from a kink or a boundary, absolutely
CONDITION = 1e-4  # the least ratio of smallest to largest singular value
LARGE = 40.0  # exp of more than this is huge
FINITE = 1e10


# --- margins ----------------------------------------------------------------------------------------------------
def above(bound: float) -> Margin:
    return lambda x: float(x.min()) - bound - AWAY


def between(low: float, high: float) -> Margin:
    return lambda x: min(float(x.min()) - low, high - float(x.max())) - AWAY


def nonzero(x: Array) -> float:
    """No entry near 0."""
    return float(np.abs(x).min()) - AWAY


def off_kink(x: Array, *_: Array) -> float:
    """No entry near 0, but for those that are exactly 0: they are so by structure, as above a triangle's diagonal,
    and stay 0 along every direction."""
    near = np.abs(x[x != 0])
    return float(near.min(initial=1.0)) - AWAY


def apart(a: Array, b: Array) -> float:
    return off_kink(a - b)


def not_huge(x: Array) -> float:
    return LARGE - float(x.max())


def bounded(x: Array) -> float:
    return LARGE - float(np.abs(x).max())


def off_integers(x: Array) -> float:
    return nonzero(x - np.round(x))


def off_poles(x: Array) -> float:
    """tan: away from odd multiples of pi/2."""
    return float(np.abs(np.cos(x)).min()) - 0.1


def long(x: Array) -> float:
    """A vector away from 0."""
    return float(np.sqrt((x * x).sum())) - AWAY


def _gaps(values: Array, k: int) -> float:
    """The distance of the k-th value from its neighbours, relative to the largest."""
    others = np.delete(values, k)
    return float(np.min(np.abs(others - values[k]), initial=1.0)) - AWAY * (1 + float(np.abs(values).max()))


def one_largest(x: Array) -> float:
    """One largest value; the entries that share it exactly do so by structure, as in a symmetric matrix."""
    top = float(x.max())
    return _gaps(np.append(x[x != top], top), -1)


def one_largest_modulus(x: Array) -> float:
    return min(one_largest(np.abs(x)), float(np.abs(x).max()) - AWAY)


def _singular_values(m: Array) -> Array:
    return np.linalg.svd(m, compute_uv=False)


def invertible(m: Array) -> float:
    s = _singular_values(m)
    return float(s[-1]) - CONDITION * (1 + float(s[0]))


def positive_determinant(m: Array) -> float:
    """The smallest singular value, with the sign of the determinant."""
    return invertible(m) if np.linalg.det(m) > 0 else -AWAY - float(_singular_values(m)[-1])


def off_negative_axis(m: Array) -> float:
    """No eigenvalue on or near the negative real axis or 0: the principal logarithm and root exist."""
    values = np.linalg.eigvals(m)
    return float(np.min(np.where(values.real < 0, np.abs(values.imag), np.abs(values)))) - AWAY


def constant_rank(m: Array) -> float:
    """Every singular value is either clearly nonzero or zero for structural reasons."""
    s = _singular_values(m)
    doubtful = s[s > 1e-10 * (1 + s[0])]
    return float(doubtful.min()) - CONDITION * (1 + float(s[0])) if doubtful.size else 1.0


def one_leading(m: Array) -> float:
    return _gaps(_singular_values(m), 0)


def simple_eigenvalue(m: Array, k: Array) -> float:
    if np.abs(m - m.T).max() > 1e-8 * (1 + np.abs(m).max()):
        return -FINITE
    i = round(float(k.flat[0])) - 1
    return _gaps(np.linalg.eigvalsh(m), i) if 0 <= i < len(m) else -FINITE


_ANY_SIGN = {
    "relu", "abs", "sign", "step", "leaky_relu", "norm1", "pnorm",
}  # fmt: skip
CALLS: Mapping[str, tuple[Margin, str]] = {
    **dict.fromkeys(_ANY_SIGN, (off_kink, "{} has no entry 0")),
    "log": (above(0), "{} is positive"),
    "log1p": (above(-1), "{} is greater than -1"),
    "asin": (between(-1, 1), "{} lies between -1 and 1"),
    "acos": (between(-1, 1), "{} lies between -1 and 1"),
    "atanh": (between(-1, 1), "{} lies between -1 and 1"),
    "acosh": (above(1), "{} is greater than 1"),
    "tan": (off_poles, "{} is away from the poles of tan"),
    "exp": (not_huge, "{} is of moderate size"), "sinh": (bounded, "{} is of moderate size"),
    "cosh": (bounded, "{} is of moderate size"), "expm": (bounded, "{} is of moderate size"),
    "floor": (off_integers, "{} is not an integer"), "ceil": (off_integers, "{} is not an integer"),
    "maximum": (apart, "{} differs from the other argument"), "minimum": (apart, "{} differs from the other argument"),
    "norm": (long, "{} is not 0"),
    "max": (one_largest, "{} has one largest entry"), "argmax": (one_largest, "{} has one largest entry"),
    "maxnorm": (one_largest_modulus, "{} has one entry of largest modulus"),
    "argmax_sign": (one_largest_modulus, "{} has one entry of largest modulus"),
    "logdet": (positive_determinant, "{} has a positive determinant"),
    "pinv": (constant_rank, "{} has constant rank"),
    "nuclear": (invertible, "{} has full rank"), "polar": (invertible, "{} has full rank"),
    "spectral": (one_leading, "{} has one largest singular value"),
    "leading_left": (one_leading, "{} has one largest singular value"),
    "leading_right": (one_leading, "{} has one largest singular value"),
    "eigenvalue": (simple_eigenvalue, "{} is symmetric and the eigenvalue simple"),
    "eigenvector": (simple_eigenvalue, "{} is symmetric and the eigenvalue simple"),
    "logm": (off_negative_axis, "{} has no eigenvalue on the negative real axis"),
    "sqrtm": (off_negative_axis, "{} has no eigenvalue on the negative real axis"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """The margin of one node's arguments; `condition` says it with {} for the first argument."""

    node: Node
    margin: Margin
    condition: str

    @property
    def text(self) -> str:
        return self.condition.format(self.node.args[0])


def guard(node: Node) -> Guard | None:
    """The guard of a node, or None where it is smooth everywhere."""
    if node.op == "call":
        found = CALLS.get(node.fn.name)
        return Guard(node, *found) if found else None
    if node.op == "pow":
        return _power_guard(node)
    return _matrix_power_guard(node) if node.op == "matpow" else None


def _is_integer(k: Node) -> bool:
    return isinstance(k.param, int) if k.op == "const" else "integer" in k.properties


def _power_guard(node: Node) -> Guard | None:
    base, k = node.args
    if not _is_integer(k):
        return Guard(node, lambda x, _: float(x.min()) - AWAY, "{} is positive")
    if (k.op == "const" and k.param > 0) or base.op == "const":
        return None
    return Guard(node, lambda x, _: nonzero(x), "{} has no entry 0")


def _matrix_power_guard(node: Node) -> Guard | None:
    k = node.args[1]
    if not _is_integer(k):
        return Guard(node, lambda m, _: off_negative_axis(m), "{} has no eigenvalue on the negative real axis")
    if k.op == "const" and k.param > 0:
        return None
    return Guard(node, lambda m, _: invertible(m), "{} is invertible")


# --- the domain of some expressions -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Domain:
    """The guards of some expressions and a tape that holds their arguments, for one choice of sizes."""

    program: Program
    guards: tuple[tuple[Guard, tuple[int, ...]], ...]
    roots: dict[Node, int]

    def violated(self, cells: list[Any]) -> tuple[int, float]:
        """The index of the first guard whose margin is not positive, with that margin; (count, 0) when all hold."""
        for k, (g, at) in enumerate(self.guards):
            margin = _safe(g.margin, [cells[i] for i in at])
            if not margin > 0:
                return k, margin if margin == margin else -FINITE
        for i in self.roots.values():
            largest = float(np.abs(cells[i]).max())
            if not largest < FINITE:
                return len(self.guards), -np.log10(largest) if np.isfinite(largest) else -FINITE
        return len(self.guards) + 1, 0.0


def _safe(margin: Margin, values: list[Any]) -> float:
    try:
        return margin(*values)
    except np.linalg.LinAlgError:
        return -FINITE


def domain(roots: tuple[Node, ...], sizes: Mapping[str, int]) -> Domain:
    """The guards of `roots`, children first; sums over an index are written out where their body has guards."""
    written = averaged(*roots)
    order = walk(*written)
    if any(n.op in BINDERS for n in order):
        written = tuple(unrolled(r, sizes) for r in written)
        order = walk(*written)
    inside = free_indices(order)  # a sum to a symbolic bound stays: what happens inside shows in its value
    guards = [g for n in order if not inside.get(n) and (g := guard(n)) is not None]
    program = compile(*written, *(a for g in guards for a in g.node.args), order=order)
    at = program.at
    places = tuple((g, tuple(at[a] for a in g.node.args)) for g in guards)
    return Domain(program, places, {r: at[w] for r, w in zip(roots, written, strict=True)})


def unrolled(root: Node, sizes: Mapping[str, int]) -> Node:
    """`root` with each sum whose body has a guard written out, outer sums first, for these sizes."""
    while any(n.op in BINDERS for n in walk(root)):
        found = next((n for n in reversed(walk(root)) if n.op in BINDERS and _guarded(n)), None)
        if found is None:
            return root
        body, lo, hi = found.args
        if lo.op != "const" or hi.op != "const":
            return root
        indices = range(round(number(lo.param, sizes)), round(number(hi.param, sizes)) + 1)
        terms = [substitute(body, {found.param: const(i)}) for i in indices]
        root = substitute(root, {found: _joined(found, terms)})
    return root


def _joined(whole: Node, parts: list[Node]) -> Node:
    if whole.op == "prodover":
        return had(parts) if parts else ONE
    return add(parts) if parts else zeros_like(whole)


def _guarded(node: Node) -> bool:
    return any(guard(n) is not None for n in walk(node.args[0]))
