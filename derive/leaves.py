"""Constant matrices, and the door through which anything becomes a node."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

from .errors import BadInput
from .nodes import ONE, ZERO, Node, _hooks, const, make
from .sizes import Size, is_one


def eye(n: Size) -> Node:
    return ONE if is_one(n) else make("eye", (), (n, n), n)


def ones(m: Size, n: Size = 1) -> Node:
    return ONE if is_one(m) and is_one(n) else make("ones", (), (m, n))


def zeros(m: Size, n: Size = 1) -> Node:
    return ZERO if is_one(m) and is_one(n) else make("zeros", (), (m, n))


def basis(n: Size, i: Any) -> Node:
    """The unit column e_i of length n; i counts from 1."""
    index = as_node(i)
    if index.op == "const" and isinstance(index.value, int):
        check_index(index.value, n)
    return ONE if is_one(n) else make("basis", (index,), (n, 1), n)


def check_index(i: int, n: Size) -> None:
    """BadInput for a place outside 1..n."""
    if i < 1 or (isinstance(n, int) and i > n):
        raise BadInput(f"index {i} is outside 1..{n}")


def commutation(m: Size, n: Size) -> Node:
    """K_mn, with K_mn vec X = vec X^T for X (m, n)."""
    size = size_product(m, n)
    return eye(size) if is_one(m) or is_one(n) else make("commutation", (), (size, size), (m, n))


def half_size(n: Size) -> Size:
    """n(n + 1)/2, the length of vech of an n x n matrix."""
    if isinstance(n, int):
        return n * (n + 1) // 2
    if isinstance(n, sympy.Symbol):  # n + 1 without evaluating an Add, as in size_product
        return n * sympy.Add._from_args((sympy.S.One, n)) / 2
    return n * (n + 1) / 2


def duplication(n: Size) -> Node:
    """D_n, with D_n vech S = vec S for symmetric S (n, n)."""
    return ONE if is_one(n) else make("duplication", (), (size_product(n, n), half_size(n)), n)


def elimination(n: Size) -> Node:
    """L_n, with L_n vec X = vech X for X (n, n)."""
    return ONE if is_one(n) else make("elimination", (), (half_size(n), size_product(n, n)), n)


def zeros_like(n: Node) -> Node:
    return zeros(*n.shape)


def is_zero(n: Node) -> bool:
    return n.op == "zeros" or n is ZERO


def as_node(x: Any) -> Node:
    """Anything that can stand in an expression: a node, a number, or plain SymPy."""
    if isinstance(x, Node):
        return x
    if isinstance(x, int | Fraction | float | sympy.Number | sympy.NumberSymbol):
        return const(x)
    return _hooks["convert"](x)


def size_product(a: Size, b: Size) -> Size:
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if a is b:  # as n * n would make it, whose first evaluation loads sympy.tensor: 50 ms
        return sympy.Pow(a, 2)
    product = sympy.sympify(a) * sympy.sympify(b)
    return product if not product.is_Integer else int(product)
