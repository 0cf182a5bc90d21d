"""The mistakes that people make, applied to a right derivative: each with the names that a diagnosis may give it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derive import algebra
from derive.nodes import Node, const, walk
from derive.rebuilding import substitute

__all__ = ["Mistake", "mistakes"]


@dataclass(frozen=True)
class Mistake:
    """A wrong derivative, what was done to the right one, and the kinds of diagnosis that name it."""

    what: str
    claim: Node
    kinds: frozenset[str]


def mistakes(right: Node) -> Iterator[Mistake]:
    """Every human error that applies to a right derivative; some leave it equal (a symmetric one transposed)."""
    for what, kinds, change in CHANGES:
        for claim in change(right):
            if claim is not right:
                yield Mistake(what, claim, frozenset(kinds))


def sign(g: Node) -> Iterator[Node]:
    """-G."""
    yield -g


def factor(g: Node) -> Iterator[Node]:
    """2G and G/2."""
    yield 2 * g
    yield const(Fraction(1, 2)) * g


def transposed(g: Node) -> Iterator[Node]:
    """G^T."""
    yield g.T


def dropped_term(g: Node) -> Iterator[Node]:
    """A sum without one of its terms."""
    for total in (n for n in walk(g) if n.op == "add" and outermost(n, g)):
        for i in range(len(total.args)):
            yield replaced(g, total, algebra.add([*total.args[:i], *total.args[i + 1 :]]))


def swapped_product(g: Node) -> Iterator[Node]:
    """A product with two neighbours of fitting shapes in the wrong order."""
    for chain in (n for n in walk(g) if n.op == "matmul"):
        for i in range(len(chain.args) - 1):
            a, b = chain.args[i : i + 2]
            if a.shape == b.shape and a.shape[0] == a.shape[1] and a is not b:
                yield replaced(g, chain, algebra.matmul([*chain.args[:i], b, a, *chain.args[i + 2 :]]))


def forgotten_transpose(g: Node) -> Iterator[Node]:
    """A square factor without its transpose."""
    for chain in (n for n in walk(g) if n.op == "matmul"):
        for i, a in enumerate(chain.args):
            if a.op == "transpose" and a.shape[0] == a.shape[1]:
                yield replaced(g, chain, algebra.matmul([*chain.args[:i], a.T, *chain.args[i + 1 :]]))


def assumed_symmetry(g: Node) -> Iterator[Node]:
    """A + A^T written 2A."""
    for n in walk(g):
        if n.op == "symbol" and n.shape[0] == n.shape[1] and not n.is_scalar and n.T in set(walk(g)):
            yield replaced(g, n.T, n)


def transpose_for_inverse(g: Node) -> Iterator[Node]:
    """X^T where X^-1 or X^-T belongs."""
    parts = walk(g)
    for n in parts:
        base = inverted(n)
        if base is not None and base.T is not base and (n.op == "transpose" or n.T not in parts):
            yield replaced(g, n, base.T)


def inverse_for_transpose(g: Node) -> Iterator[Node]:
    """A^-1 where A^T belongs."""
    for n in walk(g):
        if n.op == "transpose" and n.args[0].op == "symbol" and n.shape[0] == n.shape[1]:
            yield replaced(g, n, algebra.inv(n.args[0]))


def inverted(n: Node) -> Node | None:
    """X of X^-1 and of X^-T."""
    inner = n.args[0] if n.op == "transpose" else n
    return inner.args[0] if inner.op == "matpow" and inner.args[1] is algebra.MINUS_ONE else None


def missing_chain_factor(g: Node) -> Iterator[Node]:
    """An elementwise product without one of its factors."""
    for product in (n for n in walk(g) if n.op == "had" and not n.is_scalar and occurrences(n, g) == 1):
        for i, f in enumerate(product.args):
            if f.op == "call" or f.op == "add":
                yield replaced(g, product, algebra.had([*product.args[:i], *product.args[i + 1 :]]))


CHANGES: tuple[tuple[str, tuple[str, ...], Callable[[Node], Iterator[Node]]], ...] = (
    ("sign", ("sign",), sign),
    ("factor", ("factor",), factor),
    ("transposed", ("transposed", "wrong-shape"), transposed),
    ("dropped term", ("missing-term",), dropped_term),
    ("swapped product", ("product-order",), swapped_product),
    ("forgotten transpose", ("missing-transpose", "assumes-symmetric", "transposed"), forgotten_transpose),
    ("symmetry assumed", ("assumes-symmetric", "missing-transpose"), assumed_symmetry),
    ("transpose for inverse", ("inverse-vs-transpose",), transpose_for_inverse),
    ("inverse for transpose", ("inverse-vs-transpose",), inverse_for_transpose),
    ("missing chain factor", ("missing-chain-factor",), missing_chain_factor),
)  # fmt: skip


def outermost(total: Node, root: Node) -> bool:
    """Whether a sum stands at the top of the derivative, under products with constants at most."""
    whole = root
    while root is not total and root.op in ("scale", "transpose"):
        root = root.args[-1]
    return root is total and occurrences(total, whole) == 1


def occurrences(part: Node, root: Node) -> int:
    """How often a part is written in an expression."""
    count: dict[Node, int] = {}
    for n in walk(root):
        count[n] = 1 if n is part else sum(count[a] for a in n.args)
    return count[root]


def replaced(root: Node, old: Node, new: Node) -> Node:
    """The expression with one part exchanged."""
    return substitute(root, {old: new})
