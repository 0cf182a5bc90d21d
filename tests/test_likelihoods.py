"""Likelihoods: products of densities and their logarithms, against SciPy and NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

from derive import ReadError, declare, derive, exp, log, prodover, scalar, verify
from derive.logarithms import of_products
from derive.read import read

Values = Mapping[str, Any]
GAUSS = {"x_i": "n, i=1..N", r"\mu": "n", r"\Sigma": "n x n positive definite"}
MIXTURE = {
    "x_i": "n, i=1..N", r"\pi_k": "scalar positive, k=1..K", r"\mu_k": "n, k=1..K",
    r"\Sigma_k": "n x n positive definite, k=1..K",
}  # fmt: skip
COUNTS = {"x_i": "scalar, i=1..N"}
LOG = r"\log \prod_{i=1}^N "


def gauss(x: Any, mean: Any, cov: Any) -> Any:
    """The density by complex arithmetic."""
    e = x - mean
    return np.exp(-(e @ np.linalg.inv(cov) @ e) / 2) / np.sqrt(np.linalg.det(2 * np.pi * cov))


# f, the variable, where, f in NumPy, the derivative as the books print it
ROWS: list[tuple[str, str, dict[str, str], Callable[[Any, Values], Any], str]] = [
    (r"\mathcal{N}(x; \mu, \Sigma)", r"\mu", {**GAUSS, "x": "n"}, lambda m, v: gauss(v["x"], m, v[r"\Sigma"]),
     r"\mathcal{N}(x; \mu, \Sigma) \Sigma^{-1} (x - \mu)"),
    (LOG + r"\mathcal{N}(x_i | \mu, \Sigma)", r"\mu", GAUSS,
     lambda m, v: sum(np.log(gauss(x, m, v[r"\Sigma"])) for x in v["x_i"]), r"\Sigma^{-1} \sum_{i=1}^N (x_i - \mu)"),
    (r"\sum_{i=1}^N \log \mathcal{N}(x_i \mid \mu, \Sigma)", r"\Sigma", GAUSS, lambda s, v: 0,
     r"\frac12 \Sigma^{-1} (\sum_{i=1}^N (x_i - \mu)(x_i - \mu)^\top) \Sigma^{-1} - \frac{N}{2} \Sigma^{-1}"),
    (r"\sum_{i=1}^N \log \sum_{k=1}^K \pi_k \mathcal{N}(x_i | \mu_k, \Sigma_k)", r"\mu_j", MIXTURE, lambda m, v: 0,
     r"\sum_{i=1}^N \frac{\pi_j \mathcal{N}(x_i | \mu_j, \Sigma_j) \Sigma_j^{-1} (x_i - \mu_j)}"
     r"{\sum_{k=1}^K \pi_k \mathcal{N}(x_i | \mu_k, \Sigma_k)}"),
    (LOG + r"p^{x_i} (1 - p)^{1 - x_i}", "p", {"p": "scalar unit interval", **COUNTS},
     lambda p, v: sum(x * np.log(p) + (1 - x) * np.log(1 - p) for x in v["x_i"]),
     r"\sum_{i=1}^N (\frac{x_i}{p} - \frac{1 - x_i}{1 - p})"),
    (LOG + r"\lambda^{x_i} e^{-\lambda}", r"\lambda", {r"\lambda": "scalar positive", **COUNTS},
     lambda t, v: sum(x * np.log(t) - t for x in v["x_i"]), r"\frac{1}{\lambda} \sum_{i=1}^N x_i - N"),
    (r"\log \prod_{k=1}^n p_k^{x_k}", "p", {"p": "n positive", "x": "n"}, lambda p, v: (v["x"] * np.log(p)).sum(),
     "x / p"),
    (LOG + r"\sigma(y_i w^\top x_i)", "w", {"x_i": "n, i=1..N", "y_i": "scalar, i=1..N", "w": "n"},
     lambda w, v: -sum(np.log(1 + np.exp(-y * (x @ w))) for x, y in zip(v["x_i"], v["y_i"], strict=True)),
     r"\sum_{i=1}^N (1 - \sigma(y_i w^\top x_i)) y_i x_i"),
]  # fmt: skip


def values_of(where: Mapping[str, str]) -> dict[str, Any]:
    rng = np.random.default_rng(1)
    found: dict[str, Any] = {}
    for name, declaration in where.items():
        count = 4 if "," in declaration else 0
        shape: tuple[int, ...] = () if "scalar" in declaration else (3, 3) if "n x n" in declaration else (3,)

        def one(shape: tuple[int, ...] = shape, declaration: str = declaration) -> Any:
            a = rng.normal(size=shape)
            a = a @ a.T + np.eye(3) if "definite" in declaration else np.abs(a) if "positive" in declaration else a
            return rng.uniform(0.2, 0.8) if "unit" in declaration else a

        found[name] = [one() for _ in range(count)] if count else one()
    return found


@pytest.mark.parametrize(("f", "x", "where", "numpy", "book"), ROWS, ids=[f"{r[0]} by {r[1]}" for r in ROWS])
def test_a_likelihood(f: str, x: str, where: dict[str, str], numpy: Callable[[Any, Values], Any], book: str) -> None:
    found = derive(f, x, where=where)
    assert found.check().status == "correct"
    assert ["correct"] * len(found.steps) == [s.check.status for s in found.steps]
    assert verify(f, x, book, where=where).status == "correct"
    assert verify(f, x, f"2 ({book})", where=where).status == "wrong"
    values = values_of(where)
    if x in values and numpy(values[x], values) is not 0:  # noqa: F632 -- 0 stands for no encoding
        at = values[x]
        units = np.eye(np.size(at)).reshape(-1, *np.shape(at))
        wanted = [np.imag(numpy(at + 1e-30j * e, values)) / 1e-30 for e in units]
        assert np.allclose(found.evaluate(values).ravel(), wanted, rtol=1e-9)


def test_the_density_is_that_of_scipy() -> None:
    rng = np.random.default_rng(0)
    x, m = rng.normal(size=(2, 3))
    a = rng.normal(size=(3, 3))
    cov = a @ a.T + np.eye(3)
    where = {"x": "n", "m": "n", "S": "n x n positive definite"}
    found = read(r"\mathcal{N}(x | m, S)", where)
    from derive.numeric import evaluate

    assert np.allclose(evaluate(found.expression, {"x": x, "m": m, "S": cov}), stats.multivariate_normal(m, cov).pdf(x))
    assert any("Gaussian density" in a for a in found.assumptions)
    one = read(r"\mathcal{N}(t; u, v^2)", {"t": "scalar", "u": "scalar", "v": "scalar positive"})
    assert np.allclose(evaluate(one.expression, {"t": 0.3, "u": 1.0, "v": 2.0}), stats.norm(1.0, 2.0).pdf(0.3))
    with pytest.raises(ReadError, match="does not fit"):
        read(r"\mathcal{N}(x | m, S)", {**where, "m": "k"})


def test_the_logarithm_of_a_product_says_what_it_assumes() -> None:
    x, t, i = declare("x_i", "scalar, i=1..N"), scalar("t"), scalar("i", "integer")
    f = log(prodover(t * exp(-x[i]) * t**2, i, 1, "N"))
    assert str(of_products(f)) == "3*N*log(t) - sumover(x_i[i], i, 1, N)"
    found = derive(f, t)
    assert any("sum of the logarithms" in note for note in found.notes)
    assert [str(c) for c in found.conditions] == ["t > 0"]
    plain = log(t + x[i])
    assert of_products(plain) is plain
