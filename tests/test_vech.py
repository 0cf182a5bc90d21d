"""vech, and the matrices of vec: their laws against plain NumPy, and derivatives by the free entries of a matrix."""

from __future__ import annotations

import numpy as np
import pytest

from derive import (
    BadInput,
    Node,
    ShapeError,
    commutation,
    derive,
    det,
    duplication,
    elimination,
    inv,
    kron,
    logdet,
    matrix,
    pinv,
    sqnorm,
    tr,
    vec,
    vech,
    vector,
)
from derive.leaves import eye, size_product
from derive.nodes import make
from derive.numeric import evaluate
from derive.sizes import same_shape
from derive.text import unicode

N = matrix("A", "n", "n").shape[0]
A, B, X = (matrix(name, "n", "n") for name in "ABX")
P, Q = matrix("P", "m", "n"), matrix("Q", "p", "q")
S, W = matrix("S", "n", "n", "symmetric"), matrix("W", "n", "n", "positive definite")
a = vector("a", "n")
K, D, L, I = commutation("n", "n"), duplication("n"), elimination("n"), eye(size_product(N, N))

# a product as it stands, and what it is (Magnus and Neudecker 2.4, 3.7 and 3.8; Abadir and Magnus, chapters 10 and 11)
LAWS = [
    ((L, D), eye(L.shape[0])),
    ((L, L.T), eye(L.shape[0])),
    ((pinv(D), D), eye(L.shape[0])),
    ((K, D), D),
    ((D.T, K), D.T),
    (((I + K) / 2, D), D),
    ((D.T, (I + K) / 2), D.T),
    ((K, (I + K) / 2), (I + K) / 2),
    (((I + K) / 2, K), (I + K) / 2),
    ((K, I - K), K - I),
    ((commutation("m", "n"), commutation("n", "m")), eye(size_product(*P.shape))),
    ((commutation("m", "n"), vec(P)), vec(P.T)),
    ((vec(P).T, commutation("n", "m")), vec(P.T).T),
    ((commutation("p", "m"), kron(P, Q), commutation("n", "q")), kron(Q, P)),
    ((D, vech(S)), vec(S)),
    ((L, vec(X)), vech(X)),
    ((kron(A, P), kron(B, X)), kron(A * B, P * X)),
    ((kron(B.T, A), vec(X)), vec(A * X * B)),
    ((vec(A).T, kron(B, X)), vec(X.T * A * B).T),
    ((vec(A).T, vec(B)), tr(A.T * B)),
]


@pytest.mark.parametrize(("factors", "simpler"), LAWS, ids=[" * ".join(map(str, f)) for f, _ in LAWS])
def test_the_law_holds_and_is_applied(factors: tuple[Node, ...], simpler: Node) -> None:
    product = factors[0]
    for f in factors[1:]:
        product = product * f
    assert product is simpler
    rng, sizes = np.random.default_rng(1), {"m": 2, "n": 3, "p": 4, "q": 5}
    shapes = {x: tuple(sizes[str(s)] for s in x.shape) for x in (A, B, X, P, Q, S)}
    values = {x: rng.standard_normal(shape) for x, shape in shapes.items()}
    values[S] = values[S] + values[S].T
    raw = factors[0]
    for f in factors[1:]:
        raw = make("matmul", (raw, f), (raw.shape[0], f.shape[1]))
    np.testing.assert_allclose(evaluate(raw, values, sizes), evaluate(simpler, values, sizes), atol=1e-12)


def test_inverse_determinant_and_trace_of_a_kronecker_product() -> None:
    m = matrix("M", "m", "m")
    rng = np.random.default_rng(2)
    values = {A: rng.standard_normal((3, 3)), m: rng.standard_normal((2, 2))}
    whole = np.kron(values[A], values[m])
    assert kron(inv(A), inv(m)) is inv(kron(A, m))
    np.testing.assert_allclose(evaluate(det(kron(A, m)), values), [[np.linalg.det(whole)]])
    np.testing.assert_allclose(evaluate(tr(kron(A, m)), values), [[np.trace(whole)]])
    assert commutation("n", "m") is inv(commutation("m", "n"))


def test_vech_stacks_the_lower_triangle_column_by_column() -> None:
    m = np.arange(9.0).reshape(3, 3)
    np.testing.assert_array_equal([[0], [3], [6], [4], [7], [8]], evaluate(vech(X), {X: m}))


