"""Derivatives of order three and more, against differences of f itself in a hundred digits, and as books print them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from derive import (
    BadInput,
    DeriveError,
    NoClosedForm,
    Node,
    ShapeError,
    cos,
    derive,
    det,
    exp,
    expm,
    hessian,
    inv,
    log,
    logdet,
    logsumexp,
    matrix,
    norm,
    power,
    precise,
    relu,
    scalar,
    sigmoid,
    sin,
    softmax,
    sum,
    tangent,
    tanh,
    taylor,
    tr,
    vector,
    verify,
)
from derive.draw import draw_instances
from derive.instance import Instance, with_value
from derive.nodes import walk
from derive.numeric import evaluate
from tests import composed
from tests.profiles import examples

A, X, P = matrix("A", "n", "n"), matrix("X", "n", "n"), matrix("P", "n", "n", "symmetric", "positive definite")
W, M = matrix("W", "m", "n"), matrix("M", "m", "n")
x, a, c, t = vector("x", "n"), vector("a", "n"), vector("c", "n"), scalar("t")


def contracted(array: NDArray[Any], f: Node, wrt: Node, instance: Instance, directions: list[NDArray[Any]]) -> Any:
    """The array of DESIGN section 3 applied to directions, the last axes to the last one; f's axes stay."""
    for d in reversed(directions):
        axes = [n for n in d.shape[::-1] if n != 1]
        array = array.reshape(*array.shape[: array.ndim - len(axes)], -1) @ d.T.reshape(-1)
    return array.reshape(instance.value(f).shape)


def truth(f: Node, wrt: Node, instance: Instance, directions: list[NDArray[Any]]) -> NDArray[Any]:
    """D^k f[D1, ..., Dk] from values of f alone."""

    def moved(ts: list[Any]) -> Any:
        at = precise.exact(instance.values[wrt])
        steps = [s * precise.exact(d) for s, d in zip(ts, directions, strict=True)]
        return with_value(instance, wrt, at + np.sum(steps, axis=0))

    with precise.digits():
        return precise.mixed_derivative(f, moved, len(directions), instance.sizes).astype(float)


# --- numbers ----------------------------------------------------------------------------------------------------
FUNCTIONS = [
    (logdet(X), X, 3), (logsumexp(x), x, 3), (logsumexp(x), x, 4), (softmax(x), x, 2), (softmax(x), x, 3),
    (norm(x), x, 3), (norm(x) ** 4, x, 4), (exp(a.T * x), x, 3), (tr(X * X * X), X, 3), (inv(X), X, 2),
    (sigmoid(W * x), x, 2), (sum(exp(M)), M, 3), (M.T * M, M, 2), (W * x, x, 2), (x * x.T, x, 2), (det(X), X, 3),
    (sum(tanh(W * x)), x, 3), (x.T * A * x * x, x, 3), (exp(M), M, 2), (norm(W * x - c.T * c * W * c), x, 3),
    (tr(X.T * A * X * X), X, 3), (x / norm(x), x, 2), (log(1 + norm(x) ** 2), x, 3),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "order"), FUNCTIONS, ids=[f"{f} by {w}, {k}" for f, w, k in FUNCTIONS])
def test_form_array_and_entries_agree_with_differences_of_f(f: Node, wrt: Node, order: int) -> None:
    d = derive(f, wrt, order=order)
    hs = [matrix(f"H{k}", *wrt.shape) for k in range(order)]
    form, entries = d.along(*hs), d.index_form()
    for instance in draw_instances([f, form], 2, 1, {"n": 3, "m": 2}, also=hs):
        directions = [instance.values[h] for h in hs]
        wanted = truth(f, wrt, instance, directions)
        scale = 1 + np.abs(wanted).max()
        np.testing.assert_allclose(instance.value(form) / scale, wanted / scale, atol=1e-8)
        array = d.tensor(instance.values)
        assert array.shape == tuple(instance.sizes.get(str(n), n) for n in d.shape)
        found = contracted(array, f, wrt, instance, directions)
        np.testing.assert_allclose(found / scale, wanted / scale, atol=1e-8)
        axes = (*instance.value(f).shape, *instance.values[wrt].shape * order)
        by_index = entries.evaluate(instance.values).reshape(axes)
        np.testing.assert_allclose(turned(by_index, order).ravel() / scale, array.ravel() / scale, atol=1e-8)


