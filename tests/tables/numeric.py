"""Random instances and numerical derivatives of the tables' NumPy expressions; shares nothing with the engine."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from .row import Row

__all__ = ["Instance", "derivative", "evaluate", "expected", "instance", "sizes_of", "values_of"]

Array = NDArray[Any]
Instance = dict[str, Any]

SIZES = (2, 3, 4, 5)


# --- the names that numpy_f and numpy_df may use; all analytic, so that the complex step is exact ---


def vec(m: Array) -> Array:
    """Columns stacked, (mn, 1)."""
    return np.reshape(m, (-1, 1), order="F")


def norm(m: Array, p: float = 2) -> Any:
    """(sum |z|^p)^(1/p) without conjugation."""
    return np.sum(absolute(m) ** p) ** (1 / p)


def sq(m: Array) -> Any:
    """Sum of squares without conjugation."""
    return np.sum(m * m)


def absolute(z: Array) -> Array:
    """|z| continued analytically from the real axis."""
    return z * np.sign(np.real(z))


def sigmoid(z: Array) -> Array:
    """1/(1 + e^-z)."""
    return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    """e^z / sum e^z over all entries."""
    return np.exp(z) / np.sum(np.exp(z))


def softmax_rows(z: Array) -> Array:
    """Softmax of every row."""
    return np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)


def logsumexp(z: Array) -> Any:
    """log sum e^z."""
    return np.log(np.sum(np.exp(z)))


def relu(z: Array) -> Array:
    """max(z, 0) by the sign of the real part."""
    return z * (np.real(z) > 0)


def step(z: Array) -> Array:
    """1 where positive."""
    return (np.real(z) > 0) * 1.0


def diag(v: Array) -> Array:
    """(n, 1) to (n, n)."""
    return np.diagflat(v)


def diagonal(m: Array) -> Array:
    """(n, n) to (n, 1)."""
    return np.diag(m).reshape(-1, 1)


def ones(m: int, n: int = 1) -> Array:
    """All ones."""
    return np.ones((m, n))


def unit(n: int, i: int) -> Array:
    """The i-th unit column, i from 1."""
    return np.eye(n)[:, [i - 1]]


def power(m: Array, k: int) -> Array:
    """Matrix power by repeated products."""
    return np.linalg.matrix_power(m, k)


def powers(k: int, term: Callable[[int], Array]) -> Array:
    """Sum over r = 0 .. k-1 of term(r)."""
    return sum((term(r) for r in range(1, k)), start=term(0))


def left_inverse(m: Array) -> Array:
    """Pseudo-inverse for full column rank."""
    return np.linalg.inv(m.T @ m) @ m.T


def right_inverse(m: Array) -> Array:
    """Pseudo-inverse for full row rank."""
    return m.T @ np.linalg.inv(m @ m.T)


def commutation(m: int, n: int) -> Array:
    """K with K vec X = vec X' for X (m, n)."""
    k = np.zeros((m * n, m * n))
    for i, j in itertools.product(range(m), range(n)):
        k[i * n + j, j * m + i] = 1
    return k


def cofactors(m: Array) -> Array:
    """det(M) M^-T."""
    return np.linalg.det(m) * np.linalg.inv(m).T


def sinm(m: Array) -> Array:
    """Matrix sine by exponentials; conjugation-free."""
    return (linalg.expm(1j * m) - linalg.expm(-1j * m)) / 2j


def cosm(m: Array) -> Array:
    """Matrix cosine."""
    return (linalg.expm(1j * m) + linalg.expm(-1j * m)) / 2


def sinm_series(m: Array) -> Array:
    """Matrix sine by its series, which keeps a tiny imaginary part exact."""
    term, total = m, m
    for k in range(1, 20):
        term = -term @ m @ m / ((2 * k) * (2 * k + 1))
        total = total + term
    return total


def expm(m: Array) -> Array:
    """Matrix exponential by its series on a scaled argument, which keeps a tiny imaginary part exact."""
    small = m / 16
    term = total = np.eye(len(m))
    for k in range(1, 20):
        term = term @ small / k
        total = total + term
    return np.linalg.matrix_power(total, 16)


def eigenvalue(m: Array) -> Any:
    """Smallest eigenvalue of a symmetric matrix."""
    return np.linalg.eigvalsh(m)[0]