# f, the variable, and the Jacobian or gradient (Magnus and Neudecker 9.14 to 9.16 and 10.6)
DERIVATIVES = [
    (vec(S), vech(S), "D_n"),
    (logdet(W), vech(W), "D_nᵀvec(W⁻¹)"),
    (tr(A * S), vech(S), "D_nᵀvec(Aᵀ)"),
    (a.T * S * a, vech(S), "D_nᵀ(a⊗a)"),
    (inv(W), vech(W), "−(W⁻¹⊗W⁻¹)D_n"),
    (vech(inv(W)), vech(W), "−L_n(W⁻¹⊗W⁻¹)D_n"),
    (vech(A * S * A.T), vech(S), "L_n(A⊗A)D_n"),
    (S * a, vech(S), "(aᵀ⊗I)D_n"),
    (vech(X), X, "L_n"),
    (vech(X.T * X), X, "L_n(I + K_(n,n))(I⊗Xᵀ)"),
    (inv(X), vec(X), "−X⁻ᵀ⊗X⁻¹"),
]


@pytest.mark.parametrize(("f", "x", "printed"), DERIVATIVES, ids=[f"{f} by {x}" for f, x, _ in DERIVATIVES])
def test_derivatives_by_vec_and_vech(f: Node, x: Node, printed: str) -> None:
    d = derive(f, x)
    assert printed == unicode(d.result)
    assert d.check(), d.check().message
    assert not [(step.rule, str(step.check)) for step in d.steps if not step.check]


@pytest.mark.parametrize(
    ("f", "x", "where", "result"),
    [
        (r"\operatorname{vech}(X^\top X)", "X", {"X": "m x n"}, "L_n(I + K_(n,n))(I⊗Xᵀ)"),
        (r"\log\det\Sigma", r"\operatorname{vech}\Sigma", {r"\Sigma": "n x n positive definite"}, "D_nᵀvec(Σ⁻¹)"),
        ("vec(S)", "vech(S)", {"S": "n x n symmetric"}, "D_n"),
    ],
)
def test_vech_is_read(f: str, x: str, where: dict[str, str], result: str) -> None:
    assert result == unicode(derive(f, x, where=where).result)


def test_vech_wants_a_square_matrix_and_a_symmetric_variable() -> None:
    with pytest.raises(ShapeError, match="square"):
        vech(P)
    with pytest.raises(BadInput, match="vech"):
        derive(tr(A * X), vech(X))


def test_a_kronecker_product_times_vec_of_another_shape_stays_a_product() -> None:
    """(A (x) B) vec X = vec(B X A^T) only where A is as wide as X, and B as X is high."""
    C, D, Z = matrix("C", "m", "n"), matrix("D", "q", "p"), matrix("Z", "n", "p")
    rng = np.random.default_rng(5)
    c, d, z = (rng.standard_normal(s) for s in ((2, 3), (5, 4), (3, 4)))
    wanted = np.kron(c, d) @ z.reshape(-1, 1, order="F")
    assert np.allclose(wanted, evaluate(kron(C, D) * vec(Z), {C: c, D: d, Z: z}))
    assert np.allclose(wanted.T, evaluate(vec(Z).T * kron(C, D).T, {C: c, D: d, Z: z}))


@pytest.mark.parametrize("size", ["m", "n", 3])
def test_the_derivatives_through_vech_know_no_name_of_a_size(size: int | str) -> None:
    """2 tril C is the gradient of the squares of the lower triangle; the Jacobian of vech by complex steps."""
    c = matrix("C", size, size)
    value = np.random.default_rng(4).normal(size=(3, 3))
    gradient = derive(sqnorm(vech(c)), c)
    assert same_shape(gradient.shape, c.shape)
    np.testing.assert_allclose(gradient.evaluate({"C": value}), 2 * np.tril(value))
    lower = [(i, j) for j in range(3) for i in range(j, 3)]
    steps = [[value + 1e-30j * np.outer(np.eye(3)[i], np.eye(3)[j]) for j in range(3)] for i in range(3)]
    wanted = [[[(steps[k][l] @ steps[k][l])[p].imag * 1e30 for k in range(3)] for l in range(3)] for p in lower]
    np.testing.assert_allclose(derive(vech(c * c), c).tensor({"C": value}), wanted, atol=1e-12)
