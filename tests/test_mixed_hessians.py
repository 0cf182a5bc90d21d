"""Second derivatives by two variables and by several, against differences of complex steps of NumPy functions."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from derive import (
    BadInput,
    BlockHessian,
    Hessian,
    MixedHessian,
    ShapeError,
    UnknownName,
    derive,
    directional,
    hessian,
    hvp,
    matrix,
    sin,
    vector,
    verify,
)
from derive import scalar as number
from tests.tables import reading
from tests.tables.numeric import instance, tensor, units, vec
from tests.tables.row import Row

Array = NDArray[Any]
SHAPES = "A: m x n; B: n x n positive definite; x: m; y: n; t: scalar positive; W: k x n; b: k; S: n x n symmetric"

# f, the same in NumPy, the two variables, and the book's form where there is one
ROWS = [
    ("x.T*A*y", "x.T @ A @ y", "x", "y", "A"),
    ("x.T*A*y", "x.T @ A @ y", "y", "x", "A.T"),
    ("x.T*A*y", "x.T @ A @ y", "A", "y", "kron(eye(n), x)"),
    ("x.T*A*y", "x.T @ A @ y", "x", "A", "kron(y.T, eye(m))"),
    ("exp(x.T*A*y)", "exp(x.T @ A @ y)", "x", "y", "exp(x.T*A*y)*(A + A*y*x.T*A)"),
    ("(x.T*A*y)**2", "(x.T @ A @ y) ** 2", "x", "y", "2*(x.T*A*y*A + A*y*x.T*A)"),
    ("sqnorm(W*y - b)", "sq(W @ y - b)", "y", "b", "-2*W.T"),
    ("sqnorm(W*y - b)", "sq(W @ y - b)", "W", "b", "-2*kron(y, eye(k))"),
    ("sqnorm(W*y - b)", "sq(W @ y - b)", "W", "y", "2*(kron(y, W) + kron(eye(n), W*y - b))"),
    ("t*sqnorm(W*y - b)", "t * sq(W @ y - b)", "t", "y", "2*(W*y - b).T*W"),
    ("t*sqnorm(W*y - b)", "t * sq(W @ y - b)", "y", "t", "2*W.T*(W*y - b)"),
    ("t*sqnorm(W*y - b)", "t * sq(W @ y - b)", "W", "t", "2*vec((W*y - b)*y.T)"),
    ("t*sqnorm(W*y - b)", "t * sq(W @ y - b)", "t", "W", "2*vec((W*y - b)*y.T).T"),
    ("log(t + y.T*y)", "log(t + y.T @ y)", "y", "t", "-2*y/(t + y.T*y)**2"),
    ("y.T*inv(B)*y/t", "y.T @ inv(B) @ y / t", "y", "t", "-2*inv(B)*y/t**2"),
    ("y.T*inv(B)*y", "y.T @ inv(B) @ y", "y", "B", ""),
    ("logdet(B)*sum(exp(y))", "log(det(B)) * sum(exp(y))", "y", "B", "exp(y)*vec(inv(B)).T"),
    ("b.T*tanh(W*y)", "b.T @ tanh(W @ y)", "b", "y", "diag(1 - power(tanh(W*y), 2))*W"),
    ("b.T*tanh(W*y)", "b.T @ tanh(W @ y)", "b", "W", ""),
    ("logsumexp(W*y + b)", "logsumexp(W @ y + b)", "y", "b",
     "W.T*(diag(softmax(W*y + b)) - softmax(W*y + b)*softmax(W*y + b).T)"),
    ("tr(W*B*W.T)", "tr(W @ B @ W.T)", "W", "B", ""),
]  # fmt: skip


def row_of(f: str, numpy_f: str, x: str, y: str = "") -> Row:
    used = {
        name: d for name, d in (s.split(": ") for s in SHAPES.split("; ")) if name in {*re.findall(r"\w+", f), x, y}
    }
    return Row(f, f, "", x, "; ".join(f"{n}: {d}" for n, d in used.items()), "", "", numpy_f, "")


def on_structure(m: Array, declaration: str, rows: bool) -> Array:
    """A matrix whose rows (columns) belong to a symmetric variable, on symmetric directions."""
    if "symmetric" not in declaration and "definite" not in declaration:
        return m
    n = int(np.sqrt(m.shape[0 if rows else 1]))
    p = (np.eye(n * n) + np.eye(n * n).reshape(n, n, n * n).transpose(1, 0, 2).reshape(n * n, n * n)) / 2
    return p @ m if rows else m @ p


def mixed(row: Row, y: str, scope: dict[str, Any]) -> Array:
    """d vec(grad_x f) / d(vec y)': differences by y of complex steps by x."""
    columns = []
    for e in sorted(units(scope[y]), key=lambda e: int(np.argmax(vec(np.atleast_2d(e))))):
        plus, minus = (vec(tensor(row, {**scope, y: scope[y] + h * e})[0, 0]) for h in (1e-5, -1e-5))
        columns.append((plus - minus) / 2e-5)
    return np.hstack(columns)


