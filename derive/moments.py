"""Expectations of polynomials in random vectors, from their means and covariances.

E f(x) = f(mu) + 1/2 sum_jk (d2f / dx_j dx_k) Sigma_jk, exactly, where the second derivative does not depend on x.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from . import algebra as al
from . import leaves, maps
from .adjoint import pullback
from .book import standard_book
from .derivation import Derivation
from .errors import BadInput, NoClosedForm, NoRule, ShapeError
from .functions import exp
from .letters import GREEK
from .nodes import ONE, ZERO, Node, depends, placeholder, symbol, walk
from .normal import collect, polish
from .random_variables import covariance_of, expected, facts, is_random, random_symbols
from .rebuilding import substitute
from .sizes import is_one, same_shape, shape_text
from .structure import HALF
from .symbols import IMPLIED, declare

Where = Mapping[str, str]
MAX_DEGREE = 8
_GAUSSIAN = "expectation(..., gaussian=True) or a declaration 'n random gaussian mean mu cov Sigma'"


def expectation(f: Any, x: Any, mean: Any, cov: Any, *, gaussian: bool = False) -> Node:
    """E[f] for x random with this mean (n, 1) and covariance (n, n), for any f of degree at most 2 in x; for a Gaussian
    x, also for polynomials up to degree 8 and for these times exp(b^T x).

    In a formula the moments are declared with x: derive("E[x' A x]", "mu", where={"x": "n random mean mu cov Sigma",
    "A": "n x n"}); "n random gaussian mean mu cov Sigma" is gaussian=True here.

    Errors: NoRule for a function whose expectation needs more than mean and covariance; BadInput, ShapeError for
    moments that do not fit. Source: Matrix Cookbook 8.2.

    >>> from derive import expectation, matrix, vector
    >>> A, S = matrix("A", "n", "n"), matrix("S", "n", "n", "positive definite")
    >>> x, m = vector("x", "n"), vector("m", "n")
    >>> expectation(x.T * A * x, x, m, S)
    tr(A*S) + m.T*A*m
    """
    function, variable, mu, sigma = (leaves.as_node(a) for a in (f, x, mean, cov))
    _fits(variable, mu, sigma)
    return _expected(function, Moments({variable: mu}, {(variable, variable): sigma}, gaussian))


@dataclass(frozen=True, slots=True)
class Moments:
    """The means of random symbols, and Cov(x, y) for each pair of them that is not independent."""

    means: Mapping[Node, Node]
    covariances: Mapping[tuple[Node, Node], Node]
    gaussian: bool = False
    stand_ins: Mapping[Node, Node] = field(default_factory=dict)  # symbols for moments of which only E[x] is known


def _fits(x: Node, mu: Node, sigma: Node) -> None:
    if x.op not in ("symbol", "item") or not is_one(x.shape[1]):
        raise BadInput(f"an expectation is over a random vector or scalar, a symbol; found {x} {shape_text(x.shape)}")
    if not same_shape(mu.shape, x.shape):
        raise ShapeError(f"the mean of {x} {shape_text(x.shape)} cannot be {mu} {shape_text(mu.shape)}")
    n = x.shape[0]
    if not same_shape(sigma.shape, (n, n)):
        raise ShapeError(f"the covariance of {x} must be {shape_text((n, n))}, found {sigma} {shape_text(sigma.shape)}")
    if al.transpose(sigma) is not sigma:
        raise BadInput(f"a covariance is symmetric; declare {sigma} symmetric or positive definite")
    if depends(mu, [x]) or depends(sigma, [x]):
        raise BadInput(f"the mean and the covariance of {x} must not depend on {x}")


def _expected(f: Node, known: Moments) -> Node:
    """E f = f(mu) + L f(mu) + 1/2 L L f(mu) + ..., with L = 1/2 sum_jk Sigma_jk d2 / dx_j dx_k: of degree 2 that ends
    with L f for any x, and for a Gaussian x it holds for all polynomials (Isserlis)."""
    moving = depends(f, known.means)
    if f not in moving:
        return f
    odd = next((n for n in walk(f) if n in moving and not _is_polynomial(n)), None)
    if odd is not None and known.gaussian:
        return _of_exponentials(f, odd, known)
    if odd is not None:
        raise NoRule(f"E[{odd}] needs more than the mean and the covariance of {_names(known)}: it is no polynomial")
    at_mean = dict(known.means)
    terms, spread, k = [substitute(f, at_mean)], f, 0
    while spread in depends(spread, known.means):
        k += 1
        spread = al.scale(leaves.as_node(Fraction(1, k)), _spread(spread, known))
        if not known.gaussian and spread in depends(spread, known.means):
            raise NoRule(
                f"E[{f}] needs more than the mean and the covariance of {_names(known)}: it is not of degree 2; for a "
                f"Gaussian they are enough, {_GAUSSIAN}"
            )
        if k > MAX_DEGREE // 2:
            raise NoRule(f"E[{f}] is of a degree above {MAX_DEGREE} in {_names(known)}")
        terms.append(substitute(spread, at_mean))
    return collect(terms)


def _of_exponentials(f: Node, odd: Node, known: Moments) -> Node:
    """E[e^q g] = e^(q(mu) + 1/2 b^T Sigma b) E[g(x + Sigma b)] for a Gaussian x and a linear q with the gradient b."""
    if f.op == "add":
        return collect([_expected(t, known) for t in f.args])
    exponent, rest = _exponential(f, known)
    slopes = {x: Derivation(exponent, x).gradient for x in known.means}
    if exponent is ZERO or depends(al.add([maps.inner(b, b) for b in slopes.values()]), known.means) & {*slopes}:
        names = _names(known)
        raise NoRule(f"no rule for E[{odd}]: it is no polynomial in {names}, and no exponential of a linear function")
    shift = {x: al.add([leaves.zeros_like(x), *_moved(x, slopes, known)]) for x in slopes}
    spread = collect([al.scale(HALF, maps.inner(b, shift[x])) for x, b in slopes.items()])
    factor = exp(al.add([substitute(exponent, dict(known.means)), spread]))
    moved = replace(known, means={x: al.add([mu, shift[x]]) for x, mu in known.means.items()})
    return collect([al.scale(factor, _expected(rest, moved))])


def _exponential(f: Node, known: Moments) -> tuple[Node, Node]:
    """q and g of e^q g, with every exponential of what is random in q."""
    s, m = (f.args[0], f.args[1]) if f.op == "scale" else (f, ONE) if f.is_scalar else (ONE, f)
    factors = s.args if s.op == "had" else (s,)
    moving = depends(f, known.means)
    powers = [n for n in factors if n.op == "call" and n.fn.name == "exp" and n in moving]
    rest = al.had([ONE, *(n for n in factors if n not in powers)])
    return al.add([ZERO, *(n.args[0] for n in powers)]), al.scale(rest, m)


def _moved(x: Node, slopes: Mapping[Node, Node], known: Moments) -> Iterator[Node]:
    """The terms Sigma_xy b_y of Sigma b."""
    for (a, b), covariance in known.covariances.items():
        if a is x:
            yield al.matmul([covariance, slopes[b]])
        elif b is x:
            yield al.matmul([al.transpose(covariance), slopes[a]])


def _names(known: Moments) -> str:
    return " and ".join(x.name for x in known.means)


def _spread(f: Node, known: Moments) -> Node:
    """L f; of an array, entry by entry: it is linear in U, for <U, f>."""
    if f.is_scalar:
        return _spread_scalar(f, known)
    u = placeholder("U", f.shape)
    spread = _spread_scalar(maps.inner(u, f), known)
    if u not in depends(spread, [u]):
        return leaves.zeros_like(f)
    return polish(pullback(spread, [u], ONE, standard_book(), collect)[u], f)


def _spread_scalar(f: Node, known: Moments) -> Node:
    """1/2 tr(H_xx Sigma_xx) for each x, and <H_xy, Sigma_xy> for each pair."""
    terms = []
    for (x, y), covariance in known.covariances.items():
        hessian = _second(f, x, y)
        terms.append(_symmetric_trace(hessian, covariance) if x is y else maps.inner(hessian, covariance))
    return collect(terms)


def _symmetric_trace(hessian: Node, sigma: Node) -> Node:
    """1/2 tr(H Sigma), where 1/2 tr((A + A^T) Sigma) is tr(A Sigma)."""
    c, rest = al.split(al.scale(HALF, hessian))
    s, m = (rest.args[0], rest.args[1]) if rest.op == "scale" else (ONE, rest)
    parts = _without_transposes(m.args) if m.op == "add" else [m]
    return al.add([al.had([leaves.as_node(c), s, maps.trace(al.matmul([p, sigma]))]) for p in parts])


def _without_transposes(terms: Sequence[Node]) -> list[Node]:
    """A + A^T as 2 A."""
    left, kept = list(terms), []
    while left:
        t = left.pop()
        turned = al.transpose(t)
        if turned is not t and turned in left:
            left.remove(turned)
            kept.append(al.scale(leaves.as_node(2), min(t, turned, key=lambda n: (n.flips, n.digest))))
        else:
            kept.append(t)
    return kept


def _second(f: Node, x: Node, y: Node) -> Node:
    """d2f / dx dy^T."""
    try:
        gradient = Derivation(f, x).gradient
        return Derivation(gradient, y).jacobian if y in depends(gradient, [y]) else leaves.zeros(x.shape[0], y.shape[0])
    except NoClosedForm as error:
        raise NoRule(f"no closed form for E[{f}]: {error}") from error


_POLYNOMIAL = frozenset(
    "symbol item add had scale matmul transpose trace diag diagonal kron vec unvec sumover explicit".split()
)


def _is_polynomial(n: Node) -> bool:
    if n.op == "pow":
        return n.args[1].op == "const" and isinstance(n.args[1].param, int) and n.args[1].param > 0
    return n.op in _POLYNOMIAL or (n.op == "call" and n.fn.name == "sqnorm")


# --- E[...] as it was read --------------------------------------------------------------------------------------
def over_declared(body: Node, whole: Node, where: Where) -> Node:
    """E[body], of a formula, over the moments that are declared; what needs more of them stays E[...]."""
    random = random_symbols(body)
    if not random and not any(is_random(n) for n in walk(whole)):
        raise NoRule(f"nothing in E[{body}] is declared random; declare what is{_example(body)}")
    member = next((x for x in random if x.op == "item"), None)
    if member is not None:
        raise NoRule(f"{member} is a member of a family; E[...] is over one symbol, declared such as x: 'n random'")
    known = _moments(random, where)
    return al.add([_of_term(t, random, known) for t in (body.args if body.op == "add" and known else (body,))])


def _of_term(f: Node, random: Sequence[Node], known: Moments | None) -> Node:
    """E[f] from the moments, or E[f] where they do not give it; a sample of independent symbols would not be so."""
    if known is not None:
        with suppress(NoRule):
            return substitute(_expected(f, known), dict(known.stand_ins))
    inside = [x for x in random if x in depends(f, random)]
    if len(inside) > 1 and any("independent" in x.properties for x in inside):
        names = " and ".join(x.name for x in inside)
        raise NoRule(f"E[{f}] of the independent {names} needs more than what is declared of them")
    return expected(f)


def _example(body: Node) -> str:
    """How the last of its symbols would be declared."""
    known = {n.name: n for n in walk(body) if n.op == "symbol" and "integer" not in n.properties}
    if not known:
        return ""
    x = known[max(known)]
    words = _shape_words(x)
    return f", such as {x}: '{words} random', or with its moments '{words} random mean mu cov Sigma'"


def _shape_words(x: Node) -> str:
    m, n = x.shape
    return "scalar" if x.is_scalar else f"{m}" if is_one(n) else f"{m} x {n}"


def with_moments(where: Where | None) -> Where | None:
    """The declarations, and those in `random mean mu cov Sigma`: mu has the shape of x, Sigma is a covariance."""
    found: dict[str, str] = {}
    for name, declaration in (where or {}).items():
        x = declare(name, declaration) if isinstance(declaration, str) and " random" in declaration else None
        if isinstance(x, Node):
            n = x.shape[0]
            for fact in x.properties:
                kind, _, said = fact.rpartition(" ")
                shapes = {"mean": f"{n}", "cov": f"{n} x {n} positive semidefinite"}
                if kind in shapes and said not in ("0", "I", "1"):
                    found[_spelt(said)] = "scalar" if is_one(n) else shapes[kind]
    known = {_spelt(name) for name in where or {}}
    return {**{n: d for n, d in found.items() if n not in known}, **(where or {})} if found else where


def _spelt(name: str) -> str:
    r"""A name as formulas spell it: \Sigma for Sigma."""
    return "\\" + name if name in GREEK else name


def _moments(random: Sequence[Node], where: Where) -> Moments | None:
    """The declared moments; None where one of the symbols has none."""
    said = {x: facts(x) for x in random}
    if not all({"mean", "cov"} <= set(said[x]) for x in random) and not _in_part(random, said):
        return None
    means, covariances, stand_ins = {}, {}, {}
    for x in random:
        n = x.shape[0]
        means[x] = placeholder(f"E[{x}]", x.shape)
        if "mean" in said[x]:
            means[x] = _declared(said[x]["mean"], leaves.zeros(n, 1), (), where)
        else:
            stand_ins[means[x]] = expected(x)
        if "cov" in said[x]:
            covariances[x, x] = _declared(said[x]["cov"], leaves.eye(n), ("positive semidefinite",), where)
        else:
            covariances[x, x] = placeholder(f"Cov[{x}]", (n, n), ("symmetric",))
            stand_ins[covariances[x, x]] = covariance_of(x, x)
        _fits(x, means[x], covariances[x, x])
    for x, y in itertools.combinations(random, 2):
        for a, b in ((x, y), (y, x)):
            if f"cov({a.name})" in said[b]:  # declared with b: Cov(a, b)
                covariances[a, b] = _declared(
                    said[b][f"cov({a.name})"], leaves.zeros(a.shape[0], b.shape[0]), (), where
                )
                break
        else:
            if not {"independent"} & (x.properties | y.properties):
                raise NoRule(
                    f"E[...] needs the joint moments of {x} and {y}: declare one of them 'independent', or with {y} "
                    f"their covariance, 'cov({x}) C'"
                )
    return Moments(means, covariances, all("gaussian" in x.properties for x in random), stand_ins)


def _in_part(random: Sequence[Node], said: Mapping[Node, Mapping[str, str]]) -> bool:
    """Whether some moments say something all the same: one of the two, or that the symbols are independent."""
    pairs = itertools.combinations(random, 2)
    return (len(random) == 1 and bool(said[random[0]])) or (
        len(random) > 1 and all("independent" in x.properties | y.properties for x, y in pairs)
    )


def _declared(text: str, plain: Node, properties: tuple[str, ...], where: Where) -> Node:
    """What a declaration names: 0, I, a declared symbol, or a symbol of the shape that fits."""
    if text in ("0", "I", "1"):
        return plain
    for key in (text, "\\" + text):
        declaration = where.get(key)
        if isinstance(declaration, Node):
            return declaration
        if isinstance(declaration, str):
            found = declare(key, declaration)
            if isinstance(found, Node):
                return found
    return symbol(text, plain.shape, _implied(properties, plain))


def _implied(properties: tuple[str, ...], plain: Node) -> set[str]:
    if plain.is_scalar:
        return {"nonnegative"} if properties else set()
    return {*properties, *(q for p in properties for q in IMPLIED.get(p, ()))}
