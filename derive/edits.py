"""Edits of an expression: the mistakes that people make, undone one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from . import algebra as al
from .errors import DeriveError
from .functions import norm_, sqnorm_
from .nodes import MINUS_ONE, ONE, Node, const, make, walk
from .rebuilding import rebuild, substitute
from .sizes import same_shape, same_size
from .values import value_product

HALF, TWO = const(Fraction(1, 2)), const(2)
_LONGEST_PERMUTED = 5


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed expression, the kind of mistake that the change undoes, and the change in words."""

    kind: str
    change: str
    result: Node


def edits(root: Node) -> Iterator[Edit]:
    """Every edit of `root`, the likeliest mistakes first."""
    seen = {root}
    for kind in (_transposes, _inverses, _local_transposes, _terms, _orders, _arguments, _factors):
        for edit in _safely(kind(root)):
            if edit.result not in seen and same_shape(edit.result.shape, root.shape):
                seen.add(edit.result)
                yield edit


def reshaped(root: Node) -> Iterator[Edit]:
    """Edits that may change the shape: one part transposed or two factors exchanged."""
    for kind in (_transposes, _local_transposes, _orders):
        yield from _safely(kind(root))


def _safely(found: Iterator[Edit]) -> Iterator[Edit]:
    while True:
        try:
            yield next(found)
        except StopIteration:
            return
        except DeriveError:
            return  # a generator that raised is at its end


def _replaced(root: Node, old: Node, new: Node) -> Node | None:
    """`root` with every occurrence of `old` replaced, or None where the shapes no longer fit."""
    try:
        return substitute(root, {old: new})
    except DeriveError:
        return None


def _parts(root: Node) -> list[Node]:
    """The nodes of the expression from the outside in."""
    return list(reversed(walk(root)))


def _rebuilt(node: Node, args: tuple[Node, ...]) -> Node | None:
    try:
        return rebuild(node.op, args, node.param, node.shape)
    except DeriveError:
        return None


