"""Large expressions cut into named intermediates, z = Wx + b, a = sigma(z), and the backward sweep through them.

The names are symbols; every definition and every cotangent is a small expression in names, so that the cost of a
derivation and its length on paper grow linearly with the DAG.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from . import algebra as al
from . import letters
from .adjoint import pullback
from .book import Book
from .nodes import ONE, Node, depends, placeholder, walk
from .normal import collect, polish
from .sizes import is_one

Definition = tuple[Node, Node]

HEAVY = 30  # an expression with more nodes than this is cut even where nobody would
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


def forward(f: Node, variables: Iterable[Node]) -> Forward:
    """Cut f at pre-activations, activations, what is used twice, and where it grows heavy."""
    variables = list(variables)
    active = depends(f, variables)
    order = walk(f)
    kinds = _cuts(f, order, active, set(variables))
    symbols = _symbols(kinds, f)
    done: dict[Node, Node] = {}
    definitions: list[Definition] = []
    for n in order:
        args = tuple(done[a] for a in n.args)
        same = all(x is y for x, y in zip(args, n.args, strict=True))
        made = n if same else al.rebuild(n.op, args, n.param, n.shape)
        if n in symbols:
            definitions.append((symbols[n], made))
            made = symbols[n]
        done[n] = made
    return Forward(tuple(definitions), done[f], {s: n for n, s in symbols.items()})


def _cuts(f: Node, order: Sequence[Node], active: set[Node], variables: set[Node]) -> dict[Node, str]:
    """The nodes to name, children first, each with the letter of its kind."""
    heavy = [a for n in order if n in active for a in n.args if a not in active and a.weight > HEAVY // 3]
    fixed = set(walk(*heavy)) if heavy else set()  # parts that do not vary are named where they are long
    parents: dict[Node, int] = {}
    for n in order:
        if n in active or n in fixed:
            for a in n.args:
                parents[a] = parents.get(a, 0) + 1
    kinds: dict[Node, str] = {}
    inside = {a for n in order if n.op == "sumover" for a in walk(n.args[0]) if n.param in depends(a, [n.param])}
    for n in order:
        if n in variables or n in inside or (n not in active and n not in fixed):
            continue
        if _is_activation(n):
            (z,) = n.args
            if _is_composite(z) and z is not f:
                kinds.setdefault(z, "z")
            if n is not f and z not in variables:
                kinds[n] = "a"
        elif n.op == "call" and n.args[0].op == "add" and _is_composite(n.args[0]):
            kinds.setdefault(n.args[0], "r")
        elif parents.get(n, 0) > 1 and n.weight > 3 and n.op not in _TRANSPARENT and n is not f:
            kinds.setdefault(n, "")
    open_weight: dict[Node, int] = {}
    for n in order:
        weight = 1 + sum(1 if a in kinds else open_weight[a] for a in n.args)
        if weight > HEAVY and n in active and n is not f and n not in variables and n not in inside and n not in kinds:
            heaviest = [a for a in n.args if a in active and a not in kinds and a not in variables and a.op not in ("symbol", "item")]
            for a in heaviest:
                if open_weight[a] > HEAVY // 3:
                    kinds[a] = ""
            weight = 1 + sum(1 if a in kinds else open_weight[a] for a in n.args)
        open_weight[n] = weight
    return {n: kinds[n] for n in order if n in kinds}


def _is_composite(n: Node) -> bool:
    """More than a symbol, transposed or scaled."""
    while n.op in ("transpose", "scale"):
        n = n.args[-1]
    return n.op not in _TRANSPARENT


def _is_activation(n: Node) -> bool:
    """sigma(z) of a vector or a matrix."""
    return n.op == "call" and len(n.args) == 1 and not n.is_scalar and n.args[0].shape == n.shape and (
        n.fn.elementwise or n.fn.name in ("softmax", "log_softmax")
    )  # fmt: skip


# --- names ------------------------------------------------------------------------------------------------------
def _symbols(kinds: dict[Node, str], f: Node) -> dict[Node, Node]:
    taken = {spelling(n.name) for n in walk(f) if n.op in ("symbol", "item")}
    groups: dict[str, list[Node]] = {}
    for n, kind in kinds.items():
        groups.setdefault(_letter(n, kind), []).append(n)
    found: dict[Node, Node] = {}
    for letter, nodes in groups.items():
        for n, name in zip(nodes, free_names(letter, len(nodes), taken), strict=True):
            found[n] = placeholder(name, n.shape, _properties(n))
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
def sweep(cut: Forward, variables: Sequence[Node], book: Book, seed: Node = ONE) -> tuple[list[Stage], dict[Node, Node]]:
    """Backprop over the names, last first: the stages, and for each variable its gradient in names."""
    names = varying(cut, variables)
    keep = cut.written
    received: dict[Node, list[Node]] = {}
    stages: list[Stage] = []
    deltas = _deltas(cut)

    def spread(expression: Node, cotangent: Node) -> dict[Node, Node]:
        leaves = [n for n in walk(expression) if n in names or n in wanted]
        found = pullback(expression, leaves, cotangent, book, collect)
        return {leaf: g for leaf, g in found.items() if not al.is_zero(g)}

    wanted = set(variables)
    first = spread(cut.body, seed)
    for leaf, g in first.items():
        received[leaf] = [g]
    stages.append(Stage(cut.body, cut.body, seed, None, first))
    for v, expression in reversed(cut.definitions):
        parts = received.pop(v, [])
        if not parts:
            continue
        cotangent = polish(collect(parts), keep)
        delta = deltas(v) if _deserves_a_name(expression, cotangent) else None
        contributions = {
            leaf: al.substitute(g, {expression: v}) for leaf, g in spread(expression, cotangent if delta is None else delta).items()
        }
        for leaf, g in contributions.items():
            received.setdefault(leaf, []).append(g)
        stages.append(Stage(v, expression, cotangent, delta, contributions))
    return stages, {x: polish(collect(received[x]), keep) if x in received else al.zeros_like(x) for x in variables}


def varying(cut: Forward, variables: Iterable[Node]) -> set[Node]:
    """The names that depend on the variables."""
    found = set(variables)
    for v, expression in cut.definitions:
        if any(n in found for n in walk(expression)):
            found.add(v)
    return found.difference(variables)


def _deserves_a_name(expression: Node, cotangent: Node) -> bool:
    if cotangent.op in ("symbol", "const") or cotangent.weight < 4:
        return False
    return expression.op != "call" or cotangent.weight > 12


class _deltas:  # noqa: N801 -- a function with a memory of the names it gave
    """Names for cotangents: delta_2 for z_2, delta_{a_1} style numbers where the index is taken."""

    def __init__(self, cut: Forward) -> None:
        self.taken = {spelling(n.name) for n in walk(cut.body, *(e for _, e in cut.definitions)) if n.op in ("symbol", "item")}

    def __call__(self, v: Node) -> Node:
        _, _, index = v.name.partition("_")
        name = f"delta_{index}" if index else "delta"
        k = 0
        while spelling(name) in self.taken:
            k += 1
            name = f"delta_{index}{'abcdefghijklmnopqrstuvwxyz'[k % 26]}" if index and k < 26 else f"delta_{k}"
        self.taken.add(spelling(name))
        return placeholder(name, v.shape)
