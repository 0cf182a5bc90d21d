"""Claims in everybody's notation: NumPy says which are true, and verify() and derive() agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest

from derive import verify

from .tables.notation import GROUPS

_E = {f.__name__: f for f in (np.exp, np.log, np.sqrt, np.sin, np.cos, np.tanh, np.kron, np.eye, np.ones, np.sum)}
NAMES: dict[str, Any] = _E | {
    "np": np,
    "inv": np.linalg.inv,
    "det": np.linalg.det,
    "norm": np.linalg.norm,
    "mp": np.linalg.matrix_power,
    "tr": np.trace,
    "diag": np.diagflat,
    "sgn": np.sign,
    "maxi": np.maximum,
    "ld": lambda m: np.linalg.slogdet(m)[1],
    "sq": lambda m: np.sum(m * m),
    "sig": lambda z: 1 / (1 + np.exp(-z)),
    "sm": lambda z: np.exp(z) / np.sum(np.exp(z)),
    "smr": lambda z: np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True),
    "lse": lambda z: np.log(np.sum(np.exp(z))),
    "vec": lambda m: m.reshape(-1, 1, order="F"),
    "adj": lambda m: np.linalg.det(m) * np.linalg.inv(m),
    "expm": lambda m: sum(
        (np.linalg.matrix_power(m, k) / np.prod(np.arange(1.0, k + 1)) for k in range(1, 40)), np.eye(len(m))
    ),
    "K": lambda m, n: np.eye(m * n).reshape(m, n, m * n, order="F").transpose(1, 0, 2).reshape(m * n, -1, order="F"),
}
Values = dict[str, Any]


@dataclass(frozen=True)
class Row:
    form: str
    f: str
    wrt: str
    claim: str
    where: dict[str, str]
    numpy_f: str
    numpy_claim: str
    true: bool

    @cached_property
    def variable(self) -> str:
        bare = re.sub(r"\\(mathbf|boldsymbol|bm|bf|vec)\b\s*|[{}\s]", "", self.wrt)
        return next(n for n in self.where if re.sub(r"[{}\s]|\\vec", "", n) == re.sub(r"\\vec", "", bare))


def rows() -> Iterator[Any]:
    for group, lines in GROUPS.items():
        for k, line in enumerate(lines.strip().splitlines(), 1):
            form, f, wrt, claim, where, numpy_f, numpy_claim, truth = (t.strip() for t in line.split(" ;; "))
            pairs = (t.partition(":") for t in where.split("; "))
            declared = {n.strip(): d.strip() for n, _, d in pairs}
            yield pytest.param(
                Row(form, f, wrt, claim, declared, numpy_f, numpy_claim, truth == "T"), id=f"{group}-{k}"
            )


ROWS = list(rows())


def python(name: str) -> str:
    spelt = re.sub(r"[^A-Za-z0-9]+", "_", name.replace("*", "star").replace("'", "prime")).strip("_")
    return "lam" if spelt == "lambda" else spelt


def values(row: Row, rng: np.random.Generator) -> Values:
    """Random arrays as declared; distinct sizes, rows at least columns where a rank asks for it."""
    order = rng.permutation([2, 3, 4, 5, 6, 7])
    sizes: dict[str, int] = {}

    def size(text: str) -> int:
        return int(text) if text.isdigit() else sizes.setdefault(text, int(order[len(sizes) % 6]))

    found: Values = {}
    ranked = sorted(row.where.items(), key=lambda item: "rank" not in item[1])
    for name, declared in ranked:
        text, _, members = declared.partition(",")
        shape = re.match(r"(scalar)|(\w+)(?: x (\w+))?", text)
        assert shape is not None
        dims = [] if shape[1] else [size(shape[2]), size(shape[3]) if shape[3] else 1]
        if "rank" in text and (dims[0] < dims[1]) == ("column" in text):
            dims = dims[::-1]
            sizes.update({shape[2]: dims[0], shape[3]: dims[1]})
        if members:
            count = size(members.rpartition(".")[2].strip())
            dims = [count, dims[0] if dims else 1]
        found[python(name)] = draw(text, dims, rng)
    return found


def draw(text: str, dims: list[int], rng: np.random.Generator) -> Any:
    if "integer" in text:
        return int(rng.integers(2, 5))
    a = rng.normal(size=dims)
    if "definite" in text:
        return a @ a.T / len(a) + np.eye(len(a))
    if "symmetric" in text:
        return a + a.T
    if "diagonal" in text:
        return np.diag(rng.uniform(0.5, 2, size=len(a)))
    if "invertible" in text or "determinant" in text:
        a = 0.5 * a + 2 * np.eye(len(a))
        return a if np.linalg.det(a) > 0 else draw(text, dims, rng)
    if "one-hot" in text:
        return np.eye(a.size)[int(rng.integers(a.size))].reshape(a.shape)
    if "binary" in text:
        return (a > 0) * 1.0
    if "plus or minus" in text:
        return np.sign(a)
    if "positive" in text or "unit interval" in text:
        a = rng.uniform(0.5, 2, size=dims) if "positive" in text else rng.uniform(0.1, 0.9, size=dims)
    return a if dims else float(a)


def slope(f: Callable[[Any], Any], x: Any, d: Any) -> Any:
    """df along d: central differences, extrapolated."""

    def difference(h: float) -> Any:
        return (f(x + h * d) - f(x - h * d)) / (2 * h)

    return (4 * difference(2.5e-4) - difference(5e-4)) / 3


def units(x: Any) -> list[Any]:
    """Unit matrices, by columns."""
    return [u.reshape(x.shape, order="F") for u in np.eye(x.size)] if np.ndim(x) else [1.0]


def truths(row: Row, at: Values, d: Any) -> list[Any]:
    """Every array that is the derivative, up to transposition."""
    x = python(row.variable)

    def f(z: Any) -> Any:
        return np.asarray(eval(row.numpy_f, {**NAMES, **at, x: z}), float)  # the table's own text

    if row.form == "differential":
        return [slope(f, at[x], d)]
    if row.form == "hessian":
        h = 1e-3
        pairs = [[(u, v) for v in units(at[x])] for u in units(at[x])]
        corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
        return [
            np.array([
                [sum(a * b * f(at[x] + h * (a * u + b * v)).item() for a, b in corners) / (4 * h * h) for u, v in line]
                for line in pairs
            ])
        ]  # fmt: skip
    slopes = [slope(f, at[x], u) for u in units(at[x])]
    if f(at[x]).size == 1:
        return [np.array([s.item() for s in slopes]).reshape(np.shape(at[x]) or (1, 1), order="F")]
    if len(slopes) == 1:
        return [slopes[0]]
    return [np.hstack([s.reshape(-1, 1, order="F") for s in slopes])]


def holds(row: Row, seed: int) -> bool:
    rng = np.random.default_rng(seed)
    at = values(row, rng)
    x = python(row.variable)
    d = draw(row.where[row.variable] if "symmetric" in row.where[row.variable] else "", list(np.shape(at[x])), rng)
    d = d + d.T if "definite" in row.where[row.variable] else d
    said = np.asarray(eval(row.numpy_claim, {**NAMES, **at, "d" + x: d}), float)
    tolerance = 1e-3 if row.form == "hessian" else 1e-5
    return any(
        a.size == said.size
        and any(
            np.shape(np.squeeze(b)) == np.shape(np.squeeze(a))
            and np.abs(np.squeeze(b) - np.squeeze(a)).max()
            <= tolerance * max(np.abs(a).max(), np.abs(said).max(), 1e-3)
            for b in (said, said.T)
        )
        for a in truths(row, at, d)
    )


@pytest.mark.parametrize("row", ROWS)
def test_numpy_says_which_claims_are_true(row: Row) -> None:
    agreed = [holds(row, seed) for seed in range(2)]
    assert row.true == all(agreed)


# A and X of these claims may hold the members a_i and x_i of f, which nothing says or denies.
TIED = {
    r"\frac{1}{\mathbf 1^Tz}A^Tz",
    r"\mathbf{X}'(\mathbf{y}-e^{\mathbf{X}\boldsymbol\beta})",
}


@pytest.mark.parametrize("row", ROWS)
def test_verify_says_so_too(row: Row) -> None:
    verdict = verify(row.f, row.wrt, row.claim, where=row.where, order=2 if row.form == "hessian" else 1)
    wanted = "correct" if row.true else "inconclusive" if row.claim in TIED else "wrong"
    assert wanted == verdict.status, str(verdict)
