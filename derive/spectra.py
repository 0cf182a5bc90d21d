"""Functions of a whole matrix on arrays (..., n, n): determinants, inverses, spectra and matrix functions.

As in `arrays`, the imaginary part is infinitesimal. Determinants, inverses, and the rational iterations for expm, logm
and sqrtm are analytic as they stand; eigenvalues and singular values get their first-order term,
d lambda = v^T dA v and d sigma = u^T dA v.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .arrays import Array, is_complex, matmul, scalar, trace, transpose
from .errors import DomainError

RANK_TOLERANCE = 1e-10
_SYMMETRY_TOLERANCE = 1e-8


# --- determinants and inverses ----------------------------------------------------------------------------------
def det(m: Array) -> Array:
    return scalar(np.linalg.det(m))


def logdet(m: Array) -> Array:
    """log det M by its sign and modulus, so that large matrices do not overflow; nan where det M <= 0."""
    phase, modulus = np.linalg.slogdet(m)
    value = modulus + 1j * np.angle(phase) if is_complex(m) else modulus
    return scalar(np.where(phase.real > 0, value, np.nan))


def adjugate(m: Array) -> Array:
    """adj M by Faddeev and LeVerrier, a polynomial in M: right for singular M too."""
    n = m.shape[-1]
    eye = np.eye(n)
    product: Array = np.broadcast_to(eye, m.shape)
    for k in range(1, n):
        product = m @ product
        product = product - trace(product) / k * eye
    return -product if n % 2 == 0 else product


def pinv(m: Array) -> Array:
    """The Moore-Penrose inverse: (X^T X)^{-1} X^T or X^T (X X^T)^{-1} by rank, through a skeleton X = B C below it."""
    rows, columns = m.shape[-2:]
    s = np.linalg.svd(m.real, compute_uv=False)
    rank = (s > RANK_TOLERANCE * s.max(axis=-1, keepdims=True)).sum(axis=-1)
    if np.all(rank == min(rows, columns)):
        return _pinv_full(m)
    if m.ndim > 2:
        return np.stack([pinv(x) for x in m])
    if rank == 0:
        return np.zeros((columns, rows), m.dtype)
    i, j = _skeleton(m.real, int(rank))
    left, core, right = m[:, j], m[np.ix_(i, j)], m[i, :]
    return _pinv_full(right) @ core @ _pinv_full(left)


def _pinv_full(m: Array) -> Array:
    t = transpose(m)
    if m.shape[-2] >= m.shape[-1]:
        return np.linalg.solve(t @ m, t)
    return t @ np.linalg.inv(m @ t)


def _skeleton(x: Array, rank: int) -> tuple[list[int], list[int]]:
    """Rows and columns of an invertible rank x rank part, by elimination with full pivoting."""
    rest, rows, columns = x.copy(), [], []
    for _ in range(rank):
        i, j = (int(k) for k in np.unravel_index(np.argmax(np.abs(rest)), rest.shape))
        rows.append(i)
        columns.append(j)
        rest = rest - np.outer(rest[:, j], rest[i, :]) / rest[i, j]
    return rows, columns


# --- eigenvalues and singular values ----------------------------------------------------------------------------
def _symmetric_part(m: Array) -> Array:
    x = m.real
    gap = np.max(np.abs(x - transpose(x)), initial=0.0)
    if gap > _SYMMETRY_TOLERANCE * (1 + np.max(np.abs(x), initial=0.0)):
        raise DomainError(
            f"an eigenvalue is taken of a matrix that is not symmetric (it differs from its transpose by {gap:.3g})"
        )
    return (x + transpose(x)) / 2


def _position(k: Array, n: int) -> int:
    i = round(float(k.real.flat[0]))
    if not 1 <= i <= n:
        raise DomainError(f"eigenvalue {i} of a {n} x {n} matrix does not exist; they count from 1, the smallest")
    return i - 1


def eigenvalue(m: Array, k: Array) -> Array:
    """The k-th smallest eigenvalue of a symmetric matrix: lambda + i v^T (Im M) v."""
    i = _position(k, m.shape[-1])
    values, vectors = np.linalg.eigh(_symmetric_part(m))
    chosen = scalar(values[..., i])
    v = vectors[..., i : i + 1]
    return chosen + 1j * matmul(transpose(v), m.imag, v) if is_complex(m) else chosen


def _signed(v: Array) -> Array:
    """v or -v: the one whose entry of largest modulus is positive."""
    place = np.abs(v).argmax(axis=-2)[..., None]
    return v * np.sign(np.take_along_axis(v, place, axis=-2))


def eigenvector(m: Array, k: Array) -> Array:
    """The unit eigenvector: v + i (lambda I - M)^+ (Im M) v; its largest entry is positive."""
    i = _position(k, m.shape[-1])
    values, vectors = np.linalg.eigh(_symmetric_part(m))
    v = _signed(vectors[..., i : i + 1])
    if not is_complex(m):
        return v
    gaps = values[..., i : i + 1] - values
    gaps[..., i] = np.inf
    moved = matmul(transpose(vectors), m.imag, v) / gaps[..., None]
    return v + 1j * (vectors @ moved)


def nuclear(m: Array) -> Array:
    """The sum of the singular values: + i <U V^T, Im M>."""
    u, s, vt = np.linalg.svd(m.real, full_matrices=False)
    value = scalar(s.sum(axis=-1))
    return value + 1j * trace(transpose(u @ vt) @ m.imag) if is_complex(m) else value


def spectral(m: Array) -> Array:
    """The largest singular value: + i u^T (Im M) v."""
    u, s, vt = np.linalg.svd(m.real, full_matrices=False)
    value = scalar(s[..., 0])
    return value + 1j * matmul(transpose(u[..., :1]), m.imag, transpose(vt[..., :1, :])) if is_complex(m) else value


def polar(m: Array) -> Array:
    """The orthogonal polar factor U V^T = X (X^T X)^{-1/2} (full rank)."""
    t = transpose(m)
    if m.shape[-2] >= m.shape[-1]:
        return m @ np.linalg.inv(sqrtm(t @ m))
    return np.linalg.solve(sqrtm(m @ t), m)


def leading_left(m: Array) -> Array:
    """u_1, the left singular vector of the largest singular value; its largest entry is positive."""
    return eigenvector(m @ transpose(m), np.asarray(float(m.shape[-2])))


def leading_right(m: Array) -> Array:
    """v_1 = X^T u_1 / sigma_1, of the sign that goes with u_1."""
    return transpose(m) @ leading_left(m) / spectral(m)


# --- matrix functions -------------------------------------------------------------------------------------------
def _size(m: Array) -> float:
    """The largest 1-norm of the real parts in the batch."""
    return float(np.abs(m.real).sum(axis=-2).max(initial=0.0))


def _finite(m: Array) -> bool:
    return bool(np.isfinite(m.real).all())


def _undefined(m: Array) -> Array:
    return np.full(m.shape, np.nan, m.dtype)


def expm(m: Array) -> Array:
    """exp M by scaling, the diagonal Pade approximant of order 8, and squaring."""
    if not _finite(m):
        return _undefined(m)
    squarings = max(0, math.ceil(math.log2(max(_size(m), 1e-300))) + 1)
    small = m / 2.0**squarings
    eye = np.eye(m.shape[-1])
    even, odd, term, c = eye + 0 * small, 0 * small, eye, 1.0
    order = 8
    for k in range(1, order + 1):
        c *= (order - k + 1) / (k * (2 * order - k + 1))
        term = small @ term
        even, odd = (even, odd + c * term) if k % 2 else (even + c * term, odd)
    result: Array = np.linalg.solve(even - odd, even + odd)
    for _ in range(squarings):
        result = result @ result
    return result


def sqrtm(m: Array) -> Array:
    """The principal square root by the product form of the Denman-Beavers iteration; nan where there is none."""
    eye = np.eye(m.shape[-1])
    product, root = m, m
    try:
        for _ in range(60):
            scaling = np.abs(np.linalg.det(product.real)) ** (-0.5 / m.shape[-1])
            mu = scalar(np.where(_far(product, eye), scaling, 1.0))
            inverse = np.linalg.inv(mu**2 * product)
            root = mu * root @ (eye + inverse) / 2
            done = _size(product - eye) < 1e-7  # it converges quadratically: this step was the last but one
            product = (eye + (mu**2 * product + inverse) / 2) / 2
            if done:
                return root @ (eye + np.linalg.inv(product)) / 2
    except np.linalg.LinAlgError:
        pass
    return _undefined(m)


def _far(product: Array, eye: Array) -> Any:
    return np.abs(product.real - eye).sum(axis=-2).max(axis=-1) > 1e-2


def logm(m: Array) -> Array:
    """The principal logarithm: square roots until M is near I, then log M = 2 artanh((M - I)(M + I)^{-1})."""
    eye = np.eye(m.shape[-1])
    doublings = 1
    while not _size(m - eye) < 0.25:
        if doublings > 60 or not _finite(m):
            return _undefined(m)
        m = sqrtm(m)
        doublings += 1
    ratio = np.linalg.solve(m + eye, m - eye)
    square = ratio @ ratio
    term, result = ratio, ratio
    for k in range(3, 23, 2):
        term = term @ square
        result = result + term / k
    return result * 2.0**doublings


def cos_and_sin(m: Array) -> tuple[Array, Array]:
    """exp [[0, -M], [M, 0]] = [[cos M, -sin M], [sin M, cos M]], without an imaginary unit."""
    n = m.shape[-1]
    zero = np.zeros_like(m)
    rotation = expm(np.block([[zero, -m], [m, zero]]))
    return rotation[..., :n, :n], rotation[..., n:, :n]


def cosm(m: Array) -> Array:
    return cos_and_sin(m)[0]


def sinm(m: Array) -> Array:
    return cos_and_sin(m)[1]


def matpow(m: Array, k: Array) -> Array:
    """M^k: repeated products for an integer k, else exp(k log M)."""
    first = float(k.real.flat[0])
    if not is_complex(k) and np.all(k == round(first)):
        return _integer_power(m, round(first))
    if not is_complex(k) and np.all(k == 0.5):
        return sqrtm(m)
    return expm(k * logm(m))


def _integer_power(m: Array, k: int) -> Array:
    try:
        return np.linalg.inv(m) if k == -1 else np.linalg.matrix_power(m, k)
    except np.linalg.LinAlgError:
        return _undefined(m)