def eigenvector(m: Array) -> Array:
    """Its unit eigenvector, (n, 1)."""
    return np.linalg.eigh(m)[1][:, [0]]


def deep_gradient(x: Array, y: Array, weights: list[Array], layer: int) -> Array:
    """Gradient of 1/2 |h_L - y|^2 by weight number `layer`, h_0 = x, h_k = tanh(W_k h_{k-1}): backprop by hand."""
    h = [x]
    for w in weights:
        h.append(np.tanh(w @ h[-1]))
    delta = (h[-1] - y) * (1 - h[-1] ** 2)
    for k in range(len(weights) - 1, layer - 1, -1):
        delta = (weights[k].T @ delta) * (1 - h[k] ** 2)
    return delta @ h[layer - 1].T


def deep_loss(x: Array, y: Array, weights: list[Array]) -> Any:
    """1/2 |h_L - y|^2."""
    for w in weights:
        x = np.tanh(w @ x)
    return sq(x - y) / 2


def softmax_rows_adjoint(p: Array, g: Array) -> Array:
    """The adjoint of a row softmax with value p: p o (g - rowsum(p o g) 1')."""
    return p * (g - np.sum(p * g, axis=1, keepdims=True))


NAMES: dict[str, Any] = {
    "np": np, "inv": np.linalg.inv, "det": np.linalg.det, "tr": np.trace, "I": np.eye, "kron": np.kron, "log": np.log,
    "exp": np.exp, "sin": np.sin, "cos": np.cos, "tanh": np.tanh, "sqrt": np.sqrt, "sum": np.sum, "pi": np.pi, "erf": special.erf,
    "solve": np.linalg.solve, "sign": lambda z: np.sign(np.real(z)),
    **{f.__name__: f for f in (
        vec, norm, sq, absolute, sigmoid, softmax, softmax_rows, logsumexp, relu, step, diag, diagonal, ones, unit, power, powers,
        left_inverse, right_inverse, commutation, cofactors, sinm, cosm, sinm_series, expm, deep_gradient, deep_loss, softmax_rows_adjoint, eigenvalue, eigenvector)},
}  # fmt: skip


# --- instances ---

SHAPE = re.compile(r"^(scalar|\w+ x \w+|\w+)\b(.*)$")


def shape_of(declaration: str) -> tuple[str, str, str]:
    """("m", "n", "properties") of a declaration; a scalar is ("1", "1", ...)."""
    match = SHAPE.match(declaration)
    assert match, declaration
    shape, properties = match.group(1), match.group(2).strip()
    if shape == "scalar":
        return "1", "1", properties
    rows, _, columns = shape.partition(" x ")
    return rows, columns or "1", properties


def sizes_of(row: Row, rng: np.random.Generator) -> dict[str, int]:
    """A size for every letter: distinct while there are enough, tall where full column rank asks for it."""
    shapes = [shape_of(d) for d in row.declarations.values()]
    letters = sorted({s for rows, columns, _ in shapes for s in (rows, columns) if not s.isdigit()})
    tall = [(r, c) for r, c, p in shapes if "full column rank" in p] + [(c, r) for r, c, p in shapes if "full row rank" in p]
    while True:
        pool = list(rng.permutation(SIZES)) + list(rng.choice(SIZES, size=max(0, len(letters) - len(SIZES))))
        sizes = {letter: int(size) for letter, size in zip(letters, pool, strict=False)}
        size = {**sizes, "1": 1}
        if all(size.get(r, 0) >= size.get(c, 0) for r, c in tall):
            return sizes


