"""A structured variable: the answers in use, by name, and the forms that the Matrix Cookbook prints in (139)-(143)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from derive import (
    BadInput,
    Node,
    commutation,
    declare,
    derive,
    diag,
    diagonal_means,
    diagonal_sums,
    divide,
    duplication,
    eye,
    hadamard,
    hessian,
    hvp,
    kron,
    logdet,
    matrix,
    taylor,
    tr,
    tril,
    vector,
    verify,
)
from derive.draw import directions, draw_instances
from derive.latex import latex
from derive.numeric import evaluate
from derive.rebuilding import substitute
from tests.agreement import SEEDS, derivation
from tests.tables import cookbook, numeric
from tests.tables.row import Row


@pytest.mark.parametrize("row", cookbook.STRUCTURED, ids=lambda row: row.name)
def test_form_of_the_cookbook_is_among_the_named_answers(row: Row) -> None:
    form = derivation(row).forms["diagonal" if row.name == "142" else "tied" if row.name == "143" else "vech"]
    for seed in SEEDS:
        values, sizes = numeric.instance(row, seed)
        wanted = numeric.derivative(row, {**sizes, **values})
        np.testing.assert_allclose(evaluate(form, values, sizes), wanted, atol=1e-9 * (1 + np.abs(wanted).max()))


@pytest.mark.parametrize("row", cookbook.STRUCTURED[:3], ids=lambda row: row.name)
def test_symmetric_gradient_is_the_default(row: Row) -> None:
    d = derivation(row)
    assert d.result is d.forms["symmetric"]
    assert d.result.T is d.result


Array = np.ndarray[Any, Any]
A, B, I = matrix("A", "n", "n"), matrix("B", "n", "p"), eye("n")
S, K, D, T = (matrix("X", "n", "n", p) for p in ("symmetric", "skew", "diagonal", "toeplitz"))
L, Q, P = (matrix("X", "n", "n", p) for p in ("lower triangular", "orthogonal", "positive definite"))
V, u, p = matrix("X", "n", "p", "orthogonal"), vector("x", "n", "unit norm"), vector("x", "n", "simplex")
a = vector("a", "n")
SYM = (A + A.T) / 2

# f, by, what a person claims, and its name; the claims are the books' own: Matrix Cookbook 138-143, Edelman, Arias and
# Smith for the canonical metric, Absil, Mahony and Sepulchre for the embedded ones, Bhatia for X sym(G) X, Amari
CLAIMS = [
    (tr(A * S), S, SYM, "symmetric"),
    (tr(A * S), S, A.T, "entries independent"),
    (tr(A * S), S, A + A.T - hadamard(A, I), "vech"),
    (tr(A * S), S, A + A.T, None),
    (tr(A * S), S, 2 * SYM - A, "entries independent"),
    (tr(A * K), K, (A.T - A) / 2, "skew"),
    (tr(A * K), K, A.T - A, "tied"),
    (tr(A * K), K, (A - A.T) / 4, None),
    (tr(A * D), D, hadamard(A, I), "diagonal"),
    (tr(A * D), D, A.T, "entries independent"),
    (tr(A * D), D, 2 * hadamard(A, I), None),
    (logdet(L), L, diag(divide(1, diag(L))), "lower triangular"),
    (tr(A * L), L, tril(A.T), "lower triangular"),
    (tr(A * L), L, tril(A), None),
    (tr(A * T), T, diagonal_sums(A.T), "tied"),
    (tr(A * T), T, diagonal_means(A.T), "Toeplitz"),
    (tr(A * T), T, diagonal_sums(A), "tied"),
    (tr(A * Q), Q, A.T - Q * (Q.T * A.T + A * Q) / 2, "Stiefel, embedded metric"),
    (tr(A * Q), Q, A.T - Q * A * Q, "Stiefel, canonical metric"),
    (tr(A * Q), Q, A.T - A * Q * Q, None),
    (tr(B.T * V), V, B - V * (V.T * B + B.T * V) / 2, "Stiefel, embedded metric"),
    (tr(B.T * V), V, B - V * B.T * V, "Stiefel, canonical metric"),
    (tr(B.T * V), V, B - V * V.T * B, None),
    (tr(A * P), P, P * SYM * P, "affine-invariant metric"),
    (tr(A * P), P, P * A * P, None),
    (u.T * A * u, u, (I - u * u.T) * (A + A.T) * u, "sphere"),
    (u.T * A * u, u, (A + A.T) * u - (u.T * A * u) * u, None),
    (a.T * p, p, hadamard(p, a - a.T * p), "simplex, Fisher metric"),
    (a.T * p, p, hadamard(p, a) - a.T * p, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("f", "x", "claim", "name"), CLAIMS, ids=[f"{f} by {sorted(x.properties)}: {c}" for f, x, c, _ in CLAIMS]
)
def test_a_claim_is_recognised_by_its_name(f: Node, x: Node, claim: Node, name: str | None) -> None:
    verdict = verify(f, x, claim)
    assert verdict.status == ("wrong" if name is None else "correct"), str(verdict)
    assert verdict.convention == name


def test_a_forgotten_inverse_is_no_metric() -> None:
    """X is the affine-invariant gradient of log det X, and what is left of X^-1 when the inverse is forgotten."""
    assert "wrong" == verify(logdet(P), P, P).status
    assert "wrong" == verify(a.T * P.I * a, P, -a * a.T).status
    assert "it is the gradient in the affine-invariant metric" in str(verify(logdet(P), P, P))
    assert "metric" not in str(verify(logdet(P), P, 2 * P))


IMPOSSIBLE = [
    ("n x n symmetric skew", "only 0"),
    ("n x n skew positive definite", "only 0"),
    ("m x n symmetric", "declare it m x m"),
    ("n x n lower triangular upper triangular", "declare it diagonal"),
    ("n x n orthogonal positive definite", "declare it identity"),
    ("n x n skew positive", "diagonal of a skew matrix is 0"),
    ("n simplex unit norm", "one-hot"),
    ("scalar simplex", "declare it n"),
]  # fmt: skip


@pytest.mark.parametrize(("declaration", "way_out"), IMPOSSIBLE, ids=[d for d, _ in IMPOSSIBLE])
def test_structures_that_exclude_each_other_are_refused_with_a_way_out(declaration: str, way_out: str) -> None:
    with pytest.raises(BadInput, match=way_out):
        declare("X", declaration)


@pytest.mark.parametrize("x", [S, K, D, T, L, Q, P, V, u, p], ids=lambda x: " ".join(sorted(x.properties)))
def test_what_derive_reports_is_checked_step_by_step(x: Node) -> None:
    m = matrix("M", x.shape[0], x.shape[0])
    d = derive(tr(x.T * m * x), x)
    assert d.check()
    assert all(step.check for step in d.steps)


FREE_MATRIX = matrix("X", "n", "n")
SECOND = [logdet(FREE_MATRIX), tr(A * FREE_MATRIX) ** 2, tr(FREE_MATRIX.T * A * FREE_MATRIX * A)]
STRUCTURES = ["symmetric", "skew", "diagonal", "lower triangular", "toeplitz", "positive definite", "orthogonal"]


@pytest.mark.parametrize("f", SECOND, ids=str)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_hessian_is_the_second_derivative_along_the_structure(f: Node, structure: str) -> None:
    """By second differences of f on a line within the space; of an orthogonal matrix, with all entries independent."""
    x = matrix("X", "n", "n", structure)
    f = substitute(f, {FREE_MATRIX: x})
    if structure == "skew":
        sizes = {"n": 4}  # an odd skew matrix is singular
    else:
        sizes = {"n": 3}
    h = hessian(f, x)
    for instance in draw_instances([f], 2, sizes=sizes):
        at, a = instance.values[x], instance.values.get(A)
        values = {x: at} if a is None else {x: at, A: a}
        matrix_of_h = h.evaluate(values)
        for d in directions(x.properties - {"orthogonal"}, at, np.random.default_rng(1), 2):
            ends = [_plain(f, a, at + s * 1e-4 * d) for s in (1, 0, -1)]
            wanted = (ends[0] - 2 * ends[1] + ends[2]) / 1e-8
            column = d.reshape(-1, 1, order="F")
            np.testing.assert_allclose((column.T @ matrix_of_h @ column).item(), wanted, rtol=1e-4, atol=1e-5)


def _plain(f: Node, a: Array | None, x: Array) -> float:
    """The three functions in NumPy."""
    if f.op == "call":
        return float(np.linalg.slogdet(x)[1])
    assert a is not None
    return float(np.trace(a @ x) ** 2 if f.op == "pow" else np.trace(x.T @ a @ x @ a))


SECOND_CLAIMS = [  # Magnus and Neudecker, chapter 10: log |X| has the Hessian -K(X^-T (x) X^-1); of a symmetric X also
    (S, -kron(S.I, S.I), True),  # without K, which does nothing to a symmetric dX,
    (S, -commutation("n", "n") * kron(S.I, S.I), True),
    (S, -duplication("n").T * kron(S.I, S.I) * duplication("n"), True),  # and by vech
    (S, kron(S.I, S.I), False),
    (S, -kron(S.I, S), False),
    (FREE_MATRIX, -kron(FREE_MATRIX.I, FREE_MATRIX.I), False),
    (Q, -commutation("n", "n") * kron(Q, Q.T), True),
    (Q, kron(I, I), False),
]


@pytest.mark.parametrize(("x", "claim", "right"), SECOND_CLAIMS)
def test_claimed_hessians_of_structured_variables(x: Node, claim: Node, right: bool) -> None:
    assert ("correct" if right else "wrong") == verify(logdet(x), x, claim, order=2).status


KRON = kron(A.T, I)
JACOBIANS = [  # Magnus and Neudecker 3.8 and 9.12: d vec F = J D d vech S for a symmetric S
    (S * A, S, KRON, "entries independent"),
    (S * A, S, KRON * duplication("n"), "vech"),
    (S * A, S, KRON * (eye(S.shape[0] ** 2) + commutation("n", "n")) / 2, "along the structure"),
    (S.I, S, -kron(S.I, S.I) * duplication("n"), "vech"),
    (S.I, S, kron(S.I, S.I) * duplication("n"), None),
    (K * A, K, KRON * (eye(K.shape[0] ** 2) - commutation("n", "n")) / 2, "along the structure"),
    (K * A, K, KRON * (eye(K.shape[0] ** 2) + commutation("n", "n")) / 2, None),
]


@pytest.mark.parametrize(("f", "x", "claim", "name"), JACOBIANS)
def test_jacobians_by_a_structured_variable(f: Node, x: Node, claim: Node, name: str | None) -> None:
    verdict = verify(f, x, claim)
    assert verdict.status == ("wrong" if name is None else "correct"), str(verdict)
    assert name is None or verdict.convention == (None if name == "entries independent" else name)


def test_the_jacobian_by_vech_is_said() -> None:
    d = derive(S * A, S)
    assert "If the entries of vech vary: (Aᵀ⊗I)D_n" in d.text()
    assert d.forms["vech"] is KRON * duplication("n")
    (instance,) = draw_instances([S * A], 1, sizes={"n": 3})
    at, a = instance.values[S], instance.values[A]
    places = [(i, j) for j in range(3) for i in range(j, 3)]  # vech goes down the columns from the diagonal
    columns = []
    for i, j in places:
        move = np.zeros((3, 3))
        move[i, j] = move[j, i] = 1
        columns.append((move @ a).reshape(-1, order="F"))
    np.testing.assert_allclose(evaluate(d.forms["vech"], {S: at, A: a}), np.array(columns).T)


PRINTED = [
    ("symmetric", "If the entries of vech vary (Matrix Cookbook): A + Aᵀ − diag(diag(A))"),
    ("orthogonal", "On the Stiefel manifold, in the canonical metric: Aᵀ − XAX"),
    ("positive definite", "On the positive definite matrices, in the affine-invariant metric: ½X(A + Aᵀ)X"),
    ("toeplitz", "If equal entries vary together: diagonal_sums(Aᵀ)"),
]


@pytest.mark.parametrize(("structure", "line"), PRINTED)
def test_every_named_form_is_printed_and_read_back(structure: str, line: str) -> None:
    x = matrix("X", "n", "n", structure)
    d = derive(tr(A * x), x)
    assert line in d.text()
    where = {"A": "n x n", "X": f"n x n {structure}"}
    for name, form in d.forms.items():
        verdict = verify(r"\operatorname{tr}(A X)", "X", latex(form), where=where)
        assert (name, "correct") == (verdict.convention, verdict.status), str(verdict)


@pytest.mark.parametrize("structure", [s for s in STRUCTURES if s != "skew"])
@pytest.mark.parametrize("of", ["transpose", "inverse"])
def test_the_transpose_and_the_inverse_of_a_structured_matrix_have_a_structure_too(structure: str, of: str) -> None:
    """A triangle turns with the transpose, and the inverse of a Toeplitz matrix is none."""
    x = matrix("X", "n", "n", structure)
    variable = x.T if of == "transpose" else x.I
    for f in (tr(A * x), tr(A * variable * A * variable)):
        d = derive(f, variable)
        assert d.check()
        assert all(step.check for step in d.steps)
        assert verify(f, variable, d.result)


@pytest.mark.parametrize("f", [logdet(Q), tr(A * Q.I) ** 2], ids=str)
def test_what_holds_on_a_manifold_alone_is_not_differentiated(f: Node) -> None:
    """log det Q is constant on the orthogonal matrices; with independent entries it has derivatives of any order."""
    assert derive(f, Q, order=3).check()
    assert taylor(f, Q).check()
    assert hvp(f, Q, matrix("V", "n", "n")).check()


PATTERNED = ["diagonal", "lower triangular", "upper triangular"]


@pytest.mark.parametrize("structure", [*PATTERNED, "symmetric", "skew", "toeplitz"])
def test_a_hessian_by_a_structured_matrix_is_symmetric_and_has_steps(structure: str) -> None:
    x = matrix("X", "n", "n", structure)
    for f in (tr(A * x * x), tr(A * x * A.T * x)):
        h = hessian(f, x)
        assert h.text()
        assert all(step.check for step in h.steps)
        for instance in draw_instances([f], 2, sizes={"n": 3}):
            found = h.evaluate({x: instance.values[x], A: instance.values[A]})
            np.testing.assert_allclose(found, found.T, atol=1e-12)


def test_by_the_diagonal_of_a_diagonal_matrix() -> None:
    """X b = diag(b) x, and tr(A X^2) = sum a_ii x_i^2, for X = diag(x)."""
    assert derive(D * a, D).forms["by the diagonal"] is diag(a)
    assert derive(D * a, diag(D)).result is diag(a)
    assert verify(D * a, D, diag(a)).convention == "by the diagonal"
    assert not verify(D * a, D, 2 * diag(a))
    assert hessian(tr(A * D * D), D).forms["by the diagonal"] is 2 * diag(diag(A))
    assert verify(tr(A * D * D), D, 2 * diag(diag(A)), order=2).convention == "by the diagonal"


@pytest.mark.parametrize("structure", ["symmetric", "skew", "diagonal", "positive definite"])
def test_entries_vary_one_by_one_in_an_index_form_and_it_says_so(structure: str) -> None:
    """Against the plain matrix: d2(X X b)_i / dX_jk dX_lp = delta_ij delta_kl b_p + delta_il delta_jp b_k."""
    x = matrix("X", "n", "n", structure)
    form = derive(x * x * a, x, order=2).index_form()
    assert form.text() == "∂²(X²a)_i/∂X_jk∂X_lp = δ_ij δ_kl a_p + δ_il δ_jp a_k   (entries independent)"
    assert r"\text{(entries independent)}" in form.latex()
    cube = derive(tr(A * x * x * x), x, order=3)
    (instance,) = draw_instances([tr(A * x)], 1, sizes={"n": 3})
    at, m = instance.values[x], instance.values[A]
    units = np.eye(9).reshape(9, 3, 3)  # d3 tr(A X X X) is the sum of tr(A E F G) over the orders of E, F and G
    product = np.einsum("ab,xbc,ycd,zda->xyz", m, units, units, units)
    wanted = np.sum([product.transpose(p) for p in itertools.permutations(range(3))], axis=0)
    np.testing.assert_allclose(cube.index_form().evaluate({x: at, A: m}), wanted.reshape((3,) * 6), atol=1e-12)


SPELLED = [
    ("Toeplitz", "toeplitz"),
    ("skew-symmetric", "skew"),
    ("antisymmetric", "skew"),
    ("positive-definite", "positive definite"),
    ("SPD", "positive definite"),
    ("unit sphere", "unit norm"),
    ("one hot", "one-hot"),
]


@pytest.mark.parametrize(("written", "meant"), SPELLED)
def test_properties_are_known_as_people_write_them(written: str, meant: str) -> None:
    assert matrix("X", "n", "n", written) == matrix("X", "n", "n", meant)
    assert declare("X", f"n x n {written}") == declare("X", f"n x n {meant}")


def test_a_slip_in_a_property_is_answered_with_what_was_meant() -> None:
    with pytest.raises(BadInput, match="did you mean 'symmetric'"):
        matrix("X", "n", "n", "symetric")
    with pytest.raises(BadInput, match="did you mean 'symmetric'"):
        declare("X", "n x n symetric invertible")
    with pytest.raises(BadInput, match="known: binary"):
        matrix("X", "n", "n", "purple")


def test_the_readme_lists_every_property() -> None:
    from pathlib import Path

    from derive.symbols import PROPERTIES

    readme = " ".join((Path(__file__).parents[1] / "README.md").read_text("utf-8").split())
    said = readme.split("then any of: ")[1].split(" (a matrix of unit")[0].split(", ")
    assert sorted(PROPERTIES) == sorted(said)


OUTSIDE = [
    ("n simplex", [0.5, 0.6]),
    ("n simplex", [1.5, -0.5]),
    ("n unit norm", [3.0, 4.0]),
    ("n x n orthogonal", [[1.0, 1.0], [0.0, 1.0]]),
    ("n x n toeplitz", [[1.0, 2.0], [3.0, 4.0]]),
    ("n x n positive definite", [[1.0, 2.0], [2.0, 1.0]]),
]
INSIDE = [
    ("n simplex", [0.4, 0.6]),
    ("n unit norm", [0.6, 0.8]),
    ("n x n orthogonal", [[0.6, 0.8], [-0.8, 0.6]]),
    ("n x n toeplitz", [[1.0, 2.0], [3.0, 1.0]]),
    ("n x n positive definite", [[2.0, 1.0], [1.0, 2.0]]),
]


@pytest.mark.parametrize(("declaration", "value"), OUTSIDE)
def test_a_value_without_the_declared_structure_is_refused(declaration: str, value: list[Any]) -> None:
    v = declare("V", declaration)
    assert isinstance(v, Node)
    with pytest.raises(BadInput, match="but its value is not"):
        derive(tr(v.T * v * v.T * v), v).evaluate({v: np.array(value)})


@pytest.mark.parametrize(("declaration", "value"), INSIDE)
def test_a_value_with_the_declared_structure_is_taken(declaration: str, value: list[Any]) -> None:
    v = declare("V", declaration)
    assert isinstance(v, Node)
    assert np.isfinite(derive(tr(v.T * v * v.T * v), v).evaluate({v: np.array(value)})).all()