# --- transposes and inverses ------------------------------------------------------------------------------------
def _transposes(root: Node) -> Iterator[Edit]:
    """A^T for A wherever A occurs, for symbols and other square parts."""
    for n in _parts(root):
        if n.is_scalar or n is root or not same_size(*n.shape) or al.transpose(n) is n:
            continue
        if n.op == "transpose":
            new = _replaced(root, n, n.args[0])
        else:
            slot = make("symbol", (), n.shape, _Slot(n))  # so that A^T does not become A in the same stroke
            hidden = _replaced(root, n, slot)
            new = None if hidden is None else _replaced(hidden, slot, al.transpose(n))
        if new is not None:
            yield Edit("missing-transpose", f"{al.transpose(n)} for {n}", new)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A symbol that stands for a node while its neighbours are edited."""

    of: Node
    properties: frozenset[str] = frozenset()
    serial: int = -2
    latex: str = ""

    @property
    def name(self) -> str:
        return f"slot {self.of.digest}"


def _local_transposes(root: Node) -> Iterator[Edit]:
    """One factor or term transposed, at one place only."""
    for n in _parts(root):
        if n.op not in ("matmul", "add", "had", "scale", "kron"):
            continue
        for i, a in enumerate(n.args):
            flipped = al.transpose(a)
            if a.is_scalar or flipped is a:
                continue
            parent = _rebuilt(n, (*n.args[:i], flipped, *n.args[i + 1 :]))
            new = None if parent is None else _replaced(root, n, parent)
            if new is not None:
                yield Edit("missing-transpose", f"{flipped} for {a}, in {n}", new)
        if n.op == "matmul" and len(n.args) > 2:
            for i in range(len(n.args) - 1):  # two neighbours at once: (A B)^T for A B
                pair = al.matmul(n.args[i : i + 2])
                parent = _rebuilt(n, (*n.args[:i], al.transpose(pair), *n.args[i + 2 :]))
                new = None if parent is None else _replaced(root, n, parent)
                if new is not None:
                    yield Edit("missing-transpose", f"{al.transpose(pair)} for {pair}", new)


def _inverses(root: Node) -> Iterator[Edit]:
    """A^{-1} for A^T and the reverse; A^{-1} for A."""
    seen = set(walk(root))
    for n in _parts(root):
        if n.op == "matpow" and n.args[1] is MINUS_ONE:
            base = n.args[0]
            options = [(al.transpose(base), n), (base, n)]
        elif n.op == "transpose" and not n.is_scalar and same_size(*n.shape) and n.args[0].op != "matpow":
            options = [(al.inv(n.args[0]), n), (al.transpose(al.inv(n.args[0])), n)]
        elif n.op == "call" and n.fn.name == "pinv":
            options = [(al.transpose(n.args[0]), n)]
        elif n.op == "symbol" and not n.is_scalar and same_size(*n.shape) and al.inv(n) not in seen:
            options = [(al.inv(n), n)]
        else:
            continue
        for new_part, old in options:
            new = _replaced(root, old, new_part)
            if new is not None:
                yield Edit("inverse-vs-transpose", f"{new_part} for {old}", new)


# --- terms and factors ------------------------------------------------------------------------------------------
def _terms(root: Node) -> Iterator[Edit]:
    """The sign or the coefficient of one term of a sum; a term too many."""
    for n in _parts(root):
        if n.op != "add":
            continue
        for i, t in enumerate(n.args):
            rest = (*n.args[:i], *n.args[i + 1 :])
            for kind, change, other in (
                ("sign", f"{al.scale(MINUS_ONE, t)} for {t}", al.scale(MINUS_ONE, t)),
                ("factor", f"{al.scale(TWO, t)} for {t}", al.scale(TWO, t)),
                ("factor", f"{al.scale(HALF, t)} for {t}", al.scale(HALF, t)),
                ("other", f"the term {t} is too much", None),
            ):
                new = _replaced(root, n, al.add([*rest, other] if other is not None else list(rest)))
                if new is not None:
                    yield Edit(kind, change, new)


def _orders(root: Node) -> Iterator[Edit]:
    """The factors of a product in another order."""
    for n in _parts(root):
        if n.op != "matmul":
            continue
        factors = [g for f in n.args for g in _single(f)]
        if len(factors) > _LONGEST_PERMUTED:
            orders = [[*factors[:i], factors[i + 1], factors[i], *factors[i + 2 :]] for i in range(len(factors) - 1)]
            orders += [factors[i:] + factors[:i] for i in range(1, len(factors))]
        else:
            orders = [list(p) for p in permutations(factors)]
        for order in orders:
            try:
                parent = al.matmul(order)
            except DeriveError:
                continue
            new = _replaced(root, n, parent) if parent is not n else None
            if new is not None:
                yield Edit("product-order", f"{parent} for {n}", new)


def _single(f: Node) -> list[Node]:
    """X^2 as X, X and X^-2 as X^-1, X^-1: powers of which one factor may stand elsewhere."""
    base = f.args[0] if f.op == "transpose" else f
    if base.op == "matpow" and base.args[1].op == "const" and base.args[1].param in (2, -2):
        unit = al.matpow(base.args[0], const(base.args[1].param // 2))
        return [al.transpose(unit) if f.op == "transpose" else unit] * 2
    return [f]


def _arguments(root: Node) -> Iterator[Edit]:
    """f(-x) for f(x); a norm for its square and the reverse."""
    for n in _parts(root):
        if n.op == "call" and n.fn.elementwise:
            new = _replaced(root, n, al.call(n.fn, (al.scale(MINUS_ONE, n.args[0]), *n.args[1:])))
            if new is not None:
                yield Edit("sign", f"{n.fn.name}({al.scale(MINUS_ONE, n.args[0])}) for {n}", new)
        if n.op == "call" and n.fn in (norm_, sqnorm_):
            other = al.call(sqnorm_ if n.fn is norm_ else norm_, n.args)
            new = _replaced(root, n, other)
            if new is not None:
                yield Edit("factor", f"{other} for {n}: a norm and its square", new)


def _factors(root: Node) -> Iterator[Edit]:
    """A coefficient inside the expression doubled, halved or negated; a factor too many."""
    exponents = {n.args[1] for n in _parts(root) if n.op in ("pow", "matpow")}
    for n in _parts(root):
        if n.op in ("pow", "matpow") and n.args[1].op == "const":
            for step in (MINUS_ONE, ONE):
                parent = _rebuilt(n, (n.args[0], al.add([n.args[1], step])))
                new = _replaced(root, n, parent) if parent is not None else None
                if new is not None:
                    yield Edit("other", f"a power is wrong: {parent} for {n}", new)
        if n.op == "const" and n.param != 0 and n not in exponents:
            for other in (al.had([TWO, n]), al.had([HALF, n]), al.had([MINUS_ONE, n])):
                new = _replaced(root, n, other)
                if new is not None:
                    yield Edit(
                        "sign" if other.param == value_product(-1, n.param) else "factor", f"{other} for {n}", new
                    )
        if n.op in ("matmul", "had") and len(n.args) > 1:
            for i in range(len(n.args)):
                parent = _rebuilt(n, (*n.args[:i], *n.args[i + 1 :]))
                new = _replaced(root, n, parent) if parent is not None else None
                if new is not None:
                    yield Edit("other", f"the factor {n.args[i]} is too much, in {n}", new)
