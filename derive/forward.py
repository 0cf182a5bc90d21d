"""Large expressions cut into named intermediates, z = Wx + b, a = sigma(z), and the backward sweep through them.

The names are symbols; every definition and every cotangent is a small expression in names, so that the cost of a
derivation and its length on paper grow linearly with the DAG.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from . import algebra as al
from . import leaves, letters
from .adjoint import pullback
from .book import Book
from .nodes import BINDERS, ONE, Node, depends, placeholder, walk
from .normal import collect, polish
from .rebuilding import rebuild, substitute
from .rule import Primary
from .sizes import is_one

Definition = tuple[Node, Node]

HEAVY = 30  # an expression with more nodes than this is cut even where nobody would
_OF_COLUMNS = frozenset(("softmax", "log_softmax", "logsumexp"))
_TRANSPARENT = frozenset("symbol item const transpose scale diag explicit".split())


@dataclass(frozen=True)
class Forward:
    """f as `body`, over names defined in order; `meaning` maps each name to the part of f it stands for."""

    definitions: tuple[Definition, ...]
    body: Node
    meaning: dict[Node, Node]

    @cached_property
    def written(self) -> set[Node]:
        """Everything on the page: what the normal form leaves as it stands."""
        return set(walk(self.body, *(e for _, e in self.definitions)))


@dataclass(frozen=True)
class Stage:
    """The backward sweep at one name v: df holds <cotangent, dv>, which contributes to what v is made of."""

    name: Node
    definition: Node
    cotangent: Node
    delta: Node | None  # the name of the cotangent, if it got one
    contributions: dict[Node, Node]


def forward(f: Node, variables: Iterable[Node], book: Book) -> Forward:
    """Cut f at pre-activations, activations, what is used twice, and where it grows heavy."""
    order = walk(f)
    kinds = _Cutter(f, order, set(variables), book).kinds()
    turned = _by_rows(kinds, order)
    symbols = _symbols(kinds, turned, f)
    done: dict[Node, Node] = {}
    definitions: list[Definition] = []
    sums: dict[Node, list[Node]] = {}  # the named ones by their first term
    for n in order:
        args = tuple(done[a] for a in _with_sums(n, sums))
        same = len(args) == len(n.args) and all(map(operator.is_, args, n.args))
        made = n if same else rebuild(n.op, args, n.param, n.shape)
        if n in symbols:
            s = symbols[n]
            definitions.append((s, al.transpose(made) if n in turned else made))
            made = al.transpose(s) if n in turned else s
            if n.op == "add":
                sums.setdefault(n.args[0], []).append(n)
        done[n] = made
    return Forward(tuple(definitions), done[f], {s: al.transpose(n) if n in turned else n for n, s in symbols.items()})


def _with_sums(n: Node, sums: dict[Node, list[Node]]) -> Sequence[Node]:
    """The arguments of n; of a sum z + a, which the algebra has written out as W x + b + a, the sum z and the rest."""
    if n.op != "add" or not sums:
        return n.args
    terms = dict.fromkeys(n.args)
    for inner in sorted((m for t in n.args for m in sums.get(t, ())), key=lambda m: len(m.args), reverse=True):
        if len(inner.args) < len(terms) and terms.keys() > set(inner.args):
            terms = dict.fromkeys([*(t for t in terms if t not in inner.args), inner])
    return tuple(terms)


def _by_rows(kinds: Iterable[Node], order: Sequence[Node]) -> set[Node]:
    """The named nodes that are held transposed: softmax(Q K', axis=1), held as a transposed softmax of the columns."""
    parents: dict[Node, list[Node]] = {}
    for n in order:
        for a in n.args:
            parents.setdefault(a, []).append(n)
    turned: set[Node] = set()
    named = set(kinds)
    for n in reversed(order):
        if n not in named or n.is_scalar or is_one(n.shape[1]):
            continue
        above = parents.get(n, [])
        of_columns = n.op == "call" and n.fn.name in _OF_COLUMNS and all(p.op == "transpose" for p in above)
        if above and (of_columns or all(p in turned for p in above)) and al.transpose(n).flips <= n.flips + of_columns:
            turned.add(n)
    return turned


class _Cutter:
    """Which nodes of f get a name, and which letter: z before an activation, a behind it, r inside a norm, or any."""

    def __init__(self, f: Node, order: Sequence[Node], variables: set[Node], book: Book) -> None:
        self.f, self.order, self.variables = f, order, variables
        self.active = depends(f, variables)
        heavy = [a for n in order if n in self.active for a in n.args if a not in self.active and a.weight > HEAVY // 3]
        fixed = set(walk(*heavy)) if heavy else set()  # parts that do not vary are named where they are long
        self.relevant = self.active | fixed
        self.indexed = {
            a for n in order if n.op in BINDERS for a in walk(n.args[0]) if n.param in depends(a, [n.param])
        }  # fmt: skip -- what depends on the index of a sum cannot stand outside of it
        self.held = _held(order, self.active, book)
        self.found: dict[Node, str] = {}

    def kinds(self) -> dict[Node, str]:
        """The nodes to name, children first."""
        free = [n for n in self.order if n in self.relevant and self._may_be_named(n)]
        for n in free:
            self._around_functions(n)
            if n.op == "matmul":
                self._in_products(n)
        parents = self._parents()
        for n in free:
            if parents.get(n, 0) > 1 and n.weight > 3 and n.op not in _TRANSPARENT and n is not self.f:
                self.found.setdefault(n, "")
        self._where_heavy()
        return {n: self.found[n] for n in self.order if n in self.found}

    def _parents(self) -> dict[Node, int]:
        """How many relevant nodes each is an argument of, when the sums found so far have their names."""
        parents: dict[Node, int] = {}
        sums: dict[Node, list[Node]] = {}
        for n in self.order:
            if n in self.relevant:
                for a in _with_sums(n, sums):
                    parents[a] = parents.get(a, 0) + 1
            if n in self.found and n.op == "add":
                sums.setdefault(n.args[0], []).append(n)
        return parents

    def _may_be_named(self, n: Node) -> bool:
        return n not in self.variables and n not in self.indexed and n not in self.held

    def _around_functions(self, n: Node) -> None:
        if _is_activation(n):
            (z,) = n.args
            if _is_composite(z) and self._may_be_named(z):
                self.found.setdefault(z, "z")
            if n is not self.f and z not in self.variables and n not in self.held:
                self.found[n] = "a"
        elif n.op == "call" and n.args[0].op == "add" and _is_composite(n.args[0]) and self._may_be_named(n.args[0]):
            self.found.setdefault(n.args[0], "r")

    def _in_products(self, n: Node) -> None:
        """h of W h, where h = a + x is a sum and W varies: the gradient by W holds it too."""
        factors = [a.args[0] if a.op == "transpose" else a for a in n.args]
        varying = [a for a in factors if a in self.active]
        for a in varying:
            if len(varying) > 1 and a.op == "add" and not a.is_scalar and self._may_be_named(a):
                self.found.setdefault(a, "h")

    def _where_heavy(self) -> None:
        """Names for arguments, wherever a node would hold more than HEAVY nodes between names."""
        weight: dict[Node, int] = {}
        for n in self.order:
            weight[n] = self._open(n, weight)
            if (
                weight[n] > HEAVY
                and n in self.active
                and n is not self.f
                and self._may_be_named(n)
                and n not in self.found
            ):
                for a in n.args:
                    if weight[a] > HEAVY // 3 and a in self.active and self._may_be_named(a):
                        self.found.setdefault(a, "")
                weight[n] = self._open(n, weight)

    def _open(self, n: Node, weight: dict[Node, int]) -> int:
        return 1 + sum(1 if a in self.found else weight[a] for a in n.args)


def _held(order: Sequence[Node], active: set[Node], book: Book) -> set[Node]:
    """Matrix functions f(Y) and what holds them up to the trace: only tr f(Y) has a differential."""
    held: set[Node] = set()
    for n in order:
        if n in active and n.op != "trace":
            primary = n.op == "call" and isinstance(book.rows.get(n.fn.name), Primary)
            if primary or any(a in held for a in n.args):
                held.add(n)
    return held


def _is_composite(n: Node) -> bool:
    """More than a symbol, transposed or scaled."""
    while n.op in ("transpose", "scale"):
        n = n.args[-1]
    return n.op not in _TRANSPARENT


def _is_activation(n: Node) -> bool:
    """sigma(z) of a vector or a matrix, or its softmax."""
    if n.op != "call" or len(n.args) != 1 or n.is_scalar:
        return False
    return n.fn.elementwise or n.fn.name in ("softmax", "log_softmax")


def is_layered(f: Node, variables: Iterable[Node]) -> bool:
    """True where an activation that varies goes through another matrix: W a with a = sigma(z)."""
    active = depends(f, variables)
    for n in active:
        if n.op == "matmul" and not n.is_scalar:
            for a in n.args:
                inner = a.args[0] if a.op == "transpose" else a
                if inner in active and _is_activation(inner) and _is_composite(inner.args[0]):
                    return True
    return False


# --- names ------------------------------------------------------------------------------------------------------
def _symbols(kinds: dict[Node, str], turned: set[Node], f: Node) -> dict[Node, Node]:
    taken = {spelling(n.name) for n in walk(f) if n.op in ("symbol", "item")}
    groups: dict[str, list[Node]] = {}
    for n, kind in kinds.items():
        groups.setdefault(_letter(n, kind), []).append(n)
    found: dict[Node, Node] = {}
    for letter, nodes in groups.items():
        for n, name in zip(nodes, free_names(letter, len(nodes), taken), strict=True):
            found[n] = placeholder(name, n.shape[::-1] if n in turned else n.shape, _properties(n))
    return {n: found[n] for n in kinds}


def spelling(name: str) -> tuple[str, str, str]:
    parsed = letters.parse(name)
    return parsed.base, parsed.sub, parsed.accent


def free_names(letter: str, count: int, taken: set[tuple[str, str, str]]) -> list[str]:
    """`count` names from one letter, numbered where there are several; they are taken from now on."""
    alone = [letter] if count == 1 and spelling(letter) not in taken else []
    numbered = (f"{letter}_{k}" for k in range(1, count + len(taken) + 2))
    names = alone or [n for n in numbered if spelling(n) not in taken][:count]
    taken.update(map(spelling, names))
    return names


def _letter(n: Node, kind: str) -> str:
    """z and a for activations; u for other vectors, M for matrices, c for scalars."""
    if n.is_scalar:
        return "c"
    vector = is_one(n.shape[0]) or is_one(n.shape[1])
    return (kind or "u") if vector else (kind.upper() or "M")


def _properties(n: Node) -> tuple[str, ...]:
    found = []
    if n._T is n and not n.is_scalar:
        found.append("symmetric")
    if al.is_positive(n):
        found.append("positive")
    return tuple(found)


# --- the backward sweep -----------------------------------------------------------------------------------------
def sweep(cut: Forward, variables: Sequence[Node], book: Book) -> tuple[list[Stage], dict[Node, Node]]:
    """Backprop over the names, last first: the stages, and for each variable its gradient in names."""
    ends = varying(cut, variables) | set(variables)

    def spread(expression: Node, cotangent: Node) -> dict[Node, Node]:
        """What <cotangent, d expression> is in the differentials of its names and variables."""
        inside = [n for n in walk(expression) if n in ends]
        found = pullback(expression, inside, cotangent, book, collect)
        return {leaf: g for leaf, g in found.items() if not leaves.is_zero(g)}

    deltas = _Deltas(cut)
    first = spread(cut.body, ONE)
    received = {leaf: [g] for leaf, g in first.items()}
    stages = [Stage(cut.body, cut.body, ONE, None, first)]
    for v, expression in reversed(cut.definitions):
        if v not in received:
            continue
        cotangent = polish(collect(received.pop(v)), cut.written)
        delta = deltas.name(v) if _deserves_a_name(expression, cotangent) else None
        spread_out = spread(expression, cotangent if delta is None else delta)
        known = {expression: v, al.transpose(expression): al.transpose(v)}
        contributions = {leaf: substitute(g, known) for leaf, g in spread_out.items()}
        for leaf, g in contributions.items():
            received.setdefault(leaf, []).append(g)
        stages.append(Stage(v, expression, cotangent, delta, contributions))
    total = {x: polish(collect(received[x]), cut.written) if x in received else leaves.zeros_like(x) for x in variables}
    return stages, total


def varying(cut: Forward, variables: Iterable[Node]) -> set[Node]:
    """The names that depend on the variables."""
    found = set(variables)
    for v, expression in cut.definitions:
        if any(n in found for n in walk(expression)):
            found.add(v)
    return found.difference(variables)


def _deserves_a_name(expression: Node, cotangent: Node) -> bool:
    """A cotangent that is more than a name and goes through a product, or is long."""
    if cotangent.op in ("symbol", "const") or cotangent.weight < 4:
        return False
    inner = expression.args[0] if expression.op == "transpose" else expression
    return inner.op != "call" or cotangent.weight > 12


class _Deltas:
    """Names for cotangents: delta_2 for z_2, g_2 for h_2; delta_u for u where that is taken."""

    def __init__(self, cut: Forward) -> None:
        self.taken = {spelling(n.name) for n in cut.written if n.op in ("symbol", "item")}

    def name(self, v: Node) -> Node:
        letter, _, index = v.name.partition("_")
        stem = {"h": "g", "H": "G"}.get(letter, "delta")
        name, k = f"{stem}_{index}" if index else stem, 0
        while spelling(name) in self.taken:
            name = f"delta_{{{v.name.replace('_', '')}{k or ''}}}"
            k += 1
        self.taken.add(spelling(name))
        return placeholder(name, v.shape)