def turned(array: NDArray[Any], order: int) -> NDArray[Any]:
    """The axes i, j, k, l, p, q as i, j, l, k, q, p."""
    return array.transpose(0, 1, *(axis for k in range(order) for axis in (2 * k + 3, 2 * k + 2)))


@pytest.mark.parametrize(("f", "wrt", "order"), FUNCTIONS, ids=[f"{f} by {w}, {k}" for f, w, k in FUNCTIONS])
def test_steps_and_check(f: Node, wrt: Node, order: int) -> None:
    d = derive(f, wrt, order=order)
    assert d.check()
    assert all(s.check for s in d.steps), [(s.rule, str(s.check)) for s in d.steps if not s.check]
    assert d.text() and d.markdown() and d.to_dict()["result"]["text"]


def test_a_wrong_form_is_caught() -> None:
    from derive.check import check_forms

    h = vector("h", "n")
    right = derive(exp(a.T * x), x, order=3)
    forms = [right.function, derive(right.function, x).gradient.T * h]
    assert check_forms([*forms, (a.T * h) ** 2 * exp(a.T * x)], x, h)
    assert "wrong" == check_forms([*forms, 2 * (a.T * h) ** 2 * exp(a.T * x)], x, h).status


BY_SCALARS = [
    (sin(t) * exp(t), 4), (exp(t) * A, 3), (expm(t * A), 3), (inv(P + t * A), 3), (log(1 + t**2), 4), (sigmoid(t), 5),
    (exp(t) * x, 2), (x.T * expm(t * A) * x, 3), (t**7, 4), (logdet(P + t * P), 2),
]  # fmt: skip


@pytest.mark.parametrize(("f", "order"), BY_SCALARS, ids=[f"{f}, {k}" for f, k in BY_SCALARS])
def test_by_a_scalar_the_derivative_has_the_shape_of_f(f: Node, order: int) -> None:
    d = derive(f, t, order=order)
    assert d.result.shape == f.shape
    assert d.check()
    assert all(s.check for s in d.steps)
    for instance in draw_instances([f, d.result], 2, 1, also=[t]):
        wanted = truth(f, t, instance, [np.ones((1, 1))] * order)
        scale = 1 + np.abs(wanted).max()
        np.testing.assert_allclose(instance.value(d.result) / scale, wanted / scale, atol=1e-8)


@examples(60)
@given(st.integers(0, 2**32))
def test_the_third_derivative_of_any_expression_agrees_with_differences_or_is_refused(seed: int) -> None:
    rng = random.Random(seed)
    node = composed.expression(seed, 3)
    wrt = rng.choice([n for n in walk(node) if n.op == "symbol"] or [composed.SYMBOLS["x"]])
    assume("symmetric" not in wrt.properties)
    hs = [matrix(f"H{k}", *wrt.shape) for k in range(3)]
    try:
        d = derive(node, wrt, order=3)
        form = d.result if wrt.is_scalar else d.along(*hs)
    except DeriveError as refusal:
        assert str(refusal), "a refusal names the part"
        return
    (instance,) = draw_instances([node, form], 1, seed, {"n": 2, "m": 3}, also=[wrt, *hs])
    directions = [np.ones((1, 1))] * 3 if wrt.is_scalar else [instance.values[h] for h in hs]
    try:
        wanted = truth(node, wrt, instance, directions)
    except (DeriveError, TypeError, ZeroDivisionError, ValueError):
        return
    found = instance.value(form)
    assume(np.isfinite(wanted).all() and np.isfinite(found).all())
    scale = 1e-4 + np.abs(wanted).max() + 1e-12 * instance.magnitude
    assert np.abs(found - wanted).max() <= 1e-6 * scale, f"{node} by {wrt}: {form}"


