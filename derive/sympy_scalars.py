"""What SymPy's numbers, sums, powers and scalar functions mean, entry by entry where they stand under an index."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.miscellaneous import Max, Min
from sympy.matrices import expressions as matexpr

from . import algebra, functions, indexed, leaves
from .algebra import had, matmul, matpow, pow_, scale, transpose
from .errors import BadInput, NoRule, ShapeError
from .indexed import Index, NoMatrixForm
from .meaning import Meaning, Reading, Reads, Scope, constant, first_part, lift, no_parts, product, shown, simplest
from .nodes import MINUS_ONE, Node, const
from .operators import minus
from .sizes import same_size, shape_text


def _number(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if e.is_finite is False or e is sympy.nan:
        raise BadInput(f"found {e}, which is not a number")
    return const(e)


def _symbol(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    bound = scope.get(e)
    if isinstance(bound, Index):
        raise NoMatrixForm(f"the index {e} is used as a number")
    return reader.scalar_symbol(e) if bound is None else bound


def _added(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if all(isinstance(v, Node) for v in values):
        return algebra.add(values)  # type: ignore[arg-type]
    return simplest(indexed.add([product(v) for v in values]))


def _multiplied(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if all(isinstance(v, Node) for v in values):
        return matmul(values)  # type: ignore[arg-type]
    for v in values:
        if isinstance(v, Node) and not v.is_scalar:
            raise NoMatrixForm("an entry times a matrix")
    return tuple(x for v in values for x in product(v))


def _powered(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    base, k = values
    if isinstance(e.base, sympy.Abs) and e.exp.is_even:
        base = _without_abs(base)
    if not isinstance(base, Node) and k is _TWO:
        return (*base, *base)
    if (
        not isinstance(base, Node)
        and len(base) > 1
        and isinstance(k, Node)
        and k.op == "const"
        and isinstance(k.value, int)
    ):
        return tuple(x for b in base for x in product(power((b,), k)))
    return power(base, k)


def _without_abs(base: Meaning) -> Meaning:
    """z for |z|, of which an even power is taken."""
    entry = product(base)[0]
    if entry.node.op != "call" or entry.node.fn is not functions.abs_:
        return base
    return entry.node.args[0] if isinstance(base, Node) else (entry._replace(node=entry.node.args[0]), *base[1:])


_TWO, _HALF = const(2), const(Fraction(1, 2))


def power(base: Meaning, k: Meaning) -> Meaning:
    """base^k, a power of a scalar, of an entry, or of a square matrix."""
    if isinstance(k, Node) and not k.is_scalar:
        raise ShapeError(f"an exponent must be a scalar, found {k} {shape_text(k.shape)}")
    if isinstance(base, Node) and isinstance(k, Node):
        return scalar_power(base, k) if base.is_scalar else matrix_power(base, k)
    return lift(entry_power, base, k)


def scalar_power(base: Node, k: Node) -> Node:
    """A power; the square root of u^T u is the norm of u."""
    if k is _HALF and base.op == "matmul" and len(base.args) == 2 and transpose(base.args[0]) is base.args[1]:
        return functions.norm(base.args[1])
    if k is _HALF and base.op == "trace" and base.args[0].op == "matmul":
        factors = base.args[0].args
        if len(factors) == 2 and transpose(factors[0]) is factors[1]:
            return functions.norm(factors[1] if factors[1].flips == 0 else factors[0])
    return pow_(base, k)


def matrix_power(m: Node, k: Node) -> Node:
    """The matrix power; k = 1/2 is the principal square root."""
    if k.op == "const" and isinstance(k.value, Fraction) and k.value.denominator == 2 and same_size(*m.shape):
        return matpow(functions.sqrtm(m), const(k.value.numerator))
    return matpow(m, k)


def entry_power(base: Node, k: Node) -> Node:
    """base^k entry by entry; both may be matrices."""
    if k.is_scalar:
        return pow_(base, k)
    if k.op == "scale" and k.args[1].op == "ones":
        return pow_(base, k.args[0])
    if base.is_scalar:
        return functions.exp(scale(functions.log(base), k))
    if k.op == "ones":
        return base
    return functions.exp(had([k, functions.log(base)]))


def _of_entries(function: Callable[..., Node]) -> Reading:
    """A function of real numbers."""

    def call(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
        for v in values:
            if isinstance(v, Node) and not v.is_scalar:
                name = type(e).__name__
                raise ShapeError(
                    f"{name} of the matrix {v} {shape_text(v.shape)}: use applyfunc({name}) for its entries"
                )
        if values and all(isinstance(v, Node) and v.op == "const" for v in values):
            return constant(e.func(*(sympy.sympify(v.value) for v in values)))  # type: ignore[union-attr]
        return lift(function, *values)

    return Reading(call)


def _unknown_function(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    if values and all(isinstance(v, Node) and v.op == "const" for v in values) and not isinstance(e, AppliedUndef):
        return constant(e.func(*(sympy.sympify(v.value) for v in values)))  # type: ignore[union-attr]
    raise NoRule(f"no rule for d({shown(e)[2:] or type(e).__name__}); add a row to rules/ or pass rules=")


def _maximum(function: Callable[..., Node]) -> Callable[..., Node]:
    def fold_all(*args: Node) -> Node:
        result = args[0]
        for a in args[1:]:
            result = function(result, a)
        return result

    return fold_all


def _pieces(reader: Reads, e: Any, values: list[Meaning], scope: Scope) -> Meaning:
    """f where u > v, else g: g + step(u - v) (f - g); max(u, v) and min(u, v) where they are meant."""
    pieces = [(f, c) for f, c in e.args if c != sympy.false]
    last = next((k for k, (_, c) in enumerate(pieces) if _always(c, scope)), len(pieces))
    if last == len(pieces) or not all(isinstance(c, _ORDER) for _, c in pieces[:last]):
        raise BadInput(f"cannot read Piecewise{shown(e)}: wanted conditions u < v or u > v, then (f, True)")
    with reader.deeper():
        rest = reader.read(pieces[last][0], scope)
        for k in reversed(range(last)):
            f, condition = pieces[k]
            value = reader.read(f, scope)
            if k == last - 1 and {f, pieces[last][0]} == {condition.gts, condition.lts}:
                rest = lift(_max2 if f == condition.gts else functions.minimum, value, rest)
            else:
                sides = (reader.read(side, scope) for side in (condition.gts, condition.lts))
                rest = lift(_switched, value, rest, *sides)
    return rest


_ORDER = (sympy.StrictGreaterThan, sympy.GreaterThan, sympy.StrictLessThan, sympy.LessThan)


def _always(condition: Any, scope: Scope) -> bool:
    """True for what holds for every value of a bound index, 0 <= i and i <= n - 1."""
    parts = condition.args if isinstance(condition, sympy.And) else (condition,)
    return all(c == sympy.true or _within(c, scope) for c in parts)


def _within(condition: Any, scope: Scope) -> bool:
    if not isinstance(condition, sympy.GreaterThan | sympy.LessThan):
        return False
    low, high = condition.lts, condition.gts
    upper, lower = scope.get(low), scope.get(high)
    if isinstance(upper, Index):
        return bool(high == upper.size - 1)
    return isinstance(lower, Index) and bool(low == 0)


def _switched(f: Node, g: Node, u: Node, v: Node) -> Node:
    above = functions.step(minus(u, v))
    return algebra.add([g, had([above, minus(f, g)])])


def _max2(a: Node, b: Node) -> Node:
    if leaves.is_zero(a):
        return functions.relu(b)
    return functions.relu(a) if leaves.is_zero(b) else functions.maximum(a, b)


SCALARS: dict[type, Reading] = {
    sympy.Number: Reading(_number, no_parts),
    sympy.NumberSymbol: Reading(_number, no_parts),
    sympy.Symbol: Reading(_symbol, no_parts),
    sympy.Add: Reading(_added),
    sympy.Mul: Reading(_multiplied),
    sympy.Pow: Reading(_powered),
    sympy.exp: _of_entries(functions.exp),
    sympy.log: _of_entries(functions.log),
    sympy.sin: _of_entries(functions.sin),
    sympy.cos: _of_entries(functions.cos),
    sympy.tan: _of_entries(functions.tan),
    sympy.cot: _of_entries(lambda x: pow_(functions.tan(x), MINUS_ONE)),
    sympy.sec: _of_entries(lambda x: pow_(functions.cos(x), MINUS_ONE)),
    sympy.csc: _of_entries(lambda x: pow_(functions.sin(x), MINUS_ONE)),
    sympy.asin: _of_entries(functions.asin),
    sympy.acos: _of_entries(functions.acos),
    sympy.atan: _of_entries(functions.atan),
    sympy.acot: _of_entries(lambda x: functions.atan(pow_(x, MINUS_ONE))),
    sympy.sinh: _of_entries(functions.sinh),
    sympy.cosh: _of_entries(functions.cosh),
    sympy.tanh: _of_entries(functions.tanh),
    sympy.coth: _of_entries(lambda x: pow_(functions.tanh(x), MINUS_ONE)),
    sympy.sech: _of_entries(lambda x: pow_(functions.cosh(x), MINUS_ONE)),
    sympy.csch: _of_entries(lambda x: pow_(functions.sinh(x), MINUS_ONE)),
    sympy.asinh: _of_entries(functions.asinh),
    sympy.acosh: _of_entries(functions.acosh),
    sympy.atanh: _of_entries(functions.atanh),
    sympy.erf: _of_entries(functions.erf),
    sympy.erfc: _of_entries(lambda x: minus(leaves.ones(*x.shape), functions.erf(x))),
    sympy.Abs: _of_entries(functions.abs_),
    sympy.sign: _of_entries(functions.sign),
    sympy.floor: _of_entries(functions.floor),
    sympy.ceiling: _of_entries(functions.ceil),
    sympy.conjugate: _of_entries(lambda x: x),
    sympy.re: _of_entries(lambda x: x),
    matexpr.MatPow: Reading(_powered),
    Max: _of_entries(_maximum(_max2)),
    Min: _of_entries(_maximum(functions.minimum)),
    sympy.Heaviside: Reading(_of_entries(functions.step).make, first_part),
    sympy.Piecewise: Reading(_pieces, no_parts),
    sympy.Function: Reading(_unknown_function),
    AppliedUndef: Reading(_unknown_function),
}  # fmt: skip

# Functions of sympy.codegen, which is not imported for them.
CODEGEN: dict[str, Reading] = {
    "log1p": _of_entries(functions.log1p),
    "log2": _of_entries(functions.log2),
    "log10": _of_entries(functions.log10),
    "expm1": _of_entries(lambda x: minus(functions.exp(x), leaves.ones(*x.shape))),
    "exp2": _of_entries(lambda x: entry_power(_TWO, x)),
    "Sqrt": _of_entries(functions.sqrt),
}