@pytest.mark.parametrize(("f", "numpy_f", "x", "y", "book"), ROWS)
def test_mixed_second_derivative(f: str, numpy_f: str, x: str, y: str, book: str) -> None:
    row = row_of(f, numpy_f, x, y)
    scope = reading.scope(row)
    d = hessian(reading.function(row), scope[x], scope[y])
    assert isinstance(d, MixedHessian)
    for seed in (1, 2):
        values, sizes = instance(row, seed)
        wanted = on_structure(
            on_structure(mixed(row, y, {**sizes, **values}), row.declarations[x], True), row.declarations[y], False
        )
        got = on_structure(on_structure(d.evaluate(values), row.declarations[x], True), row.declarations[y], False)
        np.testing.assert_allclose(got, wanted, atol=1e-5 * (1 + np.abs(wanted).max()), err_msg=str(d.result))
    assert d.check()
    assert [] == [s for s in d.steps if not s.check]
    if book:
        assert d.result.weight <= 1.2 * eval(book, scope).weight + 1


def test_several_variables_give_blocks() -> None:
    row = row_of("log(t + y.T*y) + x.T*A*y", "log(t + y.T @ y) + x.T @ A @ y", "y", "x")
    scope = reading.scope(row)
    f, variables = reading.function(row), [scope[n] for n in ("x", "y", "t")]
    h = hessian(f, variables)
    assert isinstance(h, BlockHessian)
    values, sizes = instance(row, 3)
    whole = h.evaluate(values)
    np.testing.assert_allclose(whole, whole.T)
    m = sizes["m"]
    np.testing.assert_allclose(
        whole[:m, m:-1], mixed(row_of(row.f, row.numpy_f, "x", "y"), "y", {**sizes, **values}), atol=1e-6
    )
    assert h[0, 1] is h[variables[0], variables[1]] is h[1, 0].T
    assert h.check()
    assert h.latex().count("&") == 6
    assert len(h.text().splitlines()) == 3


def test_text_declares_the_variables_of_a_mixed_derivative() -> None:
    where = {"x": "m", "A": "m x n", "y": "n"}
    assert "A" == str(hessian("x' A y", "x", "y", where=where).result)
    assert "⎡0   A⎤\n⎣Aᵀ  0⎦" == str(hessian("x' A y", ["x", "y"], where=where))


def test_the_same_variable_twice_is_its_hessian() -> None:
    x = vector("x", "n")
    assert isinstance(hessian(x.T * x, x, x), Hessian)


def test_what_has_no_hessian_is_refused_by_name() -> None:
    x, y = vector("x", "n"), vector("y", "n")
    with pytest.raises(ShapeError, match="wants a scalar function"):
        hessian(x + y, x, y)
    with pytest.raises(BadInput, match="twice"):
        hessian(x.T * y, [x, x])
    with pytest.raises(BadInput, match=r"hessian\(f"):
        derive(x.T * y, [x, y], order=2)
    with pytest.raises(BadInput, match="an empty list"):
        hessian(x.T * y, [])