# --- on paper ---------------------------------------------------------------------------------------------------
PRINTED = [
    (logdet(X), X, 3, "2*tr(inv(X)*H*inv(X)*H*inv(X)*H)"),
    (logdet(X), X, 4, "-6*tr(inv(X)*H*inv(X)*H*inv(X)*H*inv(X)*H)"),
    (tr(X * X * X), X, 3, "6*tr(H**3)"),
    (exp(a.T * x), x, 3, "(a.T*h)**3*exp(a.T*x)"),
    (norm(x) ** 4, x, 3, "24*h.T*h*h.T*x"),
    (norm(x) ** 4, x, 4, "24*(h.T*h)**2"),
    (norm(x) ** 2, x, 3, "0"),
    (inv(X), X, 3, "-6*inv(X)*H*inv(X)*H*inv(X)*H*inv(X)"),
    (power(a.T * x, 3), x, 3, "6*(a.T*h)**3"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "order", "said"), PRINTED, ids=[f"{f}, {k}" for f, _, k, _ in PRINTED])
def test_form_is_written_as_a_person_would(f: Node, wrt: Node, order: int, said: str) -> None:
    h, H = vector("h", "n"), matrix("H", "n", "n")
    wanted = eval(said, {"tr": tr, "inv": inv, "exp": exp, "h": h, "H": H, "X": X, "x": x, "a": a})
    found = derive(f, wrt, order=order).along(h if wrt is x else H)
    assert found.weight <= getattr(wanted, "weight", 1), found
    if isinstance(wanted, Node):
        for instance in draw_instances([found, wanted], 2):
            np.testing.assert_allclose(instance.value(found), instance.value(wanted), rtol=1e-9)


