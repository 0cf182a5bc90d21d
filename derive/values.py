"""Numbers that stand in expressions: ints, Fractions, and SymPy numbers such as pi or a size n."""

from __future__ import annotations

from fractions import Fraction

import sympy

from .nodes import Value, as_value


def value_sum(a: Value, b: Value) -> Value:
    return as_value(sympy.sympify(a) + sympy.sympify(b)) if _symbolic(a, b) else as_value(a + b)


def value_product(a: Value, b: Value) -> Value:
    if isinstance(a, int):
        if a == 1:
            return b
        if a == 0:
            return 0
    if isinstance(b, int) and b == 1:
        return a
    return as_value(sympy.sympify(a) * sympy.sympify(b)) if _symbolic(a, b) else as_value(a * b)


def value_power(a: Value, b: Value) -> Value:
    if isinstance(b, int) and not isinstance(a, sympy.Expr) and (a != 0 or b > 0) and abs(b) < 1000:
        return as_value(Fraction(a) ** b)
    return as_value(sympy.sympify(a) ** sympy.sympify(b))


def _symbolic(a: Value, b: Value) -> bool:
    return isinstance(a, sympy.Expr) or isinstance(b, sympy.Expr)


def is_negative(c: Value) -> bool:
    """True when the number is written with a minus sign."""
    return c.could_extract_minus_sign() if isinstance(c, sympy.Expr) else c < 0
