"""Under which conditions an expression can be differentiated: gathered from its nodes and the rows of the book."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from . import algebra as al
from .book import Book
from .nodes import Node, walk
from .random_variables import is_expectation
from .rule import Condition, invertible, nonzero, nonzero_entries, positive
from .values import is_negative


def conditions(root: Node, active: Iterable[Node], book: Book) -> tuple[Condition, ...]:
    """What must hold for the derivative of `root` to be as derived; what declared properties imply is left out."""
    wanted: dict[str, Condition] = {}
    members = set(active)
    for node in walk(root):
        if node in members:
            for c in _of(node, book):
                if not c.holds() and not _evident(c):
                    wanted.setdefault(str(c), c)
    return together(wanted.values())


_EVEN = frozenset(range(2, 100, 2))
_STRONGER = {  # what implies a condition on the same subject
    "{} != 0": ("{} > 0", "{} has no zero entry"),
    "{} has no zero entry": ("{} > 0",),
    "{} invertible": ("det({}) > 0",),
}


def together(*told: Iterable[Condition]) -> tuple[Condition, ...]:
    """All conditions, each once; x != 0 is not said beside x > 0."""
    found = {str(c): c for conditions in told for c in conditions}
    said = {(c.text, c.subject) for c in found.values()}
    return tuple(c for c in found.values() if not any((text, c.subject) in said for text in _STRONGER.get(c.text, ())))


def _of(node: Node, book: Book) -> list[Condition]:
    if node.op == "call":
        if node.fn.projection or is_expectation(node):
            return []
        if node.fn.name == "pnorm" and node.args[1].param in _EVEN:  # |x|^p = x^p has no kink
            return [nonzero(node.args[0])]
        return book.row(node).conditions(node)
    if node.op == "matpow" and not _whole(node.args[1]):
        return [invertible(node.args[0])]
    if node.op == "prodover":
        return [nonzero(node.args[0])]
    if node.op == "pow":
        base, k = node.args
        if _whole(k):
            return []
        if base.op == "call" and base.fn.name in ("norm", "sqnorm", "norm1", "pnorm", "maxnorm"):
            return [nonzero(base.args[0])]
        if k.op == "const" and isinstance(k.param, int):
            return [nonzero(base) if base.is_scalar else nonzero_entries(base)]
        return [positive(base)]
    return []


def _whole(k: Node) -> bool:
    """True for an exponent that is certainly a whole number >= 0."""
    if k.op == "const":
        return isinstance(k.param, int) and k.param >= 0
    return all("integer" in n.properties for n in walk(k) if n.op == "symbol") and not is_negative(al.split(k)[0])


def _evident(c: Condition) -> bool:
    """Conditions that hold by the form of their subject: e^x > 0, 1 + e^x > 0, X^T X + tI is left to the reader."""
    subject = c.subject
    if c.text.startswith(("{} > 0", "{} != 0", "{} has no zero")) and al.is_positive(subject) and not _norm(subject):
        return True
    if c.text.startswith("{} != 0") and subject.op == "const":
        return isinstance(subject.param, int | Fraction) and subject.param != 0
    return False


def _norm(n: Node) -> bool:
    return (n.op == "call" and n.fn.name.endswith("norm")) or (
        n.op == "call" and n.fn.name in ("norm1", "nuclear", "spectral")
    )