ENTRIES = [
    (exp(x), x, 3, "∂³exp(x)_i/∂x_j∂x_k∂x_l = δ_ij δ_ik δ_il exp(x_i)"),
    (exp(a.T * x), x, 3, "∂³exp(aᵀx)/∂x_i∂x_j∂x_k = a_i a_j a_k exp(aᵀx)"),
    (norm(x) ** 4, x, 3, "∂³‖x‖⁴/∂x_i∂x_j∂x_k = 8(δ_ij x_k + δ_ik x_j + δ_jk x_i)"),
    (tr(X * X * X), X, 3, "∂³tr X³/∂X_ij∂X_kl∂X_pq = 3δ_il δ_jp δ_kq + 3δ_iq δ_jk δ_lp"),
    (x * x.T, x, 2, "∂²(xxᵀ)_ij/∂x_k∂x_l = δ_ik δ_jl + δ_il δ_jk"),
    (W * x, x, 2, "∂²(Wx)_i/∂x_j∂x_k = 0"),
    (logsumexp(x), x, 2, "∂²logsumexp(x)/∂x_i∂x_j = softmax(x)_i (δ_ij − softmax(x)_j)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "wrt", "order", "said"), ENTRIES, ids=[s for *_, s in ENTRIES])
def test_entries_are_printed(f: Node, wrt: Node, order: int, said: str) -> None:
    form = derive(f, wrt, order=order).index_form()
    assert said == form.text()
    assert form.latex().startswith(rf"\frac{{\partial^{{{order}}} ")


def test_cumulants_are_the_derivatives_of_logsumexp() -> None:
    """Of a variable with values h and probabilities p: m3 - 3 m1 m2 + 2 m1^3."""
    h = vector("h", "n")
    found = derive(logsumexp(x), x, order=3).along(h)
    for instance in draw_instances([found], 3):
        values, p = instance.values[h].ravel(), instance.value(softmax(x)).ravel()
        centered = values - p @ values
        np.testing.assert_allclose(instance.value(found).item(), p @ centered**3, rtol=1e-9)


def test_moments_of_a_gaussian_are_derivatives_at_zero() -> None:
    """Isserlis: E[x_i x_j x_k x_l] = S_ij S_kl + S_ik S_jl + S_il S_jk, from the moment generating function."""
    s = vector("s", "n")
    sigma = np.array([[2.0, 0.5, 0.1], [0.5, 1.0, 0.3], [0.1, 0.3, 1.5]])
    found = derive(exp(s.T * P * s / 2), s, order=4).tensor({s: np.zeros(3), P: sigma})
    wanted = sum_of(np.einsum(f"{p},{q}->ijkl", sigma, sigma) for p, q in (("ij", "kl"), ("ik", "jl"), ("il", "jk")))
    np.testing.assert_allclose(found, wanted, atol=1e-12)


def sum_of(arrays: Any) -> Any:
    return np.sum(list(arrays), axis=0)


# --- shapes and requests ----------------------------------------------------------------------------------------
def test_the_shape_is_that_of_f_then_of_x_reversed_once_for_each_order() -> None:
    d = derive(exp(M), M, order=2)
    assert tuple(map(str, d.shape)) == ("m", "n", "n", "m", "n", "m")
    assert d.evaluate({M: np.zeros((2, 3))}).shape == (2, 3, 3, 2, 3, 2)
    assert derive(logsumexp(x), x, order=3).evaluate({x: np.zeros(4)}).shape == (4, 4, 4)


def test_what_no_matrix_holds_is_said() -> None:
    with pytest.raises(NoClosedForm, match=r"no matrix holds a derivative of order 3 by x; along\(H\)"):
        _ = derive(logsumexp(x), x, order=3).jacobian
    with pytest.raises(ShapeError, match="a Hessian wants a scalar"):
        hessian(W * x, x)


@pytest.mark.parametrize("order", [0, -1, 2.0, "2", True, None, sympy.Symbol("k"), sympy.Rational(1, 2)])
def test_an_order_is_a_positive_whole_number(order: Any) -> None:
    with pytest.raises(BadInput, match="order must be a whole number from 1 on"):
        derive(logsumexp(x), x, order=order)
    with pytest.raises(BadInput, match="order must be a whole number from 1 on"):
        taylor(logsumexp(x), x, order)


def test_an_array_above_memory_is_refused_before_it_is_made() -> None:
    d = derive(logsumexp(x), x, order=5)
    with pytest.raises(BadInput, match=r"order 5 by 100 entries has 10,000,000,000 entries \(74\.5 GiB\).*along\(H\)"):
        d.tensor({x: np.zeros(100)})
    with pytest.raises(BadInput, match=r"160,000 entries|entries by 10000 has"):
        derive(X * A * X, X).tensor({X: np.zeros((100, 100)), A: np.zeros((100, 100))})


def test_numbers_need_no_form_that_fits_on_paper() -> None:
    z: Node = x
    for k in range(8):
        z = tanh(matrix(f"B{k}", "n", "n") * z)
    d = derive(sum(z), x, order=3)
    with pytest.raises(NoClosedForm, match=r"order 3 .* has more than 20,000 symbols.*tensor\(\)"):
        _ = d.result
    hs = [vector(f"H{k}", "n") for k in range(3)]
    (instance,) = draw_instances([d.function], 1, 1, {"n": 2}, also=hs)
    directions = [instance.values[h] for h in hs]
    found = contracted(d.tensor(instance.values), d.function, x, instance, directions)
    np.testing.assert_allclose(found, truth(d.function, x, instance, directions), rtol=1e-6, atol=1e-9)


def test_directions_are_checked() -> None:
    d, h = derive(logsumexp(x), x, order=3), vector("h", "n")
    with pytest.raises(BadInput, match="wants 1 direction or 3, found 2"):
        d.along(h, h)
    with pytest.raises(ShapeError, match="the shape of x"):
        d.along(X)


def test_a_symmetric_variable_moves_among_symmetric_matrices() -> None:
    assert derive(logdet(P), P, order=3).check()


def test_a_transposed_or_inverse_variable() -> None:
    assert derive(X.T * A * X, X.T, order=2).check()
    assert derive(logdet(inv(X)), inv(X), order=3).check()


def test_text_is_read() -> None:
    d = derive(r"\log\det X", "X", where={"X": "n x n positive definite"}, order=3)
    assert d.check()


def test_kinks_have_their_condition() -> None:
    d = derive(sum(power(relu(x), 3)), x, order=3)
    assert d.check()
    assert d.conditions or d.result is not None


# --- claims -----------------------------------------------------------------------------------------------------
dX, dx, I = tangent(P), tangent(x), inv(P)
CLAIMS = [
    (logdet(P), P, 3, 2 * tr(I * dX * I * dX * I * dX), "correct"),
    (logdet(P), P, 3, -2 * tr(I * dX * I * dX * I * dX), "wrong"),
    (logdet(P), P, 2, -tr(I * dX * I * dX), "correct"),
    (inv(P), P, 2, 2 * I * dX * I * dX * I, "correct"),
    (inv(P), P, 2, I * dX * I * dX * I, "wrong"),
    (exp(a.T * x), x, 3, power(a.T * dx, 3) * exp(a.T * x), "correct"),
    (norm(x) ** 4, x, 4, 24 * power(dx.T * dx, 2), "correct"),
    (norm(x) ** 4, x, 4, 12 * power(dx.T * dx, 2), "wrong"),
    (sin(t), t, 3, -cos(t), "correct"),
    (sin(t), t, 3, cos(t), "wrong"),
    (exp(2 * t) * A, t, 3, 8 * exp(2 * t) * A, "correct"),
    (exp(2 * t) * A, t, 3, 4 * exp(2 * t) * A, "wrong"),
]


@pytest.mark.parametrize(("f", "wrt", "order", "claim", "status"), CLAIMS)
def test_a_claim_of_any_order_is_judged(f: Node, wrt: Node, order: int, claim: Node, status: str) -> None:
    assert status == verify(f, wrt, claim, order=order).status


WRITTEN = [
    (r"d^3 \log\det X = 2\operatorname{tr}(X^{-1} dX X^{-1} dX X^{-1} dX)", "correct"),
    (r"d^3 \log\det X = \operatorname{tr}(X^{-1} dX X^{-1} dX X^{-1} dX)", "wrong"),
    (r"D^3 \log\det X [H, H, H] = 2\operatorname{tr}(X^{-1} H X^{-1} H X^{-1} H)", "correct"),
    (r"\mathrm{d}^2 \log\det X = -\operatorname{tr}(X^{-1} \mathrm{d}X X^{-1} \mathrm{d}X)", "correct"),
]


@pytest.mark.parametrize(("text", "status"), WRITTEN)
def test_higher_differentials_are_read(text: str, status: str) -> None:
    assert status == verify(text, where={"X": "n x n positive definite", "H": "n x n"}).status


def test_a_claim_that_no_matrix_holds_is_refused() -> None:
    with pytest.raises(BadInput, match="no matrix holds a derivative of order 3 by x; claim the differential"):
        verify(logsumexp(x), x, a, order=3)


# --- Taylor -----------------------------------------------------------------------------------------------------
TAYLOR = [
    (sigmoid(W * x), x, 2, "f(x + h) ≈ s + s ⊙ (1 − s) ⊙ Wh + ½(s ⊙ (1 − s) ⊙ (1 − 2s) ⊙ (Wh)^⊙2)  where s = σ(Wx)"),
    (logdet(X), X, 3, "f(X + H) ≈ log det X + tr(X⁻¹H) − ½ tr(X⁻¹HX⁻¹H) + tr(X⁻¹HX⁻¹HX⁻¹H)/3"),
    (inv(X), X, 3, "f(X + H) ≈ X⁻¹ − X⁻¹HX⁻¹ + X⁻¹HX⁻¹HX⁻¹ − X⁻¹HX⁻¹HX⁻¹HX⁻¹"),
    (tr(X * X * X), X, 3, "f(X + H) ≈ tr X³ + 3 tr(X²H) + 3 tr(XH²) + tr H³"),
    (exp(t), t, 4, "f(t + h) ≈ exp(t) + h exp(t) + ½h²exp(t) + h³exp(t)/6 + h⁴exp(t)/24"),
    (x.T * A * x, x, 3, "f(x + h) ≈ xᵀAx + xᵀ(A + Aᵀ)h + ½hᵀ(A + Aᵀ)h"),
    (expm(t * A), t, 3, "f(t + h) ≈ expm(tA) + hA expm(tA) + ½h²A²expm(tA) + h³A³expm(tA)/6"),
]


@pytest.mark.parametrize(("f", "wrt", "order", "said"), TAYLOR, ids=[s for *_, s in TAYLOR])
def test_a_taylor_polynomial_is_printed_as_in_a_book(f: Node, wrt: Node, order: int, said: str) -> None:
    found = taylor(f, wrt, order)
    assert said == found.text()
    assert found.check()
    assert all(s.check for s in found.steps)


@pytest.mark.parametrize(("f", "series"), [
    (exp(t), [1, 1, 1 / 2, 1 / 6, 1 / 24]), (sin(t), [0, 1, 0, -1 / 6, 0]), (log(1 + t), [0, 1, -1 / 2, 1 / 3, -1 / 4]),
    (1 / (1 - t), [1, 1, 1, 1, 1]), (tanh(t), [0, 1, 0, -1 / 3, 0]), (sigmoid(t), [1 / 2, 1 / 4, 0, -1 / 48, 0]),
])  # fmt: skip
def test_the_series_of_analysis_books(f: Node, series: list[float]) -> None:
    found = taylor(f, t, 4, at=0)
    for k, (term, c) in enumerate(zip(found.terms, series, strict=True)):
        value = evaluate(term, {t: 0.5}) if isinstance(term, Node) else term
        np.testing.assert_allclose(value, c * 0.5**k, atol=1e-12)


FORMS = [  # d2 and d3 of log det and of a quadratic form, along one direction
    ("log(det(X))", "X", "-tr(inv(X)*H*inv(X)*H)", 2, "correct"),
    ("log(det(X))", "X", "tr(inv(X)*H*inv(X)*H)", 2, "wrong"),
    ("log(det(X))", "X", "2*tr(inv(X)*H*inv(X)*H*inv(X)*H)", 3, "correct"),
    ("x'A x", "x", "v'(A + A')v", 2, "correct"),
    ("x'A x", "x", "v'A v", 2, "wrong"),
]


@pytest.mark.parametrize(("f", "x", "claim", "order", "status"), FORMS)
def test_a_form_along_a_direction_is_a_claim(f: str, x: str, claim: str, order: int, status: str) -> None:
    declared = {"X": "n x n", "H": "n x n", "A": "n x n", "x": "n", "v": "n"}
    where = {name: shape for name, shape in declared.items() if name in f + claim}
    assert status == verify(f, x, claim, where=where, order=order).status


def test_the_forms_of_a_higher_derivative_are_its_own() -> None:
    x = matrix("X", "n", "n")
    third = derive(logdet(x), x, order=3)
    assert {"own": third.result} == third.forms
    assert str(derive(logdet(x), x, order=2)).startswith("d2(logdet(X))/d(X)2 = ")