def test_a_list_of_one_variable_gives_one_block() -> None:
    x, y = vector("x", "n"), vector("y", "n")
    h = hessian((x.T * y) ** 2, [x])
    assert isinstance(h, BlockHessian)
    assert h[0, 0] is h[x, x] is h["x", "x"] is hessian((x.T * y) ** 2, x).result


@pytest.mark.parametrize(
    ("key", "error", "said"),
    [
        ((5, 1), BadInput, "no block 5; the positions are 0 to 1, for x, y"),
        ((True, 0), BadInput, "no block True"),
        (0, BadInput, "two positions"),
        ((number("b"), 0), UnknownName, "b is no variable of this Hessian; it has blocks by x, y"),
    ],
)
def test_a_block_that_is_not_there_is_refused_by_name(key: Any, error: type[Exception], said: str) -> None:
    x, y = vector("x", "n"), vector("y", "n")
    with pytest.raises(error, match=said):
        hessian(x.T * y, [x, y])[key]


def test_a_block_of_a_variable_on_its_manifold_is_found() -> None:
    u, y = vector("u", "n", "unit norm"), vector("y", "n")
    assert "eye(n)" == str(hessian(u.T * y, [u, y])[u, y])


def test_the_hessian_by_scalars_is_one_matrix_of_second_derivatives() -> None:
    s, t = number("s"), number("t")
    h = hessian(sin(t) * s**2, [t, s])
    assert ["-s**2*sin(t)", "2*s*cos(t)", "2*s*cos(t)", "2*sin(t)"] == [str(entry) for entry in h.result.args]
    assert h.result.T is h.result
    np.testing.assert_allclose(h.evaluate({"s": 3.0, "t": 0.5}), [
        [-9 * np.sin(0.5), 6 * np.cos(0.5)], [6 * np.cos(0.5), 2 * np.sin(0.5)],
    ])  # fmt: skip


def test_a_mixed_hessian_is_verified_by_its_two_variables() -> None:
    where = {"A": "m x n", "x": "m", "y": "n"}
    assert verify("x' A y", ["x", "y"], "A", where=where, order=2)
    assert "transposed" == getattr(verify("x' A y", ["x", "y"], "A'", where=where, order=2).diagnosis, "kind", None)
    with pytest.raises(BadInput, match="by two"):
        verify("x' A y", ["x"], "A", where=where, order=2)


def test_a_mixed_hessian_has_values_where_one_variable_gives_its_size_alone() -> None:
    x, y = vector("x", "n"), vector("y", "m")
    assert (3, 2) == hessian(y.T * y, x, y).evaluate({"x": np.ones(3), "y": np.ones(2)}).shape


def test_a_block_hessian_tells_its_steps_once_and_what_must_hold() -> None:
    where = {"A": "m x n", "x": "m", "y": "n", "t": "scalar"}
    h = hessian("x' A y + log(t) y' y", ["x", "y", "t"], where=where)
    assert ["t > 0"] == [str(c) for c in h.conditions]
    gradients = [s for s in h.steps if s.rule.startswith("read off the Jacobian") and s.subject == "J"]
    assert len(gradients) <= 3
    assert [] == [s for s in h.steps if not s.check]
    assert 6 == h.markdown().count("**Rows by")
    data = json.loads(json.dumps(h.to_dict()))
    assert (["x", "y", "t"], "A") == (data["variables"], data["blocks"][0][1]["text"])


def test_a_result_that_memory_does_not_hold_is_refused_by_name() -> None:
    x = matrix("X", "n", "n")
    with pytest.raises(BadInput, match=r"190\.7 GiB"):
        derive(x * x, x).evaluate({"X": np.eye(400)})


def test_a_direction_that_is_not_declared_has_the_shape_of_its_variable() -> None:
    where = {"A": "m x n", "x": "n", "b": "m"}
    assert "2*A.T*A*v" == str(hvp("||A x - b||^2", "x", "v", where=where).result)
    assert "2*(A*x - b).T*A*v" == str(directional("||A x - b||^2", "x", "v", where=where).result)
