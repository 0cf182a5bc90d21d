"""Naming what repeats: diag(s) - s s' where s = softmax(x).

A subexpression gets a name when it is printed more than once and the names make the whole shorter. A result that is
a shared DAG, as backprop's, is then printed in length linear in the DAG. Nothing is simplified again on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from . import letters
from .algebra import matmul, matpow, transpose
from .nodes import SCALAR, Node, const, make, placeholder, walk
from .sizes import is_one
from .text import unicode

_CAP = 1 << 40
_ROUNDS = 5
_ACTIVATIONS = frozenset(
    "sigmoid softmax log_softmax tanh relu leaky_relu gelu softplus sin cos erf normal_cdf maximum minimum".split()
)
_NEVER = frozenset(
    "symbol const item eye ones zeros basis commutation duplication elimination transpose diag scale".split()
)

Definitions = list[tuple[Node, Node]]


def name_intermediates(*roots: Node, hints: Iterable[Node] = ()) -> tuple[Definitions, tuple[Node, ...]]:
    """(definitions, bodies): each definition is (symbol, expression in terms of the earlier symbols).

    `hints` are expressions that the reader already knows, such as the function itself: a quotient of scalars among
    their parts is named even if it occurs only once, as rho in 2(Ax - rho x)/x'x.
    """
    forced = _Forced(roots, hints)
    named = _worth_naming(forced.roots, forced.halves)
    named |= forced.halves | forced.quotients
    order = [n for n in walk(*forced.quotients, *forced.roots) if n in named]
    symbols = dict(zip(order, _symbols(order, roots), strict=True))
    rebuilt = _rebuild([*order, *forced.roots], symbols)
    return [(symbols[n], rebuilt[n]) for n in order], tuple(rebuilt[r] for r in forced.roots)


def named(
    root: Node, style: Callable[[Node], str] = unicode, where: str = " where ", hints: Iterable[Node] = ()
) -> str:
    """An expression in a style, with what repeats named behind it.

    >>> from derive.functions import diag, softmax
    >>> from derive.symbols import vector
    >>> p = softmax(vector("x", "n"))
    >>> named(diag(p) - p * p.T)
    'diag(s) − ssᵀ where s = softmax(x)'
    """
    definitions, (body,) = name_intermediates(root, hints=hints)
    if not definitions:
        return style(root)
    return style(body) + where + ", ".join(f"{style(s)} = {style(e)}" for s, e in definitions)


# --- what is worth a name -------------------------------------------------------------------------------------------
def _worth_naming(roots: Sequence[Node], sure: set[Node]) -> set[Node]:
    """The nodes whose names shorten the whole: what is printed once within a named node needs none of its own."""
    order = walk(*roots)
    parents: dict[Node, int] = {}
    for n in order:
        for a in n.args:
            parents[a] = parents.get(a, 0) + 1
    inverted = {n.args[0] for n in order if n.op == "matpow" and n.args[0].op == "add"}
    shared = (n for n in order if parents.get(n, 0) > 1 or n in inverted)
    eligible = [n for n in shared if n.op not in _NEVER and n not in roots]
    if not eligible:
        return set()
    found = set(eligible)
    for _ in range(_ROUNDS):
        times, length = _times_printed(order, roots, found | sure), _lengths(order, found | sure)
        kept = {n for n in eligible if times[n] > 1 and _saves(n, times[n], length[n], n in inverted)}
        if kept == found:
            break
        found = kept
    return found


def _times_printed(order: Sequence[Node], roots: Iterable[Node], named: set[Node]) -> dict[Node, int]:
    """How often each node is printed when the `named` ones are written out once."""
    times = dict.fromkeys(order, 0)
    for r in roots:
        times[r] += 1
    for n in reversed(order):
        k = 1 if n in named else times[n]
        for a in n.args:
            times[a] = min(times[a] + k, _CAP)
    return times


def _lengths(order: Iterable[Node], named: set[Node]) -> dict[Node, int]:
    """About how many characters each node takes where it is written out."""
    length: dict[Node, int] = {}
    for n in order:
        own = _OWN_LENGTH.get(n.op, 1)
        if n.op in ("symbol", "item"):
            own = len(unicode(n))
        elif n.op == "call":
            own = _CALL_LENGTH.get(n.fn.name, len(n.fn.name)) + 2
        elif n.op in ("add", "had"):
            own = 3 * (len(n.args) - 1)
        for a in n.args:
            own += 2 if a in named else length[a]
        length[n] = min(own, _CAP)
    return length


_OWN_LENGTH = {"matmul": 0, "scale": 0, "trace": 4, "diag": 6, "diagonal": 6, "vec": 5, "sumover": 10}
_CALL_LENGTH = {"sigmoid": 1, "norm": 0, "sqnorm": 1, "abs": 0, "leaky_relu": 5}


def _saves(n: Node, times: int, length: int, inverted: bool) -> bool:
    """Activations are named as soon as they repeat; anything else must save as much as a definition costs."""
    if n.op == "call" and n.fn.name in _ACTIVATIONS and not n.is_scalar:
        return length >= 5
    return times * length - (2 * times + length) > (2 if inverted else 12)


class _Forced:
    """What gets a name though it may occur once: the half of y' K^-2 y, a quotient that the reader knows."""

    def __init__(self, roots: Sequence[Node], hints: Iterable[Node]) -> None:
        self.halves: set[Node] = set()
        self.quotients: set[Node] = set()
        order = walk(*roots)
        replaced = {n: half for n in order if (half := _half(n)) is not None}
        for half in replaced.values():
            self.halves.add(half)
        self.roots = tuple(_replace(roots, {n: _square(h) for n, h in replaced.items()})) if replaced else tuple(roots)
        known = {q for h in hints for q in walk(h) if _is_quotient(q)}
        if known:
            factors = [set(n.args) for n in order if n.op == "had" and n.is_scalar]
            self.quotients = {q for q in known if any(set(q.args) <= f for f in factors) and q not in roots}


