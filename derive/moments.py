"""Expectations of polynomials of degree 2 in a random vector, from its mean and covariance.

E f(x) = f(mu) + 1/2 sum_jk (d2f / dx_j dx_k) Sigma_jk, exactly, where the second derivative does not depend on x.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import algebra as al
from . import leaves, maps
from .adjoint import pullback
from .book import standard_book
from .derivation import Derivation
from .errors import BadInput, NoClosedForm, NoRule, ShapeError
from .functions import expectation_
from .nodes import ONE, Node, depends, placeholder, walk
from .normal import collect, polish
from .rebuilding import rebuild, substitute
from .sizes import is_one, same_shape, shape_text
from .structure import HALF
from .symbols import declare

Where = Mapping[str, str]


def expectation(f: Any, x: Any, mean: Any, cov: Any) -> Node:
    """E[f] for x random with this mean (n, 1) and covariance (n, n), for any f of degree at most 2 in x.

    Errors: NoRule for a function whose expectation needs more than mean and covariance; BadInput, ShapeError for
    moments that do not fit. Source: Matrix Cookbook 8.2 (Gaussian only in name: the formulas hold for any x).

    >>> from derive import expectation, matrix, vector
    >>> A, S = matrix("A", "n", "n"), matrix("S", "n", "n", "positive definite")
    >>> x, m = vector("x", "n"), vector("m", "n")
    >>> expectation(x.T * A * x, x, m, S)
    tr(A*S) + m.T*A*m
    """
    function, variable, mu, sigma = (leaves.as_node(a) for a in (f, x, mean, cov))
    _fits(variable, mu, sigma)
    return _expected(function, variable, mu, sigma)


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


def _expected(f: Node, x: Node, mu: Node, sigma: Node) -> Node:
    if x not in depends(f, [x]):
        return f
    spread = _spread_scalar(f, x, sigma) if f.is_scalar else _spread_array(f, x, sigma)
    return collect([substitute(f, {x: mu}), spread])


def _spread_scalar(f: Node, x: Node, sigma: Node) -> Node:
    """1/2 tr(H Sigma) = 1/2 <H, Sigma>."""
    return _symmetric_trace(_second(f, x), sigma)


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


def _spread_array(f: Node, x: Node, sigma: Node) -> Node:
    """The same for every entry: it is linear in U, for <U, f>."""
    u = placeholder("U", f.shape)
    spread = _symmetric_trace(_second(maps.inner(u, f), x), sigma)
    if u not in depends(spread, [u]):
        return leaves.zeros_like(f)
    return polish(pullback(spread, [u], ONE, standard_book(), collect)[u], f)


def _second(f: Node, x: Node) -> Node:
    """The Hessian, which must not depend on x. NoRule where f is no polynomial of degree 2."""
    active = depends(f, [x])
    odd = next((n for n in walk(f) if n in active and not _is_polynomial(n)), None)
    if odd is not None:
        raise NoRule(f"E[{odd}] needs more than the mean and the covariance of {x}: it is no polynomial in {x}")
    try:
        hessian = Derivation(Derivation(f, x).gradient, x).jacobian
    except NoClosedForm as error:
        raise NoRule(f"no closed form for E[{f}]: {error}") from error
    if hessian in depends(hessian, [x]):
        raise NoRule(f"E[{f}] needs more than the mean and the covariance of {x}: it is not of degree 2 in {x}")
    return hessian


_POLYNOMIAL = frozenset(
    "symbol item add had scale matmul transpose trace diag diagonal kron vec unvec sumover explicit".split()
)


def _is_polynomial(n: Node) -> bool:
    if n.op == "pow":
        return n.args[1].op == "const" and isinstance(n.args[1].param, int) and n.args[1].param > 0
    return n.op in _POLYNOMIAL or (n.op == "call" and n.fn.name == "sqnorm")


# --- E[...] as it was read --------------------------------------------------------------------------------------
def worked_out(f: Node, where: Where | None) -> Node:
    """f with every E[...] over declared moments worked out, the innermost first."""
    if not any(n.op == "call" and n.fn is expectation_ for n in walk(f)):
        return f
    done: dict[Node, Node] = {}
    for n in walk(f):
        args = tuple(done[a] for a in n.args)
        same = all(a is b for a, b in zip(args, n.args, strict=True))
        if n.op == "call" and n.fn is expectation_:
            done[n] = _over_declared(args[0], n, where or {})
        else:
            done[n] = n if same else rebuild(n.op, args, n.param, n.shape)
    return done[f]


def _over_declared(body: Node, whole: Node, where: Where) -> Node:
    random = sorted({n for n in walk(body) if n.op == "symbol" and "random" in n.properties}, key=lambda n: n.name)
    if not random:
        return whole
    if len(random) > 1:
        names = " and ".join(n.name for n in random)
        raise NoRule(f"E[{body}] needs the joint moments of {names}; stack them into one random vector")
    (x,) = random
    facts = dict(p.split(" ", 1) for p in x.properties if p.startswith(("mean ", "cov ")))
    if set(facts) != {"mean", "cov"}:
        raise NoRule(
            f"E[{body}] needs the mean and the covariance of {x}: declare it as "
            f"'{x.shape[0]} random mean mu cov Sigma', or use expectation(f, x, mean, cov)"
        )
    n = x.shape[0]
    mu = _declared(facts["mean"], leaves.zeros(n, 1), where)
    sigma = _declared(facts["cov"], leaves.eye(n), where)
    _fits(x, mu, sigma)
    return _expected(body, x, mu, sigma)


def _declared(text: str, plain: Node, where: Where) -> Node:
    """The expression that a declaration names: 0, I, or a declared symbol."""
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
    raise BadInput(f"{text}, a moment of a random variable, is not declared; add it to where=")