def draw(rows: int, columns: int, properties: str, rng: np.random.Generator) -> Array:
    """A random (rows, columns) array with the declared properties."""
    a = rng.normal(size=(rows, columns)) + 0.1
    if "positive definite" in properties:
        return a @ a.T + np.eye(rows)
    if "positive eigenvalues" in properties:  # not symmetric, and no wrong transpose can hide
        return a @ a.T + np.eye(rows) + 0.3 * np.triu(a) - 0.3 * np.triu(a).T
    if "symmetric" in properties:
        return a + a.T
    if "skew" in properties:
        return a - a.T
    if "diagonal" in properties:
        a = np.diag(np.diag(a))
    if "orthogonal" in properties:
        a = np.linalg.qr(a)[0]
    if "lower triangular" in properties:
        a = np.tril(a)
        a[np.diag_indices(rows)] = np.abs(np.diag(a)) + 0.5
    if "positive determinant" in properties and np.linalg.det(a) < 0:
        a[:, [0]] *= -1
    if "simplex" in properties:
        return np.exp(a) / np.sum(np.exp(a))
    if "binary" in properties:
        return (a > 0) * 1.0
    if "one-hot" in properties:
        return np.eye(rows)[:, [int(rng.integers(rows))]]
    if "plus or minus one" in properties:
        return np.where(a > 0, 1.0, -1.0)
    if "unit interval" in properties:
        return sigmoid(a)
    if re.search(r"\bpositive\b(?! determinant)", properties):
        return np.abs(a) + 0.3
    return a


def draw_scalar(properties: str, rng: np.random.Generator) -> float | int:
    """A number; an exponent (positive integer) in 2..4, an index (integer) in 1..2."""
    if "integer" in properties:
        return int(rng.integers(2, 5)) if "positive" in properties else int(rng.integers(1, 3))
    return float(draw(1, 1, properties, rng)[0, 0])


def values_of(row: Row, sizes: Mapping[str, int], rng: np.random.Generator) -> Instance:
    """A value for every declared name: (n, 1) and (m, n) arrays, numbers for scalars."""
    size = {**sizes, **{str(k): k for k in range(1, 10)}}
    values: Instance = {}
    for name, declaration in row.declarations.items():
        rows, columns, properties = shape_of(declaration)
        if declaration.startswith("scalar"):
            values[name] = draw_scalar(properties, rng)
        else:
            values[name] = draw(size[rows], size[columns], properties, rng)
    return values


def well_conditioned(row: Row, values: Instance, scope: Instance) -> bool:
    """f is finite and every declared invertible matrix is far from singular."""
    for name, declaration in row.declarations.items():
        if "invertible" in declaration and np.linalg.cond(values[name]) > 50:
            return False
    with np.errstate(all="ignore"):
        value = evaluate(row.numpy_f, scope)
    return bool(np.all(np.isfinite(value)) and np.max(np.abs(value)) < 1e6)


def instance(row: Row, seed: int) -> tuple[Instance, dict[str, int]]:
    """Values and sizes, drawn until f is defined there (log det of a product with a negative determinant is not)."""
    rng = np.random.default_rng(seed)
    for _ in range(500):
        sizes = sizes_of(row, rng)
        values = values_of(row, sizes, rng)
        if well_conditioned(row, values, {**sizes, **values}):
            return values, sizes
    raise AssertionError(f"no instance found for {row.name}")


# --- numerical derivatives ---


def evaluate(expression: str, scope: Mapping[str, Any]) -> Array:
    """The value of a NumPy expression as a 2-d array."""
    return np.atleast_2d(np.asarray(eval(expression, {**NAMES, **scope})))


def directional(row: Row, scope: Instance, direction: Any) -> Array:
    """df in a direction of the variable: complex step, or Richardson's central differences where f is not analytic."""
    x = scope[row.wrt]

    def f(h: complex) -> Array:
        return evaluate(row.numpy_f, {**scope, row.wrt: x + h * direction})

    if row.analytic:
        return np.asarray(np.imag(f(1e-30j)) / 1e-30)
    coarse, fine = ((f(h) - f(-h)) / (2 * h) for h in (2e-3, 1e-3))
    return np.asarray(np.real((4 * fine - coarse) / 3))


def units(x: Any) -> list[Any]:
    """The unit directions of the variable, entry by entry in C order."""
    shape = np.shape(x)
    return [np.reshape(e, shape) for e in np.eye(int(np.prod(shape)))] if shape else [1.0]


def tensor(row: Row, scope: Instance) -> Array:
    """T[i, j, k, l] = dF_ij / dX_kl."""
    x = scope[row.wrt]
    columns = [directional(row, scope, e) for e in units(x)]
    shape = np.shape(x) if np.ndim(x) else (1, 1)
    return np.reshape(np.stack(columns, axis=-1), (*columns[0].shape, *shape))


