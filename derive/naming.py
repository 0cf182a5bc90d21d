"""Naming what repeats: diag(s) - s s' where s = softmax(x).

A subexpression gets a name when it is printed more than once and the names make the whole shorter. A result that is
a shared DAG, as backprop's, is then printed in length linear in the DAG. Nothing is simplified again on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .algebra import add, had, matmul, matpow, pow_, scale, split, transpose
from .functions import norm
from .initials import fresh_symbols, is_negative_constant, is_quotient
from .nodes import MINUS_ONE, ONE, SCALAR, Node, const, make, placeholder, walk, with_args
from .rebuilding import substitute
from .sizes import is_one
from .text import unicode

_CAP = 1 << 40
_ROUNDS = 5
_STEPS = 6
_LINE = 60  # characters
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
    their parts is named even if it occurs only once, as rho in 2(Ax - rho x)/x'x, and a softmax by rows stays one.
    """
    known = list(dict.fromkeys(n for h in hints for n in walk(h)))
    bodies, turned = _by_rows(roots, known)
    bodies, units = _units(bodies)
    bodies, halves = _halves(bodies)
    units = {n for b in bodies for n in walk(b) if n in units}
    bodies = _without_negations(bodies, known)
    bodies, sums = _inner_sums(bodies)
    quotients = _quotients(bodies, known)
    sure = halves | units | sums | quotients | set(turned)
    chosen = _worth_naming(bodies, sure) | sure
    order = [n for n in walk(*quotients, *bodies) if n in chosen]
    symbols = dict(zip(order, fresh_symbols(order, turned, (*roots, *known)), strict=True))
    rebuilt = _rebuild([*order, *bodies], symbols)
    definitions = [(symbols[n], turned.get(n, rebuilt[n])) for n in order]
    return definitions, tuple(rebuilt[b] for b in bodies)


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
    known = [set(q.args) for q in sure if is_quotient(q)]
    eligible = [
        n
        for n in shared
        if n.op not in _NEVER
        and n not in roots
        and n not in sure
        and not (n.op == "had" and any(q <= set(n.args) for q in known))
    ]
    found = _settled(order, roots, eligible, sure, inverted)
    found = _one_by_one(order, roots, eligible, found | sure, inverted) - sure
    return found | _too_long(order, roots, found | sure)


def _settled(
    order: Sequence[Node], roots: Sequence[Node], eligible: Sequence[Node], sure: set[Node], inverted: set[Node]
) -> set[Node]:
    """What saves when all the others that save are named: found at once, for a whole deep network."""
    found = set(eligible)
    for _ in range(_ROUNDS):
        gains = _gains(order, roots, eligible, found | sure, inverted)
        kept = {n for n in eligible if gains[n] > 0}
        if kept == found:
            return found
        found, before = kept, found
    return found & before


def _one_by_one(
    order: Sequence[Node], roots: Sequence[Node], eligible: Sequence[Node], named: set[Node], inverted: set[Node]
) -> set[Node]:
    """Add the name that saves most, a few times; in the end drop what is printed only once."""
    named = set(named)
    for _ in range(_STEPS):
        gains = _gains(order, roots, eligible, named, inverted)
        best = max((n for n in eligible if n not in named), key=gains.__getitem__, default=None)
        if best is None or gains[best] <= 0:
            break
        named.add(best)
    times = _times_printed(order, roots, named)
    return {n for n in named if times.get(n, 2) > 1 or n not in set(eligible)}


def _gains(
    order: Sequence[Node], roots: Sequence[Node], eligible: Iterable[Node], named: set[Node], inverted: set[Node]
) -> dict[Node, int]:
    """About how many characters each name saves when the `named` ones have theirs."""
    times, length = _times_printed(order, roots, named), _lengths(order, named)
    return {n: _gain(n, times[n], length[n], n in inverted) if times[n] > 1 else 0 for n in eligible}


def _too_long(order: Sequence[Node], roots: Sequence[Node], chosen: set[Node]) -> set[Node]:
    """The layers of what is too long for a line: activations, and the elementwise products of backpropagation."""
    length = _lengths(order, chosen)
    long = [n for n in (*roots, *chosen) if length.get(n, 0) > _LINE]
    if not long:
        return set()
    inside = walk(*long)
    layers = [n for n in inside if not n.is_scalar and n not in chosen and n not in roots and _is_layer(n)]
    return set(layers) if len(layers) > 1 else set()


def _is_layer(n: Node) -> bool:
    if n.op == "call":
        return n.fn.name in _ACTIVATIONS and n.weight > 3
    return n.op == "had" and n.weight > 8


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


_OWN_LENGTH = {"matmul": 0, "scale": 0, "trace": 4, "diag": 6, "diagonal": 6, "vec": 5, "sumover": 10, "prodover": 10}
_CALL_LENGTH = {"sigmoid": 1, "norm": 0, "sqnorm": 1, "abs": 0, "leaky_relu": 5}


