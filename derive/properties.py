"""Random matrices with declared properties, and directions in which a matrix keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from . import arrays
from .arrays import Array
from .symbols import LINEAR

Generator = np.random.Generator
Maker = Callable[[Generator, int, int, frozenset[str]], Array]


def value(properties: frozenset[str], shape: tuple[int, int], rng: Generator, scale: float = 1.0) -> Array:
    """A random array of this shape that has all of `properties`; entries of both signs where they allow it."""
    m, n = shape
    for name, make in _MAKERS.items():
        if name in properties:
            made = make(rng, m, n, properties)
            if name in LINEAR:  # of two linear spaces, in both
                made = tangent(properties.intersection(LINEAR), made, made)
            if "unit norm" in properties:
                made = made / np.sqrt((made * made).sum())
            return with_signs(made, properties)
    return with_signs(scale * rng.standard_normal(shape), properties)


def with_signs(x: Array, properties: frozenset[str]) -> Array:
    """x with the signs that the properties ask for."""
    exact = properties & _EXACT
    if "unit interval" in properties:
        return np.clip(x, 0.03, 0.97)
    if "positive" in properties or "nonnegative" in properties:
        x = np.abs(x)
    if "positive" in properties and not exact:
        x = np.where(x != 0, x + 0.1, 0) if properties & _PATTERNED else x + 0.1
    if "nonzero" in properties and not exact:
        x = np.where(x < 0, x - 0.1, x + 0.1)
    if "integer" in properties and properties & {"positive", "nonzero"}:
        x = np.where(x == 0, 1, x)
    if "positive determinant" in properties and np.linalg.det(x) < 0:
        x = x.copy()
        x[:, 0] = -x[:, 0]
    return x


_EXACT = frozenset(
    ("integer", "binary", "one-hot", "plus or minus one", "simplex", "unit norm", "identity", "orthogonal")
)
_PATTERNED = frozenset(("diagonal", "lower triangular", "upper triangular"))


def _definite(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    g = rng.standard_normal((m, m))
    if "positive" in properties:
        g = np.abs(g)
    if "diagonal" in properties:
        return np.diag(np.abs(g[0]) + 0.3)
    if "toeplitz" in properties:
        band = np.abs(g[0]) if "positive" in properties else g[0]
        return _band(band, band) + (np.abs(g[0]).sum() * 2 + 0.3) * np.eye(m)
    return g @ g.T / m + 0.3 * np.eye(m)


def _semidefinite(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """Of full rank or one less, by chance."""
    g = rng.standard_normal((m, m - 1 if m > 1 and rng.random() < 0.5 else m))
    return np.diag(np.abs(g[:, 0])) if "diagonal" in properties else g @ g.T


def _diagonal(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    out = np.zeros((m, n))
    d = rng.standard_normal(min(m, n))
    np.fill_diagonal(out, np.sign(d) if "orthogonal" in properties else d + 0.2 * np.sign(d))
    return out


def _orthogonal(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """Orthonormal columns, or rows where the matrix is wide; a determinant of either sign where it is square."""
    if m < n:
        return _orthogonal(rng, n, m, properties).T
    if "symmetric" in properties:  # a reflection
        q = _orthogonal(rng, m, m, frozenset())
        return q * np.where(np.arange(m) % 2, -1.0, 1.0) @ q.T
    if "skew" in properties:  # quarter turns of planes
        q = _orthogonal(rng, m, m, frozenset())
        return q @ np.kron(np.eye(m // 2), [[0.0, -1.0], [1.0, 0.0]]) @ q.T
    q, r = np.linalg.qr(rng.standard_normal((m, n)))
    return q * np.sign(np.diagonal(r))


def _positive_eigenvalues(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """P D P^{-1}: not symmetric."""
    p = np.eye(m) + 0.3 * rng.standard_normal((m, m))
    return p @ np.diag(rng.uniform(0.5, 2, m)) @ np.linalg.inv(p)


def _symmetric(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    g = rng.standard_normal((m, m))
    return (g + g.T) / 2 if "toeplitz" not in properties else _band(g[0], g[0])


def _skew(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    g = rng.standard_normal((m, m))
    return g - g.T


def _band(column: Array, row: Array) -> Array:
    """The Toeplitz matrix with this first column and row."""
    i, j = np.indices((len(column), len(row)))
    line = np.concatenate([column[::-1], row[1:]])
    return line[len(column) - 1 + j - i]


def _toeplitz(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    return _band(rng.standard_normal(m), rng.standard_normal(n))


def _lower(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    return np.tril(_strong_diagonal(rng, m, n))


def _upper(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    return np.triu(_strong_diagonal(rng, m, n))


def _strong_diagonal(rng: Generator, m: int, n: int) -> Array:
    g = rng.standard_normal((m, n))
    d = np.diagonal(g)
    np.fill_diagonal(g, d + 0.5 * np.sign(d))
    return g


def _one_hot(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """A unit vector; of a matrix, one in every row."""
    if n == 1:
        return _one_hot(rng, 1, m, properties).T
    out = np.zeros((m, n))
    out[np.arange(m), rng.integers(0, n, m)] = 1
    return out


def _simplex(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """Positive entries with sum 1; of a matrix, in every row."""
    if n == 1:
        return _simplex(rng, 1, m, properties).T
    x = rng.uniform(0.1, 1, (m, n))
    return x / x.sum(axis=1, keepdims=True)


def _unit_norm(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    x = rng.standard_normal((m, n))
    return x / np.sqrt((x * x).sum())


def _integer(rng: Generator, m: int, n: int, properties: frozenset[str]) -> Array:
    """A scalar from 2 to 4; entries from -4 to 4."""
    return rng.integers(2, 5, (1, 1)).astype(float) if m == n == 1 else rng.integers(-4, 5, (m, n)).astype(float)


# The first property found makes the matrix; signs and the determinant are seen to afterwards.
_MAKERS: Mapping[str, Maker] = {
    "identity": lambda rng, m, n, p: np.eye(m),
    "positive definite": _definite,
    "positive semidefinite": _semidefinite,
    "diagonal": _diagonal,
    "orthogonal": _orthogonal,
    "positive eigenvalues": _positive_eigenvalues,
    "symmetric": _symmetric,
    "skew": _skew,
    "toeplitz": _toeplitz,
    "lower triangular": _lower,
    "upper triangular": _upper,
    "one-hot": _one_hot,
    "simplex": _simplex,
    "binary": lambda rng, m, n, p: rng.integers(0, 2, (m, n)).astype(float),
    "plus or minus one": lambda rng, m, n, p: rng.integers(0, 2, (m, n)) * 2.0 - 1,
    "unit interval": lambda rng, m, n, p: rng.uniform(0.05, 0.95, (m, n)),
    "unit norm": _unit_norm,
    "integer": _integer,
}
RIGID = frozenset(_MAKERS) - {"unit interval"}  # a value that may only be drawn anew, not moved a little
CONES = frozenset(
    ("positive definite", "positive semidefinite", "diagonal", "symmetric", "skew", "positive eigenvalues")
)
FREE = frozenset(("binary", "one-hot", "plus or minus one", "integer", "identity", "unit interval"))


# --- directions -------------------------------------------------------------------------------------------------
def directions(properties: frozenset[str], at: Array, rng: Generator, count: int = 3) -> Array:
    """`count` unit directions (count, m, n) in the tangent space of the matrices with these properties at `at`.

    A discrete property (one-hot, integer ...) has no tangent: there the derivative is the formal one, in any direction.
    """
    d = tangent(properties, at, rng.standard_normal((count, *at.shape)))
    lengths = np.sqrt((d * d).sum(axis=(-1, -2), keepdims=True))
    return d / np.where(lengths > 1e-12, lengths, 1.0)


def tangent(properties: frozenset[str], at: Array, d: Array) -> Array:
    """The part of the directions d (..., m, n) that keeps the properties, to first order."""
    if not properties or properties & FREE:
        return d
    held = properties | {"symmetric"} if properties & {"positive definite", "positive semidefinite"} else properties
    for name, part in arrays.LINEAR_PARTS.items():
        if name in held:
            d = part(d)
    if "orthogonal" in properties:
        d = _along_stiefel(d, at)
    if "unit norm" in properties:
        d = d - at * (at * d).sum(axis=(-1, -2), keepdims=True) / (at * at).sum()
    if "simplex" in properties:
        d = d - d.mean(axis=-2 if at.shape[1] == 1 else -1, keepdims=True)
    return d


def _along_stiefel(d: Array, q: Array) -> Array:
    """D - Q sym(Q^T D): tangent to the matrices with Q^T Q = I (or Q Q^T = I where Q is wide)."""
    if q.shape[0] < q.shape[1]:
        return _along_stiefel(d.swapaxes(-1, -2), q.T).swapaxes(-1, -2)
    inner = q.T @ d
    return d - q @ (inner + inner.swapaxes(-1, -2)) / 2