def read_off(t: Array, layout: str) -> Array:
    """The matrix that the layout makes of dF_ij/dX_kl, for derivatives with at most two indices."""
    m, p, k, q = t.shape
    if m == p == 1:
        gradient = t[0, 0]
        return gradient.T if layout == "numerator" else gradient
    if k == q == 1:
        return t[:, :, 0, 0].T if layout == "denominator" else t[:, :, 0, 0]
    assert 1 in (m, p) and 1 in (k, q), "four indices: use kind='vec' or 'differential'"
    jacobian = np.reshape(t, (m * p, k * q))
    return jacobian.T if layout == "denominator" else jacobian


def vec_jacobian(t: Array) -> Array:
    """d vec F / d (vec X)'."""
    m, p, k, q = t.shape
    return np.reshape(np.transpose(t, (1, 0, 3, 2)), (m * p, k * q))


def hessian(row: Row, scope: Instance) -> Array:
    """d vec(gradient) / d (vec X)', central differences of the complex step."""
    x = scope[row.wrt]
    columns = []
    for e in sorted(units(x), key=lambda e: np.argmax(vec(np.atleast_2d(e)))):
        plus, minus = (vec(tensor(row, {**scope, row.wrt: x + h * e})[0, 0]) for h in (1e-5, -1e-5))
        columns.append((plus - minus) / 2e-5)
    return np.hstack(columns)


def structured_units(declaration: str, n: int) -> Array:
    """Pattern[i, j] = the direction in which the structure moves when its entry (i, j) does."""
    i, j = np.indices((n, n))
    pattern = np.zeros((n, n, n, n))
    for a, b in itertools.product(range(n), range(n)):
        if "toeplitz" in declaration:
            pattern[a, b] = i - j == a - b
        elif "diagonal" in declaration:
            pattern[a, b] = (i == a) & (j == b) & (a == b)
        else:
            pattern[a, b] = ((i == a) & (j == b)) | ((i == b) & (j == a))
    return pattern


def tied(row: Row, scope: Instance) -> Array:
    """The derivative when the entries that the structure makes equal move together."""
    patterns = structured_units(row.declarations[row.wrt], len(scope[row.wrt]))
    return np.array([[directional(row, scope, e)[0, 0] for e in line] for line in patterns])


def project(gradient: Array, declaration: str) -> Array:
    """A gradient in the space that the variable's declared structure leaves it: sym(G) for a symmetric one."""
    if "symmetric" in declaration or "positive definite" in declaration:
        return (gradient + gradient.T) / 2
    if "skew" in declaration:
        return (gradient - gradient.T) / 2
    if "diagonal" in declaration:
        return gradient * np.eye(len(gradient))
    if "lower triangular" in declaration:
        return np.tril(gradient)
    return gradient


def on_the_structure(h: Array, declaration: str) -> Array:
    """A Hessian as the bilinear form on symmetric or triangular directions, where the variable is one."""
    n = int(np.sqrt(len(h)))
    if "lower triangular" in declaration:
        kept = np.diag(np.tril(np.ones((n, n))).T.reshape(-1))
        return np.asarray(kept @ h @ kept)
    if "symmetric" not in declaration and "positive definite" not in declaration:
        return h
    projector = (np.eye(n * n) + commutation(n, n)) / 2
    return np.asarray(projector @ h @ projector)


def derivative(row: Row, scope: Instance, direction: Array | None = None) -> Array:
    """The numerical derivative of `numpy_f` in the form that the row's kind asks for."""
    if row.kind == "differential":
        return directional(row, scope, direction)
    if row.kind == "hessian":
        return on_the_structure(hessian(row, scope), row.declarations[row.wrt])
    if row.kind == "tied":
        return tied(row, scope)
    t = tensor(row, scope)
    if row.kind == "vec":
        return vec_jacobian(t)
    return project(read_off(t, row.layout), row.declarations[row.wrt] if t.shape[:2] == (1, 1) else "")


def expected(row: Row, scope: Instance, direction: Array | None = None) -> Array:
    """The book's derivative, `numpy_df`, at the instance."""
    found = evaluate(row.numpy_df, {**scope, "d" + row.wrt: direction})
    return on_the_structure(found, row.declarations[row.wrt]) if row.kind == "hessian" else found
