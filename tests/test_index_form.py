"""Index forms against complex steps, and their way to the Kronecker form and back."""

from __future__ import annotations

import numpy as np
import pytest

from derive import (
    BadInput,
    Node,
    derive,
    det,
    diag,
    exp,
    eye,
    hadamard,
    inv,
    kron,
    matrix,
    norm,
    relu,
    sigmoid,
    softmax,
    tr,
    vec,
    vector,
)
from derive.check import numerical_jacobian
from derive.components import unit
from derive.draw import draw_instances
from derive.index_form import from_kronecker
from derive.nodes import SCALAR, make
from derive.numeric import evaluate

A, X, B, C = matrix("A", "m", "n"), matrix("X", "n", "p"), matrix("B", "p", "q"), matrix("C", "n", "p")
S, Y = matrix("S", "n", "n"), matrix("Y", "p", "n")
x, a, c = vector("x", "n"), vector("a", "n"), vector("c", "p")

# f, the variable, and the index form as a book prints it (TEXTBOOK.md and Magnus and Neudecker, chapter 9)
# fmt: off
PRINTED = [
    (A * X * B, X, "∂(AXB)_ij/∂X_kl = A_ik B_lj"),
    (inv(S), S, "∂(S⁻¹)_ij/∂S_kl = −(S⁻¹)_ik (S⁻¹)_lj"),
    (S**2, S, "∂(S²)_ij/∂S_kl = δ_ik S_lj + δ_jl S_ik"),
    (X.T * X, X, "∂(XᵀX)_ij/∂X_kl = δ_il X_kj + δ_jl X_ki"),
    (hadamard(X, C), X, "∂(C⊙X)_ij/∂X_kl = δ_ik δ_jl C_ij"),
    (X.T, X, "∂(Xᵀ)_ij/∂X_kl = δ_il δ_jk"),
    (A * x, x, "∂(Ax)_i/∂x_j = A_ij"),
    (X * c, X, "∂(Xc)_i/∂X_jk = δ_ij c_k"),
    (softmax(x), x, "∂softmax(x)_i/∂x_j = softmax(x)_i (δ_ij − softmax(x)_j)"),
    (kron(X, C), X, "∂(X⊗C)_(ij)(kl)/∂X_qr = δ_iq δ_kr C_jl"),
    (kron(x, c), x, "∂(x⊗c)_(ij)/∂x_k = δ_ik c_j"),
    (relu(A * X), X, "∂relu(AX)_ij/∂X_kl = δ_jl A_ik step((AX)_ij)"),
    (diag(x) * X, x, "∂(diag(x)X)_ij/∂x_k = δ_ik X_ij"),
    (X.T * X * c, X, "∂(XᵀXc)_i/∂X_jk = δ_ik (Xc)_j + c_k X_ji"),
    (
        softmax(A * X, axis=1) * B,
        X,
        "∂(softmax(AX, axis=1)B)_ij/∂X_kl = softmax(AX, axis=1)_il A_ik (B_lj − (softmax(AX, axis=1)B)_ij)",
    ),
]
# fmt: on
OTHERS = [
    (S**3, S),
    (exp(X), X),
    (x * a.T, x),
    (x * x.T, x),
    (sigmoid(S * x), x),
    (sigmoid(A * X), X),
    (tr(Y * X) * X, X),
    (norm(x) * x, x),
    (x.T * S * x, S),
    (X * X.T * X, X),
    (inv(eye("n") + S), S),
    (X, X),
    (S * S.T, S),
    (x, x),
    (diag(x), x),
    (diag(S), S),
    (S * diag(x) * S.T, x),
    (det(S) * inv(S), S),
    (X.T * a, X),
    (inv(X.T * X), X),
    (vec(X), X),
    (softmax(X, axis=1), X),
    (sigmoid(x * x.T), x),
    (diag(softmax(x)) - softmax(x) * softmax(x).T, x),
    (S / tr(S), S),
    (X * norm(X), X),
    (kron(C, X), X),
    (kron(X, X), X),
    (kron(X.T, X), X),
    (kron(x, X), X),
    (kron(inv(S), S.T), S),
    (kron(A, X, B), X),
    (softmax(A * X, axis=1) * B, X),
    (hadamard(A * X, sigmoid(A * X)), X),
    (inv(S + x * x.T), x),
    (inv(S + diag(x)), x),
]  # fmt: skip


@pytest.mark.parametrize(("f", "v", "text"), PRINTED, ids=[t for _, _, t in PRINTED])
def test_printed_as_in_a_book(f: Node, v: Node, text: str) -> None:
    assert text == derive(f, v).index_form().text()


CASES = [(f, v) for f, v, _ in PRINTED] + OTHERS


@pytest.mark.parametrize(("f", "v"), CASES, ids=[f"{f} by {v}" for f, v in CASES])
def test_entries_agree_with_complex_steps(f: Node, v: Node) -> None:
    form = derive(f, v).index_form()
    for instance in draw_instances([f], 3):
        wanted = numerical_jacobian(f, v, instance)
        found = form.evaluate(instance.values)
        np.testing.assert_allclose(found, wanted.reshape(found.shape), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("f", "v"), CASES, ids=[f"{f} by {v}" for f, v in CASES])
def test_to_the_kronecker_form_and_back(f: Node, v: Node) -> None:
    form = derive(f, v).index_form()
    kronecker = form.kronecker()
    assert from_kronecker(kronecker, form) is form.entry
    for instance in draw_instances([f], 2):
        whole = numerical_jacobian(f, v, instance)
        m, n, p, q = whole.shape
        wanted = whole.transpose(1, 0, 3, 2).reshape(m * n, p * q)
        found = evaluate(kronecker, instance.values, instance.sizes)
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_two_indices_of_one_axis_are_written_in_every_notation() -> None:
    form = derive(kron(X, C), X).index_form()
    assert r"\left(X \otimes C\right)_{(ij)(kl)}" in form.latex()
    row, column = unit(form.places[0]), unit(form.places[1])
    assert "kron(X, C)[(i - 1)*n + j - 1, (k - 1)*p + l - 1]" == str(
        make("matmul", (row.T, kron(X, C), column), SCALAR)
    )


def test_the_variable_must_be_a_symbol() -> None:
    with pytest.raises(BadInput, match="wants a symbol"):
        derive(X.T * X, X.T).index_form()


def test_the_shape_is_that_of_the_four_axes() -> None:
    form = derive(A * X * B, X).index_form()
    assert ["m", "q", "n", "p"] == [str(n) for n in form.shape]
    printed = form.latex().replace(r"\left(", "(").replace(r"\right)", ")")
    assert r"\frac{\partial (A X B)_{ij}}{\partial X_{kl}} = A_{ik} B_{lj}" == printed
