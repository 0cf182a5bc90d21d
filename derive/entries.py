"""An entry x_i or X_ij as the variable, and the indices that are left open: e_i^T X e_j."""

from __future__ import annotations

from typing import NamedTuple

from .nodes import BINDERS, ONE, Node, walk
from .sizes import Size


class EntryOf(NamedTuple):
    """The entry (row, column) of a symbol or a member of a family; indices are scalar nodes that count from 1."""

    of: Node
    row: Node
    column: Node

    @property
    def ranges(self) -> tuple[tuple[Node, Size], ...]:
        """The indices that are symbols, each with how far it counts."""
        pairs = zip((self.row, self.column), self.of.shape, strict=True)
        return tuple((i, n) for i, n in pairs if i.op == "symbol")


def entry_in(x: Node) -> EntryOf | None:
    """What e_i^T X e_j is an entry of; None for anything else."""
    if x.op != "matmul" or not x.is_scalar:
        return None
    inner = [f for f in x.args if _index(f) is None]
    if len(inner) != 1 or len(x.args) > 3:
        return None
    (of,) = inner
    at = x.args.index(of)
    before = _index(x.args[at - 1]) if at else ONE
    after = _index(x.args[at + 1]) if at + 1 < len(x.args) else ONE
    assert before is not None and after is not None
    if of.op == "transpose":
        of, before, after = of.args[0], after, before
    return EntryOf(of, before, after) if of.op in ("symbol", "item") else None


def _index(f: Node) -> Node | None:
    """i of e_i or e_i^T."""
    f = f.args[0] if f.op == "transpose" else f
    return f.args[0] if f.op == "basis" else None


def open_indices(f: Node, entry: EntryOf | None) -> tuple[tuple[Node, Size], ...]:
    """The symbols that select entries, with their ranges: those of f by name, then those of the variable."""
    bound = {n.param for n in walk(f) if n.op in BINDERS}
    pairs = [(n.args[0], n.shape[0]) for n in walk(f) if n.op == "basis" and n.args[0].op == "symbol"]
    pairs.sort(key=lambda pair: pair[0].name)
    if entry is not None:
        pairs += entry.ranges
    found: dict[Node, Size] = {}
    for i, n in pairs:
        if i not in bound and "integer" in i.properties:
            found.setdefault(i, n)
    return tuple(found.items())