def _gain(n: Node, times: int, length: int, inverted: bool) -> int:
    """Activations are named as soon as they repeat; anything else must save more than its definition costs."""
    saved = times * length - (2 * times + length)
    if n.op == "call" and n.fn.name in _ACTIVATIONS and not n.is_scalar:
        return saved + 12 if length >= 5 else 0
    return saved - (2 if inverted else 12)


# --- what gets a name though it may occur once ------------------------------------------------------------------------
Bodies = tuple[Node, ...]


def _by_rows(roots: Sequence[Node], known: Sequence[Node]) -> tuple[Bodies, dict[Node, Node]]:
    """softmax(QK', axis=1), held as a transposed softmax of columns, as a symbol where the reader knows it."""
    written = [n for n in known if n.op == "transpose" and n.args[0].op == "call" and not is_one(n.shape[0])]
    used = set(walk(*roots))
    meanings = {placeholder("S", n.shape): n for n in written if n.args[0] in used}
    if not meanings:
        return tuple(roots), {}
    replacements = {n.args[0]: transpose(s) for s, n in meanings.items()}
    return tuple(substitute(r, replacements) for r in roots), meanings


def _halves(roots: Sequence[Node]) -> tuple[Bodies, set[Node]]:
    """alpha = K^-1 y of y' K^-2 y and of y' K^-1 C K^-1 y."""
    order = walk(*roots)
    squares = {n: found for n in order if n.op == "matmul" and (found := _half(n)) is not None}
    used = [a for n in order for a in n.args]
    for n in order:  # alpha alpha' of K^-1 y y' K^-1, where it is written twice
        v = outer_half(n)
        if v is not None and v.op == "matmul" and any(a.op == "matpow" for a in v.args) and used.count(n) > 1:
            squares[n] = v, make("matmul", (v, make("transpose", (v,), v.shape[::-1])), n.shape)
    if not squares:
        return tuple(roots), set()
    done = _replace(roots, {n: square for n, (_, square) in squares.items()})
    return tuple(done[r] for r in roots), {done[half] for half, _ in squares.values()}


def _units(roots: Sequence[Node]) -> tuple[Bodies, set[Node]]:
    """u = x/|x| of x x'/|x|^2."""
    found = {n: v for n in walk(*roots) if n.op == "scale" and (v := outer_half(n.args[1])) is not None}
    replacements: dict[Node, Node] = {}
    units: set[Node] = set()
    for n, v in found.items():
        length = norm(v.args[0] if v.op == "vec" else v)
        if _over_square(n.args[0], length):
            rest = had([n.args[0], length, length])
            u = make("scale", (pow_(length, MINUS_ONE), v), v.shape)
            square = make("matmul", (u, make("transpose", (u,), u.shape[::-1])), n.shape)
            replacements[n] = square if rest is ONE else make("scale", (rest, square), n.shape)
            units.add(u)
    if not units:
        return tuple(roots), set()
    done = _replace(roots, replacements)
    return tuple(done[r] for r in roots), {done[u] for u in units}


def _over_square(s: Node, length: Node) -> bool:
    """True for a multiple of 1/|x|^k with k at least 2."""
    powers = [f for f in (s.args if s.op == "had" else (s,)) if f.op == "pow" and is_negative_constant(f.args[1])]
    return any(f.args[1].param <= -2 for f in powers if f.args[0] is length) or any(
        f.args[0] is pow_(length, const(2)) for f in powers
    )


def outer_half(m: Node) -> Node | None:
    """v of v v', a column."""
    if m.op != "matmul" or m.is_scalar:
        return None
    cut = next((i for i, a in enumerate(m.args) if i and is_one(a.shape[0])), None)
    if cut is None:
        return None
    v = matmul(m.args[:cut])
    return v if transpose(v) is matmul(m.args[cut:]) else None


def _half(n: Node) -> tuple[Node, Node] | None:
    """(K^-1 y, (K^-1 y)' C (K^-1 y)), where the product is one with an inverse on either side."""
    if not n.is_scalar:
        return None
    args = n.args
    k = 0
    while 2 * (k + 1) <= len(args) and transpose(args[k]) is args[-1 - k]:
        k += 1
    middle, tail = list(args[k : len(args) - k]), list(args[len(args) - k :])
    if k and len(middle) == 1 and (root := _root(middle[0])) is not None:
        middle, tail = [], [root, *tail]
    if len(tail) < 2 or not any(a.op == "matpow" and _is_inverse(a) for a in tail):
        return None
    half = matmul(tail)
    return half, make("matmul", (make("transpose", (half,), half.shape[::-1]), *middle, half), SCALAR)


