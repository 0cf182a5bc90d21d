"""Random symbols, and the expectation over them: E binds them as a sum binds its index, and d E[f] = E[df].

E is linear, so that what is not random stands before it. For numbers the expectation is the average over a sample, a
family x_1, ..., x_M in place of x: what holds for every distribution holds for that of a sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sympy

from . import algebra as al
from . import maps
from .errors import NoRule
from .functions import expectation_
from .nodes import MINUS_ONE, ONE, SCALAR, Node, const, depends, placeholder, walk
from .rebuilding import renewed
from .symbols import IMPLIED, Family

SAMPLES = sympy.Symbol("samples", integer=True, positive=True)
_WORDS = frozenset(("random", "independent", "gaussian"))
_MOMENTS = ("mean ", "cov")


def is_expectation(n: Node) -> bool:
    """True for E[...]."""
    return n.op == "call" and n.fn is expectation_


def is_random(n: Node) -> bool:
    """True for a symbol declared random."""
    return n.op in ("symbol", "item") and "random" in n.properties


def facts(x: Node) -> dict[str, str]:
    """The declared moments of a random x, by kind: {"mean": "mu", "cov": "Sigma", "cov(y)": "C"}."""
    said = (p.rpartition(" ") for p in x.properties if p.startswith(_MOMENTS))
    return {kind: name.lstrip("\\") for kind, _, name in said}


def distributed(*roots: Node) -> list[Node]:
    """The random symbols below some E[...] whose distribution is declared beyond that there is one."""
    bound = [n for n in walk(*roots) if is_expectation(n)]
    found = {x for x in walk(*bound) if is_random(x) and (facts(x) or "gaussian" in x.properties)} if bound else set()
    return sorted(found, key=lambda n: n.name)


def refuse_moments(f: Node, variables: Iterable[Node]) -> None:
    """NoRule for the derivative of E[f(y)] by the mean or the covariance of y: it moves the distribution of y."""
    random = distributed(f)
    names = {x.name.lstrip("\\"): x for x in walk(*variables) if x.op == "symbol"} if random else {}
    for y in random:
        x = next((names[n] for n in facts(y).values() if n in names), None)
        if x is not None:
            inside = next(n for n in walk(f) if is_expectation(n) and y in random_symbols(n.args[0]))
            raise NoRule(
                f"no rule for the derivative of {inside} by {x}, a moment of {y}: the moments of {y} do not give this "
                f"expectation, and how it moves with {x} is not known"
            )


def random_symbols(f: Node) -> list[Node]:
    """The random symbols of f that no E[...] inside binds, by name."""
    bound = {n for n in walk(f) if is_expectation(n)}
    if not bound:
        return sorted((n for n in walk(f) if is_random(n)), key=lambda n: n.name)
    free: dict[Node, frozenset[Node]] = {}
    for n in walk(f):
        below = frozenset([n] if is_random(n) else []).union(*(free[a] for a in n.args))
        free[n] = frozenset() if n in bound else below
    return sorted(free[f], key=lambda n: n.name)


# --- linearity ---------------------------------------------------------------------------------------------------
def expected(f: Node) -> Node:
    """E[f], with what is not random before it: E[a f + c] = a E[f] + c, E[A f B] = A E[f] B."""
    random = random_symbols(f)
    if not random:
        return f
    moving = _moving(f, random)
    match f.op:
        case "add":
            still = [t for t in f.args if t not in moving]
            rest = al.add([t for t in f.args if t in moving])
            return al.add([*still, expected(rest)]) if still else _expectation(rest)
        case "scale" if f.args[0] not in moving:
            return al.scale(f.args[0], expected(f.args[1]))
        case "scale" if f.args[1] not in moving and f.args[0] in moving:
            return al.scale(expected(f.args[0]), f.args[1])
        case "scale" | "had":
            c, rest = _still_factors(f, moving)
            return al.scale(c, _outside(rest, moving)) if c is not ONE else _outside(rest, moving)
        case "matmul":
            return _outside(f, moving)
        case "transpose":
            return al.transpose(expected(f.args[0]))
        case "trace":
            return maps.trace(expected(f.args[0]))
        case "sumover":
            return maps.sumover(expected(f.args[0]), f.param, f.args[1], f.args[2])
    return _expectation(f)


def _moving(f: Node, random: Sequence[Node]) -> set[Node]:
    return depends(f, random)


def _still_factors(f: Node, moving: set[Node]) -> tuple[Node, Node]:
    """The scalar factors that are not random, and the rest."""
    s, m = (f.args[0], f.args[1]) if f.op == "scale" else (f, ONE)
    factors = s.args if s.op == "had" and s.is_scalar else (s,)
    if f.op == "had" and not f.is_scalar:
        return ONE, f
    still = [x for x in factors if x not in moving]
    rest = al.had([ONE, *(x for x in factors if x in moving)])
    return al.had([ONE, *still]), rest if m is ONE else al.scale(rest, m)


def _outside(f: Node, moving: set[Node]) -> Node:
    """E of a product, the factors before and behind the random ones before and behind E."""
    s, m = (f.args[0], f.args[1]) if f.op == "scale" else (ONE, f)
    if m.op != "matmul":
        return _expectation(f)
    at = [k for k, x in enumerate(m.args) if x in moving]
    if not at:
        return al.scale(expected(s), m)
    first, last = at[0], at[-1] + 1
    if first == 0 and last == len(m.args):
        return _expectation(f)
    inner = al.scale(s, al.matmul(m.args[first:last]))
    return al.matmul([*m.args[:first], expected(inner), *m.args[last:]])


def _expectation(f: Node) -> Node:
    c, rest = al.split(f)
    return al.scale(const(c), al.call(expectation_, (rest,)))


# --- numbers -----------------------------------------------------------------------------------------------------
def averaged(*roots: Node) -> tuple[Node, ...]:
    """The expressions with every E[f(x)] as the average 1/M sum_m f(x_m) over a sample, the family of the name of x."""
    order = walk(*roots)
    if not any(map(is_expectation, order)):
        return roots
    done: dict[Node, Node] = {}
    for n in order:
        args = tuple(done[a] for a in n.args)
        if is_expectation(n):
            done[n] = _average(args[0])
        else:
            done[n] = renewed(n, args)
    return tuple(done[r] for r in roots)


def _average(body: Node) -> Node:
    m = placeholder("m", SCALAR, ("integer",))
    for x in [n for n in walk(body) if is_random(n)]:
        body = maps.at_index(body, x, sample(x)[m])
    count = const(SAMPLES)
    return al.scale(al.pow_(count, MINUS_ONE), maps.sumover(body, m, ONE, count))


def sample(x: Node) -> Family:
    """The family of the values that a random x took."""
    properties = frozenset(p for p in x.properties if p not in _WORDS and not p.startswith(_MOMENTS))
    return Family(x.name, x.shape, "m", 1, SAMPLES, properties)


_OF_COVARIANCES = {"positive definite", "positive semidefinite", *IMPLIED["positive definite"]}


def sample_moments(random: Sequence[Node], nodes: Iterable[Node]) -> tuple[dict[Node, Node], bool]:
    """What stands for the declared moments in numbers: E[x] for mu, E[x x^T] - E[x] E[x]^T for Sigma; and whether a
    sample has all that is declared. It is not Gaussian, nor independent, and its mean is no given number."""
    symbols = {n.name.lstrip("\\"): n for n in nodes if n.op == "symbol"}
    known = {x.name: x for x in random}
    found: dict[Node, Node] = {}
    closed = not any({"gaussian", "independent"} & x.properties for x in random)
    for x in random:
        for kind, name in facts(x).items():
            named = symbols.get(name)
            other = x if kind == "cov" else known.get(kind[4:-1])
            if named is None or (kind != "mean" and other is None):
                closed = closed and named is None and not name.isdigit() and name != "I"
                continue
            plain = {"positive", "nonnegative"} if x.is_scalar else _OF_COVARIANCES
            allowed = plain if kind == "cov" else frozenset[str]()
            if not named.properties <= allowed:
                closed = False
                continue
            found[named] = expected(x) if other is None or kind == "mean" else covariance_of(other, x)
    return found, closed


def covariance_of(x: Node, y: Node) -> Node:
    """E[x y^T] - E[x] E[y]^T."""
    apart = al.matmul([expected(x), al.transpose(expected(y))])
    return al.add([expected(al.matmul([x, al.transpose(y)])), al.scale(MINUS_ONE, apart)])
