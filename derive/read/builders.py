"""The engine's constructors, by the names that the reader gives to functions."""

from __future__ import annotations

# ruff: noqa: E501 -- tables are aligned by hand
from collections.abc import Callable
from fractions import Fraction

import sympy

from .. import algebra, leaves, maps
from .. import functions as f
from ..nodes import ONE, Node, const
from ..sizes import Size
from .dims import product

HALF = const(Fraction(1, 2))

ENTRYWISE: dict[str, Callable[..., Node]] = {
    name: getattr(f, name)
    for name in "exp log log2 log10 log1p sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid softplus relu "
    "leaky_relu gelu erf abs sign step floor".split()
}


def _shifted(x: Node) -> Node:
    return algebra.add([x, HALF if x.is_scalar else algebra.scale(HALF, leaves.ones(*x.shape))])


ENTRYWISE["cot"] = lambda x: f.divide(f.cos(x), f.sin(x))
ENTRYWISE["sec"] = lambda x: f.power(f.cos(x), -1)
ENTRYWISE["csc"] = lambda x: f.power(f.sin(x), -1)
ENTRYWISE["coth"] = lambda x: f.divide(f.cosh(x), f.sinh(x))
ENTRYWISE["sech"] = lambda x: f.power(f.cosh(x), -1)
ENTRYWISE["csch"] = lambda x: f.power(f.sinh(x), -1)
ENTRYWISE["round"] = lambda x: f.floor(_shifted(x))


def _one_minus(x: Node) -> Node:
    return algebra.add([leaves.ones(*x.shape) if not x.is_scalar else ONE, algebra.scale(const(-1), x)])


PRIMES: dict[str, Callable[[Node], Node]] = {
    "sigmoid": lambda x: f.hadamard(f.sigmoid(x), _one_minus(f.sigmoid(x))),
    "tanh": lambda x: _one_minus(f.power(f.tanh(x), 2)),
    "relu": lambda x: f.step(x),
    "exp": lambda x: f.exp(x),
    "sin": lambda x: f.cos(x),
    "cos": lambda x: algebra.scale(const(-1), f.sin(x)),
    "log": lambda x: f.power(x, -1),
    "softplus": lambda x: f.sigmoid(x),
}


def _max(name: str) -> Callable[..., Node]:
    def build(*args: Node) -> Node:
        one, two = (f.max, f.maximum) if name == "max" else (f.min, f.minimum)
        return one(args[0]) if len(args) == 1 else two(*args)

    return build


def _norm_function(x: Node, order: Node | None = None) -> Node:
    return f.norm(x) if order is None else f.norm(x, order.value if order.op == "const" else order)


BY_AXIS: dict[str, Callable[..., Node]] = {
    "sum": f.sum,
    "mean": f.mean,
    "softmax": f.softmax,
    "log_softmax": f.log_softmax,
    "logsumexp": f.logsumexp,
}


def _symmetrizer(n: Size) -> Node:
    """N_n = (I + K_nn)/2, with N_n vec A = vec (A + A^T)/2."""
    return algebra.scale(HALF, algebra.add([leaves.eye(product(n, n)), leaves.commutation(n, n)]))


STRUCTURED: dict[str, Callable[..., Node]] = {
    "symmetrizer": _symmetrizer,
    "commutation": lambda m, n=None: leaves.commutation(m, m if n is None else n),
    "duplication": f.duplication,
    "elimination": f.elimination,
}


def _covariance(x: Node, y: Node) -> Node:
    """Cov(x, y) = E[(x - E x)(y - E y)^T]."""
    from_mean = [algebra.add([v, algebra.scale(const(-1), f.expectation_(v))]) for v in (x, y)]
    return f.expectation_(algebra.matmul([from_mean[0], algebra.transpose(from_mean[1])]))


def normal_density(x: Node, mu: Node, sigma: Node) -> Node:
    """(2 pi)^(-n/2) det(Sigma)^(-1/2) exp(-1/2 (x - mu)^T Sigma^-1 (x - mu)) for a column or a scalar x."""
    n, error = const(x.shape[0]), algebra.add([x, algebra.scale(const(-1), mu)])
    exponent = algebra.matmul([algebra.transpose(error), algebra.inv(sigma), error])
    size = f.det(sigma) if not sigma.is_scalar else sigma
    scale = [
        algebra.pow_(const(2 * sympy.pi), algebra.scale(const(-HALF.param), n)),
        algebra.pow_(size, const(-HALF.param)),
    ]
    return algebra.had([*scale, f.exp(algebra.scale(const(-HALF.param), exponent))])


# name -> fewest and most arguments, and what it builds.
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Node]]] = {
    "tr": (1, 1, f.tr), "det": (1, 1, f.det), "logdet": (1, 1, f.logdet), "inv": (1, 1, algebra.inv), "pinv": (1, 1, f.pinv),
    "adjugate": (1, 1, f.adjugate), "diag": (1, 1, f.diag), "vec": (1, 1, maps.vec), "vech": (1, 1, f.vech), "normal_cdf": (1, 1, f.normal_cdf),
    "divide": (2, 2, f.divide), "largest eigenvalue": (1, 1, lambda m: f.eigenvalue(m, m.shape[0])),
    "kron": (2, 9, lambda *a: maps.kron(list(a))), "hadamard": (2, 9, f.hadamard), "dot": (2, 2, f.dot),
    "outer": (2, 2, lambda a, b: algebra.matmul([a, algebra.transpose(b)])), "norm": (1, 2, _norm_function),
    "norm1": (1, 1, lambda x: f.norm(x, 1)), "norm2": (1, 1, f.norm), "sqnorm": (1, 1, f.sqnorm), "max": (1, 2, _max("max")), "min": (1, 2, _max("min")),
    "expm": (1, 1, f.expm), "logm": (1, 1, f.logm), "sqrtm": (1, 1, f.sqrtm), "sinm": (1, 1, f.sinm), "cosm": (1, 1, f.cosm),
    "eigenvalue": (1, 2, f.eigenvalue), "cosine_similarity": (2, 2, f.cosine_similarity), "cross_entropy": (2, 2, f.cross_entropy),
    "variance": (1, 1, lambda x: _covariance(x, x)), "covariance": (1, 2, lambda x, y=None: _covariance(x, x if y is None else y)),
    "normal_density": (3, 3, normal_density),
    "transpose": (1, 1, algebra.transpose), "power": (2, 2, f.power),
    "tril": (1, 1, f.tril), "triu": (1, 1, f.triu), "diagonal_means": (1, 1, f.diagonal_means), "diagonal_sums": (1, 1, f.diagonal_sums),
    "sym": (1, 1, lambda x: algebra.scale(HALF, algebra.add([x, algebra.transpose(x)]))),
    "skew": (1, 1, lambda x: algebra.scale(HALF, algebra.add([x, algebra.scale(const(-1), algebra.transpose(x))]))),
}  # fmt: skip