def _is_inverse(m: Node) -> bool:
    return m.args[1].op == "const" and is_negative_constant(m.args[1])


def _root(m: Node) -> Node | None:
    """K^-1 of K^-2, for symmetric K."""
    if m.op != "matpow" or not _is_inverse(m) or transpose(m.args[0]) is not m.args[0]:
        return None
    k = m.args[1].param
    return matpow(m.args[0], const(k // 2)) if isinstance(k, int) and k % 2 == 0 else None


def _without_negations(roots: Bodies, known: Iterable[Node]) -> Bodies:
    """b - a as -(a - b), where both occur: the one that the reader knows, or the one that occurs more often."""
    order = walk(*roots)
    times = {n: 0 for n in order if n.op == "add" and n.weight > 5 and len(n.args) < 6}
    for n in order:
        for a in n.args:
            if a in times:
                times[a] += 1
    written = {n for n in known if n.op == "add"}
    alike: dict[frozenset[Node], list[Node]] = {}
    for n in times:
        alike.setdefault(frozenset(split(a)[1] for a in n.args), []).append(n)
    kept: dict[Node, Node] = {}  # what stands for the sum that is kept, and the sum
    replacements: dict[Node, Node] = {}
    for n in (n for group in alike.values() if len(group) > 1 for n in group):
        opposite = add([scale(MINUS_ONE, a) for a in n.args])
        if opposite not in times or opposite in replacements:
            continue
        if (n in written, times[n], n.digest) < (opposite in written, times[opposite], opposite.digest):
            stand_in = placeholder("r", n.shape)
            kept[stand_in] = opposite
            replacements[n], replacements[opposite] = scale(MINUS_ONE, stand_in), stand_in
    if not kept:
        return roots
    bodies = [substitute(r, replacements) for r in roots]  # pulls the sign out: -A r, |r|
    done = _replace(bodies, kept)
    return tuple(done[b] for b in bodies)


def _inner_sums(roots: Sequence[Node]) -> tuple[Bodies, set[Node]]:
    """u of u - (1'u/n) 1, where the algebra has written the first u out among the terms of the outer sum."""
    order = [n for n in walk(*roots) if n.op == "add" and not n.is_scalar]
    by_term: dict[Node, list[Node]] = {}
    for n in order:
        if sum(a.weight for a in n.args) > 8:
            by_term.setdefault(max(n.args, key=lambda a: (a.weight, a.digest)), []).append(n)
    replacements: dict[Node, Node] = {}
    found: set[Node] = set()
    for n in order:
        inner = next((m for a in n.args for m in by_term.get(a, ()) if m is not n and set(m.args) < set(n.args)), None)
        if inner is not None:
            rest = [a for a in n.args if a not in inner.args]
            replacements[n] = make("add", (inner, *rest), n.shape)
            found.add(inner)
    if not found:
        return tuple(roots), set()
    done = _replace(roots, replacements)
    return tuple(done[r] for r in roots), {done[n] for n in found}


def _quotients(roots: Sequence[Node], known: Iterable[Node]) -> set[Node]:
    """The quotients of scalars that the reader knows and that occur in the roots."""
    quotients = [n for n in known if is_quotient(n) and n not in roots]
    if not quotients:
        return set()
    products = [set(n.args) for n in walk(*roots) if n.op == "had" and n.is_scalar]
    return {q for q in quotients if any(set(q.args) <= p for p in products)}


# --- rebuilding -----------------------------------------------------------------------------------------------------
def _replace(roots: Sequence[Node], replacements: dict[Node, Node]) -> dict[Node, Node]:
    """What every node below the roots becomes when some are replaced, also within the replacements."""
    done: dict[Node, Node] = {}
    stack = [(r, False) for r in roots]
    while stack:
        n, ready = stack.pop()
        new = replacements.get(n, n)
        if n in done:
            continue
        if ready:
            done[n] = with_args(new, tuple(done[a] for a in new.args))
        else:
            stack.append((n, True))
            stack.extend((a, False) for a in new.args if a not in done)
    return done


def _rebuild(roots: Sequence[Node], symbols: dict[Node, Node]) -> dict[Node, Node]:
    """Every node with the named ones below it replaced by their symbols."""
    chains = _chains(symbols)
    quotients = {n: s for n, s in symbols.items() if is_quotient(n)}
    done: dict[Node, Node] = {}
    for n in walk(*roots):
        args = [symbols.get(a) or done[a] for a in n.args]
        if n.op == "matmul" and chains and n not in symbols:
            args = _with_chains(n, args, chains)
        elif n.op == "had" and n.is_scalar and n not in symbols:
            args = _with_quotients(n, args, quotients)
        done[n] = args[0] if n.op in ("had", "matmul") and len(args) == 1 else with_args(n, tuple(args))
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
