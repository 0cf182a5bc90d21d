"""What every function means on arrays (..., m, n), real or with an infinitesimal imaginary part.

The oracle evaluates f(X + ihD) with h = 1e-30 and reads df off the imaginary part, so that every function is
analytic: it chooses its branch (a pivot, a sign, the largest entry) by the real part and never uses |z| or conj. Where
no analytic algorithm is at hand (erf, singular values, eigenvalues), value and first-order term are written out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_ERF = np.vectorize(math.erf, otypes=[float])
_ERFC = np.vectorize(math.erfc, otypes=[float])


def is_complex(z: Array) -> bool:
    return z.dtype.kind == "c"


def first_order(value: Array, slope: Any, z: Array) -> Array:
    """f(x) + i f'(x) y for an elementwise f whose complex form is not at hand."""
    return value + 1j * (slope * z.imag) if is_complex(z) else value


def guarded(z: Array, inside: Any, value: Array) -> Array:
    """`value` where the real part lies inside the domain, nan elsewhere (a complex log would answer there)."""
    return np.where(inside(z.real), value, np.nan)


# --- elementwise ------------------------------------------------------------------------------------------------
def power(z: Array, k: Array) -> Array:
    """The elementwise real power: nan for a negative base and a fractional exponent."""
    if is_complex(k):
        return np.exp(k * log(z))
    first = k.flat[0]
    if first == 2 and k.size == 1:
        return z * z
    if first == -1 and k.size == 1:
        return 1 / z
    if first == 0.5 and k.size == 1:
        return sqrt(z)
    if not is_complex(z):
        return np.power(z, k)
    if k.size == 1 and first == int(first):
        return np.power(z, int(first))
    whole = k == np.floor(k)
    return np.where((z.real >= 0) | whole, np.power(z, k), np.nan)


def sqrt(z: Array) -> Array:
    return guarded(z, lambda x: x >= 0, np.sqrt(z)) if is_complex(z) else np.sqrt(z)


def log(z: Array) -> Array:
    return guarded(z, lambda x: x > 0, np.log(z)) if is_complex(z) else np.log(z)


def log1p(z: Array) -> Array:
    return np.log1p(z.real) + 1j * (z.imag / (1 + z.real)) if is_complex(z) else np.log1p(z)


def arcsin(z: Array) -> Array:
    return guarded(z, lambda x: np.abs(x) <= 1, np.arcsin(z)) if is_complex(z) else np.arcsin(z)


def arccos(z: Array) -> Array:
    return guarded(z, lambda x: np.abs(x) <= 1, np.arccos(z)) if is_complex(z) else np.arccos(z)


def arccosh(z: Array) -> Array:
    return guarded(z, lambda x: x >= 1, np.arccosh(z)) if is_complex(z) else np.arccosh(z)


def arctanh(z: Array) -> Array:
    return guarded(z, lambda x: np.abs(x) < 1, np.arctanh(z)) if is_complex(z) else np.arctanh(z)


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow on either side."""
    right = z.real >= 0
    e = np.exp(np.where(right, -z, z))
    return np.where(right, 1, e) / (1 + e)


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), without overflow on either side."""
    right = z.real >= 0
    return np.where(right, z, 0) + log1p(np.exp(np.where(right, -z, z)))


def relu(z: Array) -> Array:
    return np.where(z.real > 0, z, 0)


def leaky_relu(z: Array, slope: Array) -> Array:
    """z where z > 0, else slope * z."""
    return np.where(z.real > 0, z, slope * z)


def erf(z: Array) -> Array:
    x = z.real
    return first_order(_ERF(x), 2 / math.sqrt(math.pi) * np.exp(-x * x), z)


def normal_pdf(z: Array) -> Array:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def normal_cdf(z: Array) -> Array:
    x = z.real
    return first_order(_ERFC(-x / math.sqrt(2)) / 2, normal_pdf(x), z)


def gelu(z: Array) -> Array:
    return z * normal_cdf(z)


def sign(z: Array) -> Array:
    return np.sign(z.real)


def absolute(z: Array) -> Array:
    return z * sign(z)


def step(z: Array) -> Array:
    """1 where z > 0, 0 where z < 0 and 1/2 at 0, so that max(a, a) = a has derivative 1."""
    return np.where(z.real > 0, 1.0, np.where(z.real < 0, 0.0, 0.5))


def maximum(a: Array, b: Array) -> Array:
    return np.where(a.real >= b.real, a, b)


def minimum(a: Array, b: Array) -> Array:
    return np.where(a.real <= b.real, a, b)


def floor(z: Array) -> Array:
    return np.floor(z.real)


def ceil(z: Array) -> Array:
    return np.ceil(z.real)


# --- structure --------------------------------------------------------------------------------------------------
def transpose(m: Array) -> Array:
    return m.swapaxes(-1, -2)


def matmul(*factors: Array) -> Array:
    """The product of a chain, from the side where it stays a vector."""
    if factors[-1].shape[-1] == 1:
        product = factors[-1]
        for f in factors[-2::-1]:
            product = f @ product
        return product
    product = factors[0]
    for f in factors[1:]:
        product = product @ f
    return product


def scalar(values: Any) -> Array:
    """Numbers, one for each entry of the batch, as (..., 1, 1)."""
    return np.asarray(values)[..., None, None]


def total(m: Array) -> Array:
    return m.sum(axis=(-1, -2), keepdims=True)


