"""Claims beyond the plain gradient: every verdict is what NumPy alone says of f and of the claimed array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from derive import verify
from derive.errors import DeriveError

from .tables.claims import GROUPS, Group

SIZES = {"m": 2, "n": 3, "p": 4, "q": 5, "N": 4}
STEP = 1e-20
_NAMES = {n: getattr(np, n) for n in "einsum ones zeros eye diag outer trace log exp tanh kron sum".split()}


def _commutation(m: int, n: int) -> Any:
    """K vec X = vec X^T for X (m, n), from its definition."""
    k = np.zeros((m * n, m * n))
    for i in range(m):
        for j in range(n):
            k[i * n + j, j * m + i] = 1
    return k


def _evaluator(group: Group) -> Callable[..., Any]:
    names = {
        **_NAMES,
        **SIZES,
        "s": lambda z: np.exp(z) / np.exp(z).sum(),
        "inv": np.linalg.inv,
        "det": np.linalg.det,
        "K": _commutation,
        "I": np.eye(SIZES["n"]),
    }
    return lambda text, values: np.asarray(eval(text, {**names, **values}))  # the tables' own text


def _values(group: Group, rng: np.random.Generator) -> dict[str, Any]:
    found = {}
    for item in group.shapes.split():
        name, _, letters = item.partition(":")
        shape = [SIZES[c] for c in letters]
        a = rng.standard_normal(shape) if shape else np.asarray(rng.uniform(1, 2))
        if a.ndim == 2 and len(a) == len(a.T):
            a = a + 3 * np.eye(len(a))
            a = a + a.T if group.structure.get(name) == "symmetric" else a
        found[name] = a
    return found


def _along(f: Callable[[dict[str, Any]], Any], values: dict[str, Any], name: str, d: Any) -> Any:
    """df along d by a complex step."""
    return f({**values, name: values[name] + 1j * STEP * d}).imag / STEP


def _derivative(group: Group, values: dict[str, Any], d: Any) -> Any:
    """The derivative by the first variable, then by the second; along d twice for a second differential."""
    evaluate = _evaluator(group)

    def f(v: dict[str, Any]) -> Any:
        return evaluate(group.f, v)

    first, *rest = group.wrt.split()
    if not rest:
        return _gradient(f, values, first)
    if group.how == "along":
        h = 1e-5
        moved = [_along(f, {**values, first: values[first] + s * h * d}, first, d) for s in (1, -1)]
        return (moved[0] - moved[1]) / (2 * h)
    h, second = 1e-5, rest[0]
    columns = []
    for u in _units(values[second]):
        moved = [_gradient(f, {**values, second: values[second] + s * h * u}, first) for s in (1, -1)]
        columns.append((moved[0] - moved[1]) / (2 * h))
    return np.moveaxis(np.array(columns), 0, -1).reshape((*columns[0].shape, *values[second].shape))


def _units(a: Any) -> Any:
    return np.eye(np.size(a)).reshape(np.size(a), *np.shape(a))


def _gradient(f: Callable[[dict[str, Any]], Any], values: dict[str, Any], name: str) -> Any:
    columns = np.array([_along(f, values, name, u) for u in _units(values[name])])
    return np.moveaxis(columns, 0, -1).reshape((*columns[0].shape, *values[name].shape))


def _is_true(group: Group, claim: str) -> bool:
    rng = np.random.default_rng(7)
    values = _values(group, rng)
    while group.f == "log(det(X))" and np.linalg.det(values["X"]) < 0:
        values = _values(group, rng)
    d = rng.standard_normal(values[group.wrt.split()[0]].shape)
    right = _derivative(group, values, d)
    diagonal, _, text = claim.rpartition("DIAGONAL ")
    said = _evaluator(group)(text, {**values, "dX": d})
    if diagonal is not None and claim.startswith("DIAGONAL"):
        right, said = np.diag(right), np.diag(said)
    if group.how == "vec" and right.ndim > 2:
        k, l, m, n = right.shape
        right = right.transpose(1, 0, 3, 2).reshape(k * l, m * n)
    return bool(right.shape == said.shape and np.allclose(right, said, rtol=1e-6, atol=1e-7))


CASES = [
    pytest.param(group, latex, encoded, id=f"{group.left} = {latex}{group.beside}")
    for group in GROUPS
    for latex, encoded in group.claims.items()
]


@pytest.mark.parametrize(("group", "latex", "encoded"), CASES)
def test_verdict_is_what_numpy_says(group: Group, latex: str, encoded: str) -> None:
    verdict = verify(f"{group.left} = {latex}{group.beside}", where=group.where)
    assert ("correct" if _is_true(group, encoded) else "wrong") == verdict.status


SQUARE = {"A": "n x n", "x": "n"}
REFUSED = [
    (
        r"\frac{\partial (Ax)_i}{\partial x_j} = A_{ik}",
        {"A": "n x n", "x": "n"},
        "the index k is left free in the claim",
    ),
    (r"\frac{\partial}{\partial x_j} \sum_{i} w_i x_i = w_i", None, r"the index i is left free .* sum over it"),
    (r"\frac{\partial \sum_i \sum_i a_i x_i}{\partial x_k} = a_k", None, "the index i is used twice"),
    (
        r"\frac{\partial \sum_i x_i^T A x_i}{\partial A} = 0",
        {"x_i": "n", "A": "n x n"},
        r"declared without a range.*i=1\.\.N",
    ),
    (
        r"\frac{\partial \sum_i x_i^T A x_i}{\partial A} = 0",
        {"x": "n", "A": "n x n"},
        "an entry of x, a number.*the family",
    ),
    (r"\frac{\partial f}{\partial x} = 2x, g = x^T x", None, "f is not defined; expected a definition of f"),
    (r"\nabla f = 2x, f = g, g = f", None, "lead back to themselves"),
    (r"\nabla (x^T A x) = 2Ax", None, "does not name its variable"),
    (
        r"\frac{\partial x^Ty}{\partial x} = \frac{\partial x^T y}{\partial y}",
        {"x": "n", "y": "n"},
        "by other variables",
    ),
    (r"\frac{\partial^2 (x^T A x)}{\partial x^2} = \frac{\partial (A x)}{\partial x}", SQUARE, "by other variables"),
    (r"\frac{\partial^2 (Ax)}{\partial x \partial x^T} = 0", SQUARE, "a Hessian wants a scalar function"),
    (r"D^2 f(x)[h,k] = 2h^TAk, f(x) = x^TAx", {"x": "n", "A": "n x n"}, "cannot read these directions"),
    (r"\frac{\partial^5 x^6}{\partial x^5} = 720x", {"x": "scalar"}, "too high an order"),
    (r"\frac{\partial y}{\partial x} = A, y_i = \sum_j A_{ij} x_j", {"A": "m x n", "x": "n"}, "defined entry by entry"),
]


@pytest.mark.parametrize(("text", "where", "message"), REFUSED)
def test_what_cannot_be_meant_is_refused_by_name(text: str, where: dict[str, str] | None, message: str) -> None:
    with pytest.raises(DeriveError, match=message):
        verify(text, where=where)


def test_readings_that_the_text_leaves_open_are_said() -> None:
    verdict = verify(
        r"\frac{\partial x^T A x}{\partial x_k} = \sum_i a_{ik} x_i + (Ax)_k", where={"A": "n x n", "x": "n"}
    )
    assert "a_{ik} is read as the entry of A" in verdict.assumptions
    verdict = verify(r"\frac{\partial X^{-1}}{\partial X_{ij}} = -X^{-1} E_{ij} X^{-1}", where={"X": "n x n"})
    assert "E_{ij} is read as the matrix with a single 1, at i j" in verdict.assumptions
    assert str(verdict).startswith("correct (numerator, if X invertible), on 6 random instances (")
    assert "E_{ij} is read as" in str(verdict)
    verdict = verify(r"\nabla^2 \log(1+e^{-x}) = \frac{e^{-x}}{(1+e^{-x})^2}")
    assert "the derivative is by x, which the text leaves out" in verdict.assumptions


def test_letters_that_are_declared_stay_what_they_are() -> None:
    assert verify(r"\frac{\partial \|x - x_k\|^2}{\partial x_k} = -2(x - x_k)", where={"x": "n", "x_k": "n"})
    assert verify(r"\frac{\partial a^T X b}{\partial X} = a b^T", where={"a": "m", "b": "n", "X": "m x n"})
    assert not verify(
        r"\frac{\partial \operatorname{tr}(AX)}{\partial X_{ij}} = E_{ji}",
        where={"A": "n x n", "X": "n x n", "E": "n x n"},
    )


def test_counterexample_to_a_pattern_of_indices_is_small() -> None:
    verdict = verify(r"\frac{\partial (AXB)_{ij}}{\partial X_{kl}} = A_{ik} B_{jl}")
    assert verdict.counterexample is not None
    assert {2} == set(verdict.counterexample.sizes.values())
    assert all(np.all(v == np.rint(v)) for v in verdict.counterexample.values.values())


def test_vec_by_vech_is_the_duplication_matrix() -> None:
    left = r"\frac{\partial \operatorname{vec} X}{\partial (\operatorname{vech} X)'} = "
    assert verify(left + "D_n", where={"X": "n x n symmetric"})
    assert not verify(left + "2 D_n", where={"X": "n x n symmetric"})


def test_entry_by_numbers_is_an_entry_of_the_definition() -> None:
    assert verify(r"\frac{\partial y_1}{\partial x_2} = A_{12}, \quad y = Ax", where=SQUARE)
    assert not verify(r"\frac{\partial y_1}{\partial x_2} = A_{21}, \quad y = Ax", where=SQUARE)
    assert verify(r"\frac{\partial X_{12}}{\partial X_{21}} = 0", where={"X": "n x n"})


def test_differential_of_a_vec_is_the_vec_of_a_differential() -> None:
    assert verify(r"d \operatorname{vec} Y = (B^T \otimes A) d \operatorname{vec} X, Y = AXB")
    swapped = r"d \operatorname{vec} Y = (A \otimes B^T) d \operatorname{vec} X, Y = AXB"
    assert not verify(swapped, where=dict.fromkeys("AXB", "n x n"))


@pytest.mark.parametrize(
    ("claim", "convention"),
    [
        (r"\delta_{ik}\delta_{jl}", "entries independent"),
        (r"\frac12(\delta_{ik}\delta_{jl} + \delta_{il}\delta_{jk})", "symmetric"),
        (r"\delta_{ik}\delta_{jl} + \delta_{il}\delta_{jk} - \delta_{ij}\delta_{ik}\delta_{jl}", "vech"),
        (r"\delta_{ik}\delta_{jl} + \delta_{il}\delta_{jk}", None),
    ],
)
def test_entry_of_a_symmetric_matrix_has_its_conventions(claim: str, convention: str | None) -> None:
    verdict = verify(rf"\frac{{\partial X_{{ij}}}}{{\partial X_{{kl}}}} = {claim}", where={"X": "n x n symmetric"})
    assert (convention is not None, convention) == (bool(verdict), verdict.convention)


def test_claim_may_be_a_derivative_of_another_function() -> None:
    assert verify(r"\frac{\partial x^T A x}{\partial x} = \frac{\partial x^T A^T x}{\partial x}", where=SQUARE)
    assert not verify(r"\frac{\partial x^T A x}{\partial x} = 2 \frac{\partial x^T A^T x}{\partial x}", where=SQUARE)
    mixed = r"\frac{\partial^2 (x^T A y)}{\partial x \partial y^T} = "
    where = {**SQUARE, "y": "n"}
    assert verify(mixed + r"\frac{\partial^2 (y^T A^T x)}{\partial x \partial y^T}", where=where)
    assert not verify(mixed + r"\frac{\partial^2 (x^T A^T y)}{\partial x \partial y^T}", where=where)


def test_every_equation_of_a_text_is_judged() -> None:
    right, wrong = r"\frac{\partial b^T x}{\partial x} = b", r"\frac{\partial x^T x}{\partial x} = x"
    assert verify(f"{right}, {right}")
    assert not verify(f"{right}, {wrong}")
    assert not verify(f"{wrong}, {right}")


def test_table_has_right_and_wrong_claims() -> None:
    truths = [_is_true(group, encoded) for group in GROUPS for encoded in group.claims.values()]
    assert len(truths) > 100
    assert 0.4 < np.mean(truths) < 0.7


def test_a_differential_says_what_it_holds_constant() -> None:
    """dX Y is the differential of XY where Y does not move, and half of it where it does."""
    where = {"X": "m x n", "Y": "n x p"}
    assert "with Y held constant" in str(verify(r"d(XY) = (dX)\,Y", where=where))
    assert "held" not in str(verify(r"d(XY) = (dX)\,Y + X\,dY", where=where))