def _half(n: Node) -> Node | None:
    """alpha = K^-1 y of y' K^-2 y, for symmetric K."""
    if n.op != "matmul" or not n.is_scalar or len(n.args) != 3:
        return None
    row, middle, column = n.args
    if middle.op != "matpow" or transpose(row) is not column or middle.args[1].op != "const":
        return None
    base, k = middle.args[0], middle.args[1].param
    if transpose(base) is not base or not isinstance(k, int) or k >= 0 or k % 2:
        return None
    return matmul([matpow(base, const(k // 2)), column])


def _square(half: Node) -> Node:
    return make("matmul", (make("transpose", (half,), half.shape[::-1]), half), SCALAR)


def _is_quotient(n: Node) -> bool:
    """u / v of two scalars that are more than letters."""
    if n.op != "had" or not n.is_scalar or len(n.args) != 2:
        return False
    under = [a for a in n.args if a.op == "pow" and a.args[1].op == "const" and _negative(a.args[1])]
    return len(under) == 1 and all(a.weight > 3 for a in n.args)


def _negative(k: Node) -> bool:
    return isinstance(k.param, int | Fraction) and k.param < 0


# --- rebuilding -----------------------------------------------------------------------------------------------------
def _replace(roots: Sequence[Node], replacements: dict[Node, Node]) -> list[Node]:
    done: dict[Node, Node] = {}
    for n in walk(*roots):
        done[n] = replacements.get(n) or _with_args(n, [done[a] for a in n.args])
    return [done[r] for r in roots]


def _with_args(n: Node, args: Sequence[Node]) -> Node:
    """The same kind of node with other arguments; nothing is simplified."""
    if all(x is y for x, y in zip(args, n.args, strict=True)):
        return n
    return make(n.op, tuple(args), n.shape, n.param)


def _rebuild(roots: Sequence[Node], symbols: dict[Node, Node]) -> dict[Node, Node]:
    """Every node with the named ones below it replaced by their symbols."""
    chains = _chains(symbols)
    quotients = {n: s for n, s in symbols.items() if _is_quotient(n)}
    done: dict[Node, Node] = {}
    for n in walk(*roots):
        args = [symbols.get(a) or done[a] for a in n.args]
        if n.op == "matmul" and chains and n not in symbols:
            args = _with_chains(n, args, chains)
        elif n.op == "had" and n.is_scalar and n not in symbols:
            args = _with_quotients(n, args, quotients)
        done[n] = args[0] if n.op in ("had", "matmul") and len(args) == 1 else _with_args(n, args) if n.args else n
    return done


Chains = dict[Node, list[tuple[tuple[Node, ...], Node]]]


def _chains(symbols: dict[Node, Node]) -> Chains:
    """Named products by their first factor, and their transposes: they may stand inside a longer product."""
    chains: Chains = {}
    for n, s in symbols.items():
        if n.op == "matmul" and not n.is_scalar:
            chains.setdefault(n.args[0], []).append((n.args, s))
            flipped = tuple(transpose(a) for a in reversed(n.args))
            chains.setdefault(flipped[0], []).append((flipped, make("transpose", (s,), s.shape[::-1])))
    return chains


def _with_chains(n: Node, args: Sequence[Node], chains: Chains) -> list[Node]:
    out: list[Node] = []
    i = 0
    while i < len(n.args):
        for chain, s in chains.get(n.args[i], ()):
            if n.args[i : i + len(chain)] == chain:
                out.append(s)
                i += len(chain)
                break
        else:
            out.append(args[i])
            i += 1
    return out


def _with_quotients(n: Node, args: Sequence[Node], quotients: dict[Node, Node]) -> list[Node]:
    for q, s in quotients.items():
        if set(q.args) <= set(n.args):
            return [*(a for a, old in zip(args, n.args, strict=True) if old not in q.args), s]
    return list(args)


# --- the names ------------------------------------------------------------------------------------------------------
def _symbols(order: Sequence[Node], roots: Sequence[Node]) -> list[Node]:
    """A symbol for each named node: a letter by its kind, numbered where several share it."""
    taken = {_spelling(n.name) for n in walk(*roots) if n.op in ("symbol", "item")}
    groups: dict[tuple[str, ...], list[Node]] = {}
    for n in order:
        groups.setdefault(_letters(n), []).append(n)
    names: dict[Node, str] = {}
    for choices, nodes in groups.items():
        for n, name in zip(nodes, _names(choices, len(nodes), taken), strict=True):
            names[n] = name
            taken.add(_spelling(name))
    return [placeholder(names[n], n.shape, ("symmetric",) if n._T is n and not n.is_scalar else ()) for n in order]


def _spelling(name: str) -> tuple[str, str, str]:
    n = letters.parse(name)
    return n.base, n.sub, n.accent


def _names(choices: Sequence[str], count: int, taken: set[tuple[str, str, str]]) -> Iterator[str]:
    """`count` free names: a letter, or one letter numbered."""
    free = [c for c in choices if _spelling(c) not in taken]
    if count == 1 and free:
        yield free[0]
        return
    stem = free[0] if free else choices[0]
    k = 0
    while count:
        k += 1
        if _spelling(f"{stem}_{k}") not in taken:
            count -= 1
            yield f"{stem}_{k}"


def _letters(n: Node) -> tuple[str, ...]:
    """The letters that people give to a value of this kind."""
    if n.is_scalar:
        return _scalar_letters(n)
    if is_one(n.shape[0]) or is_one(n.shape[1]):
        return _vector_letters(n)
    return tuple(c.upper() for c in _vector_letters(n)) if n.op == "call" else _matrix_letters(n)


def _scalar_letters(n: Node) -> tuple[str, ...]:
    if n.op == "had" and _is_quotient(n):
        return ("rho", "kappa", "eta")
    if n.op == "call" and n.fn.name in ("sigmoid", "normal_cdf"):
        return ("s", "p")
    if n.op == "add":
        return ("r", "c", "q")
    if n.op == "call" and n.fn.name in ("norm", "sqnorm", "norm1", "pnorm", "logsumexp"):
        return ("nu", "eta", "c")
    return ("c", "q", "t")


def _vector_letters(n: Node) -> tuple[str, ...]:
    if n.op == "call":
        return ("s", "p", "q") if n.fn.name in ("sigmoid", "softmax", "normal_cdf") else ("h", "g", "u")
    if n.op == "add":
        return ("r", "u", "v") if _is_difference(n) else ("z", "u", "v")
    if n.op == "had":
        return ("delta", "u", "v")
    if n.op == "matmul" and any(a.op == "matpow" for a in n.args):
        return ("alpha", "beta", "gamma")
    return ("u", "v", "g")


def _matrix_letters(n: Node) -> tuple[str, ...]:
    if n.op == "add":
        return ("K", "M", "S") if transpose(n) is n else ("R", "M", "P") if _is_difference(n) else ("M", "P", "Q")
    if n.op == "matpow":
        return ("P", "Q", "M")
    if n.op == "had":
        return ("Delta", "G", "H")
    return ("M", "P", "Q")


def _is_difference(n: Node) -> bool:
    return any(a.op == "scale" and a.args[0].op == "const" and _negative(a.args[0]) for a in n.args)
