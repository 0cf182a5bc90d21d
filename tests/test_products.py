"""Products over an index, nested sums, and sums whose ranges depend on an index, against NumPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import sympy

from derive import BadInput, ReadError, ShapeError, declare, derive, hessian, prodover, scalar, verify
from derive.check import equal
from derive.nodes import walk
from derive.sympy_door import convert

Values = Mapping[str, Any]
X = {"x_i": "n, i=1..N"}
XW = {**X, "w": "n"}
AX = {"a": "N x M", "x": "M"}


def gradient(f: Callable[[Any], Any], x: Any) -> Any:
    """By complex steps."""
    units = np.eye(np.size(x)).reshape(-1, *np.shape(x))
    return np.array([np.imag(f(x + 1e-30j * e)) / 1e-30 for e in units])


def stacked(v: Values) -> Any:
    return np.stack([np.ravel(x) for x in v["x_i"]])


# f, the variable, the declarations, f in NumPy as a function of the variable and the values
ROWS: list[tuple[str, str, dict[str, str], Callable[[Any, Values], Any]]] = [
    (r"\prod_{i=1}^N \exp(-\|x_i - w\|^2)", "w", XW, lambda w, v: np.exp(-((stacked(v) - w) ** 2).sum())),
    (r"\prod_i x_i^\top w", "w", XW, lambda w, v: (stacked(v) @ w).prod()),
    (r"\prod_{i=1}^N (1 + (x_i^\top w)^2)", "w", XW, lambda w, v: (1 + (stacked(v) @ w) ** 2).prod()),
    (r"\prod_{i=1}^N c^2 t", "t", {"c": "scalar", "t": "scalar"}, lambda t, v: (v["c"] ** 2 * t) ** v["N"]),
    (r"\log \prod_{i=1}^N \sigma(x_i^\top w)", "w", XW, lambda w, v: -np.log(1 + np.exp(-stacked(v) @ w)).sum()),
    (r"\prod_{i=1}^N \sum_{j=1}^M a_{ij} x_j", "x", AX, lambda x, v: (v["a"] @ x).prod()),
    (r"\sum_{i=1}^N \prod_{j=1}^M (a_{ij} + x_j)", "x", AX, lambda x, v: (v["a"] + x).prod(axis=1).sum()),
    (r"\sum_{i=1}^N (\sum_{j=1}^M a_{ij} x_j)^2", "x", AX, lambda x, v: ((v["a"] @ x) ** 2).sum()),
    (r"\sum_{i=1}^N \log \sum_{j=1}^M a_{ij} e^{x_j}", "x", {"a": "N x M positive", "x": "M"},
     lambda x, v: np.log(v["a"] @ np.exp(x)).sum()),
    (r"\prod_{j=1}^M x_j", "x", {"x": "M"}, lambda x, v: x.prod()),
    (r"\prod_{j=2}^3 (x_j + t)", "t", {"x": "4", "t": "scalar"}, lambda t, v: (v["x"][1] + t) * (v["x"][2] + t)),
]  # fmt: skip


def values_of(where: Mapping[str, str], seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    sizes = {"n": 3, "N": 4, "M": 2, "4": 4}
    found: dict[str, Any] = {"N": 4}
    for name, declaration in where.items():
        words = declaration.replace(",", " ").split()
        if "i=1..N" in words:
            found[name] = list(rng.normal(size=(4, 1 if words[0] == "scalar" else sizes[words[0]], 1)))
            continue
        shape = () if words[0] == "scalar" else tuple(sizes[w] for w in words if w in sizes)
        found[name] = rng.normal(size=shape)
        if "positive" in declaration:
            found[name] = np.abs(found[name]) + 0.1
    return found


@pytest.mark.parametrize(("f", "x", "where", "numpy"), ROWS, ids=[r[0] for r in ROWS])
@pytest.mark.parametrize("seed", [0, 1])
def test_against_numpy(f: str, x: str, where: dict[str, str], numpy: Callable[[Any, Values], Any], seed: int) -> None:
    found = derive(f, x, where=where)
    values = values_of(where, seed)
    wanted = gradient(lambda t: numpy(t, values), values[x])
    assert np.allclose(np.ravel(found.evaluate(values, {"N": 4})), wanted, rtol=1e-9)


@pytest.mark.parametrize(("f", "x", "where"), [r[:3] for r in ROWS], ids=[r[0] for r in ROWS])
def test_steps_checks_and_what_is_printed_is_read(f: str, x: str, where: dict[str, str]) -> None:
    found = derive(f, x, where=where)
    assert found.check().status == "correct"
    assert ["correct"] * len(found.steps) == [s.check.status for s in found.steps]
    assert verify(f, x, str(found.result), where=where).status == "correct"
    assert verify(f, x, f"2*({found.result})", where=where).status == "wrong"


# the indices below the sums, and the weight of ||x_i - x_j||^2, counted from 0
PAIRS: list[tuple[str, Callable[[int, int], float]]] = [
    (r"\sum_{i<j}", lambda i, j: i < j),
    (r"\sum_{j > i}", lambda i, j: i < j),
    (r"\sum_{1 \le i < j \le N}", lambda i, j: i < j),
    (r"\sum_{i=1}^N \sum_{j=i+1}^N", lambda i, j: i < j),
    (r"\sum_{i=1}^{N-1} \sum_{j=i+1}^N", lambda i, j: i < j),
    (r"\sum_{i=1}^N \sum_{j=i+2}^N", lambda i, j: i + 2 <= j),
    (r"\sum_{i=1}^N \sum_{j=1}^{i-1}", lambda i, j: j < i),
    (r"\sum_{i=1}^N \sum_{j \le i}", lambda i, j: j <= i),
    (r"\sum_{i \ne j}", lambda i, j: i != j),
    (r"\sum_{i=1}^N \sum_{j \ne i}", lambda i, j: i != j),
    (r"\sum_{i=1}^N \sum_{j=1}^N a_{ij}", lambda i, j: 1 + i + 3 * j),
    (r"\sum_{i<j} a_{ij}", lambda i, j: (1 + i + 3 * j) * (i < j)),
]


@pytest.mark.parametrize(("sums", "weight"), PAIRS, ids=[p[0] for p in PAIRS])
def test_a_sum_over_pairs_by_a_member(sums: str, weight: Callable[[int, int], float]) -> None:
    where = {**X, "a": "N x N"} if "a_{" in sums else X
    found = derive(sums + r"\|x_i - x_j\|^2", "x_k", where=where)
    assert found.check().status == "correct"
    assert not any(n.op == "basis" for n in walk(found.result)) or "a_{" in sums or "N-1" in sums or "i+2" in sums
    x = np.random.default_rng(0).normal(size=(5, 3))
    a = 1 + np.arange(5)[:, None] + 3 * np.arange(5)
    for k in range(5):
        wanted = sum(2 * (weight(k, j) + weight(j, k)) * (x[k] - x[j]) for j in range(5))
        got = found.evaluate({"x_i": list(x), "a": a, "k": k + 1})
        assert np.allclose(got.ravel(), wanted), (k, found.result)


def test_a_sum_beyond_its_family_is_refused() -> None:
    for low, high in (("0", "N"), ("1", "N+1"), ("1", "N")):
        f = rf"\sum_{{i={low}}}^{{{high}}} x_{{i{'+1' if (low, high) == ('1', 'N') else ''}}}^\top w"
        with pytest.raises(BadInput, match="but the family runs from 1 to N"):
            derive(f, "w", where=XW)
    with pytest.raises(BadInput, match="cannot read the range of x_i"):
        derive("x_i' w", "w", where={"x_i": "n, i=1..", "w": "n"})
    with pytest.raises(BadInput, match="two indices"):
        derive("a_{ij} t", "t", where={"a_{ij}": "scalar, i=1..N, j=1..N", "t": "scalar"})


def test_the_hessian_of_a_product() -> None:
    found = hessian(r"\prod_{i=1}^N x_i^\top w", "w", where=XW)
    values = values_of(XW, 0)
    x, w = stacked(values), values["w"]
    q = x @ w
    s = (x / q[:, None]).sum(axis=0)
    assert np.allclose(found.evaluate(values), q.prod() * (np.outer(s, s) - (x.T / q**2) @ x))
    assert found.check().status == "correct"


def test_a_zero_factor_is_outside_of_the_conditions() -> None:
    found = derive(r"\prod_{i=1}^N x_i^\top w", "w", where=XW)
    assert [str(c) for c in found.conditions] == ["x_i[i].T*w != 0"]
    assert derive(r"\prod_{i=1}^N e^{x_i^\top w}", "w", where=XW).conditions == ()


def test_in_python_and_from_and_to_sympy() -> None:
    x, i, t = declare("x_i", "scalar, i=1..N"), scalar("i", "integer"), scalar("t")
    product = prodover(t + x[i], i, 1, "N")
    assert equal(
        derive(product, t).jacobian,
        derive(r"\prod_{i=1}^N (t + x_i)", "t", where={"t": "scalar", "x_i": "scalar, i=1..N"}).jacobian,
    )
    assert prodover(t, i, 1, 3) == t**3
    n, k, s = sympy.Symbol("n", integer=True), sympy.Symbol("k", integer=True), sympy.Symbol("s")
    plain = sympy.Product(s + k, (k, 1, n))
    assert str(convert(plain).doit()) == str(plain)
    v = sympy.MatrixSymbol("v", n, 1)
    entries = derive(sympy.Product(v[k, 0], (k, 0, n - 1)), v)
    assert np.allclose(entries.evaluate({"v": [2.0, 3.0, 5.0]}).ravel(), [15, 10, 6])


def test_products_that_are_none_are_refused_by_name() -> None:
    i, A = scalar("i", "integer"), declare("A_i", "n x n, i=1..N")
    with pytest.raises(ShapeError, match="a product over i is of scalars, found A_i"):
        prodover(A[i], i, 1, "N")
    with pytest.raises(ReadError, match="a product over i is of scalars"):
        derive(r"\operatorname{tr} \prod_{i=1}^N A_i", "A_k", where={"A_i": "n x n, i=1..N"})
    with pytest.raises(ReadError, match=r"p_i is not declared, so p_i\(...\) may be a product or a function"):
        derive(r"\log \prod_{i=1}^N p_i(\theta)", r"\theta", where={r"\theta": "scalar"})


def test_a_product_of_a_few_matrices_is_written_out() -> None:
    where = {"A": "n x n", "B_i": "n x n, i=1..3"}
    found = derive(r"\operatorname{tr}(\prod_{i=1}^2 B_i A)", "A", where=where)
    assert found.check().status == "correct"
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 3)), list(rng.normal(size=(3, 3, 3)))
    wanted = gradient(lambda m: np.trace(b[0] @ m @ b[1] @ m), a).reshape(3, 3)
    assert np.allclose(found.evaluate({"A": a, "B_i": b}), wanted)