def trace(m: Array) -> Array:
    return scalar(m.trace(axis1=-2, axis2=-1))


def diag(v: Array) -> Array:
    n = v.shape[-2]
    out = np.zeros((*v.shape[:-2], n, n), v.dtype)
    index = np.arange(n)
    out[..., index, index] = v[..., 0]
    return out


def diagonal(m: Array) -> Array:
    return m.diagonal(axis1=-2, axis2=-1)[..., None]


def vec(m: Array) -> Array:
    """The columns stacked."""
    return transpose(m).reshape(*m.shape[:-2], -1, 1)


def unvec(v: Array, shape: tuple[int, int]) -> Array:
    return transpose(v.reshape(*v.shape[:-2], shape[1], shape[0]))


def kron(*factors: Array) -> Array:
    product = factors[0]
    for b in factors[1:]:
        a = product
        body = a[..., :, None, :, None] * b[..., None, :, None, :]
        product = body.reshape(*body.shape[:-4], a.shape[-2] * b.shape[-2], a.shape[-1] * b.shape[-1])
    return product


def commutation(m: int, n: int) -> Array:
    """K_{m,n}: K vec(X) = vec(X^T) for X (m, n)."""
    out = np.zeros((m * n, m * n))
    i, j = (a.ravel() for a in np.indices((m, n)))
    out[i * n + j, j * m + i] = 1
    return out


def _vech_positions(n: int) -> list[tuple[int, int]]:
    """The places (row, column) of the lower triangle, column by column."""
    return [(i, j) for j in range(n) for i in range(j, n)]


def vech(m: Array) -> Array:
    """The lower triangle as a column, column by column."""
    rows, columns = (list(k) for k in zip(*_vech_positions(m.shape[-1]), strict=True))
    return m[..., rows, columns][..., None]


def duplication(n: int) -> Array:
    """D_n: D vech(S) = vec(S) for symmetric S (n, n)."""
    places = _vech_positions(n)
    out = np.zeros((n * n, len(places)))
    for k, (i, j) in enumerate(places):
        out[j * n + i, k] = out[i * n + j, k] = 1
    return out


def elimination(n: int) -> Array:
    """L_n: L vec(X) = vech(X)."""
    places = _vech_positions(n)
    out = np.zeros((len(places), n * n))
    for k, (i, j) in enumerate(places):
        out[k, j * n + i] = 1
    return out


# --- norms and extremes -----------------------------------------------------------------------------------------
def sqnorm(m: Array) -> Array:
    return total(m * m)


def norm(m: Array) -> Array:
    return np.sqrt(sqnorm(m))


def norm1(m: Array) -> Array:
    return total(absolute(m))


def pnorm(m: Array, p: Array) -> Array:
    """(sum |m_ij|^p)^(1/p)."""
    return power(total(power(absolute(m), p)), 1 / p)


def _at_largest(key: Array) -> Array:
    """One-hot: 1 at the largest entry of each matrix."""
    flat = key.reshape(*key.shape[:-2], -1)
    out = np.zeros_like(flat)
    np.put_along_axis(out, flat.argmax(axis=-1)[..., None], 1, axis=-1)
    return out.reshape(key.shape)


def largest(m: Array) -> Array:
    return total(m * _at_largest(m.real))


def argmax(m: Array) -> Array:
    return _at_largest(m.real)


def argmax_sign(m: Array) -> Array:
    """The sign of the entry of largest modulus, at its place; 0 elsewhere."""
    return _at_largest(np.abs(m.real)) * sign(m)


def maxnorm(m: Array) -> Array:
    return total(m * argmax_sign(m))


def logsumexp(m: Array) -> Array:
    """log(sum(exp(m))) of every column, as a row."""
    top = m.real.max(axis=-2, keepdims=True)
    return top + np.log(np.exp(m - top).sum(axis=-2, keepdims=True))


def softmax(m: Array) -> Array:
    """exp(m) / sum(exp(m)), column by column."""
    e = np.exp(m - m.real.max(axis=-2, keepdims=True))
    return e / e.sum(axis=-2, keepdims=True)


def log_softmax(m: Array) -> Array:
    top = m.real.max(axis=-2, keepdims=True)
    return m - top - np.log(np.exp(m - top).sum(axis=-2, keepdims=True))


# --- along diagonals --------------------------------------------------------------------------------------------
def diagonal_sums(m: Array) -> Array:
    """Every entry replaced by the sum of the diagonal on which it stands."""
    out = np.empty_like(m)
    i, j = np.indices(m.shape[-2:])
    for k in range(1 - m.shape[-2], m.shape[-1]):
        band = j - i == k
        out[..., band] = m[..., band].sum(axis=-1, keepdims=True)
    return out


def diagonal_means(m: Array) -> Array:
    """Every entry replaced by the mean of the diagonal on which it stands."""
    return diagonal_sums(m) / diagonal_sums(np.ones(m.shape[-2:]))


LINEAR_PARTS: dict[str, Callable[[Array], Array]] = {  # the nearest array (..., m, n) with a linear structure
    "diagonal": lambda m: m * np.eye(*m.shape[-2:]),
    "symmetric": lambda m: (m + transpose(m)) / 2,
    "skew": lambda m: (m - transpose(m)) / 2,
    "lower triangular": np.tril,
    "upper triangular": np.triu,
    "toeplitz": diagonal_means,
}
