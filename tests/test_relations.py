"""Claims that are no derivatives: identities, expansions, and formulas with derivatives inside.

What is true is known from books: Matrix Cookbook 8.2 and (16)-(24), Magnus and Neudecker ch. 2, Boyd and Vandenberghe
A.4, Euler's theorem on homogeneous functions; what is false is a true one with one slip.
"""

from __future__ import annotations

import numpy as np
import pytest

from derive import derive, kron, matrix, vec, verify
from derive.circle import on_circle
from derive.draw import draw_instances
from derive.errors import BadInput, ReadError
from derive.functions import det, inv, logdet
from derive.instance import Instance
from derive.numeric import evaluate

# ruff: noqa: E501 -- tables keep a claim on one line
SQUARE = {"A": "n x n", "B": "n x n", "C": "n x n", "X": "n x n", "H": "n x n", "x": "n", "h": "n", "v": "n"}
LEAST = {"A": "m x n", "b": "m", "x": "n", "h": "n", "v": "n"}
RANDOM = {"A": "n x n", "x": r"n random mean \mu cov \Sigma"}

TRUE = [
    # identities
    (r"\operatorname{tr}(AB) = \operatorname{tr}(BA)", SQUARE, "identity"),
    (r"(AB)^{-1} = B^{-1} A^{-1}", SQUARE, "identity"),
    (r"\|A(x+h)-b\|^2 = \|Ax-b\|^2 + 2(Ax-b)^\top A h + \|Ah\|^2", LEAST, "identity"),
    (r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A\Sigma) + \mu^\top A \mu", RANDOM, "identity"),
    # derivatives inside a formula
    (r"x^\top \nabla_x (x^\top A x) = 2 x^\top A x", SQUARE, "identity"),
    (r"x^\top \nabla_x \|x\|^3 = 3 \|x\|^3", SQUARE, "identity"),
    (r"\nabla^2 f(x) v = 2 A^\top A v, f(x) = \|Ax-b\|^2", LEAST, "identity"),
    # expansions
    (r"(X+H)^{-1} \approx X^{-1} - X^{-1} H X^{-1}", SQUARE, "expansion to degree 1"),
    (r"(X+H)^{-1} = X^{-1} - X^{-1} H X^{-1} + O(\|H\|^2)", SQUARE, "expansion to degree 1"),
    (r"\log\det(X+H) \approx \log\det X + \operatorname{tr}(X^{-1}H) - \frac12\operatorname{tr}(X^{-1}HX^{-1}H)", SQUARE,
     "expansion to degree 2"),
    (r"\log\det(X+tH) = \log\det X + t\operatorname{tr}(X^{-1}H) + o(t)", SQUARE, "expansion to degree 1"),
    (r"(I+A)^{-1} = I - A + A^2 - A^3 + \cdots", SQUARE, "expansion to degree 3"),
    (r"\exp(t) = 1 + t + t^2/2 + \cdots", {}, "expansion to degree 2"),
    (r"f(x) \approx f(v) + 2v^\top(x - v), f(x) = \|x\|^2", SQUARE, "expansion to degree 1"),
    (r"x^\top A x = v^\top A v + v^\top(A + A^\top)(x - v) + O(\|x - v\|^2)", SQUARE, "expansion to degree 1"),
    (r"\ln t = (t - 1) - \frac12(t - 1)^2 + O((t - 1)^3)", {"t": "scalar positive"}, "expansion to degree 2"),
    (r"e^{s + t} \approx 1 + s + t", {"s": "scalar", "t": "scalar"}, "expansion to degree 1"),
    (r"(I - tA)^{-1} \approx I + tA + t^2A^2 + t^3A^3", {"A": "n x n", "t": "scalar"}, "expansion to degree 3"),
    (r"x^\top K x = 0", {"x": "n", "K": "n x n skew"}, "identity"),
    (r"\|x+h\| \approx \|x\| + \frac{x^\top h}{\|x\|}", SQUARE, "expansion to degree 1"),
    (r"f(x+h) \approx f(x) + \nabla f(x)^\top h + \frac12 h^\top \nabla^2 f(x) h, f(x) = \log(1 + e^{v^\top x})", SQUARE,
     "expansion to degree 2"),
]  # fmt: skip

FALSE = [
    (r"\operatorname{tr}(ABC) = \operatorname{tr}(CBA)", SQUARE, "product-order"),
    (r"(AB)^{-1} = A^{-1} B^{-1}", SQUARE, "product-order"),
    (r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A\Sigma) - \mu^\top A \mu", RANDOM, "sign"),
    (r"x^\top \nabla_x \|x\|^3 = 2 \|x\|^3", SQUARE, "factor"),
    (r"(X+H)^{-1} \approx X^{-1} + X^{-1} H X^{-1}", SQUARE, "sign"),
    (r"\log\det(X+H) \approx \log\det X + \operatorname{tr}(X^{-1}H) + \frac12\operatorname{tr}(X^{-1}HX^{-1}H)", SQUARE,
     "sign"),
    (r"f(x+h) \approx f(x) + \nabla f(x)^\top h + h^\top \nabla^2 f(x) h, f(x) = \log(1 + e^{v^\top x})", SQUARE, "factor"),
    (r"(X+H)^{-1} = X^{-1} - X^{-1} H X^{-1} + O(\|H\|^3)", SQUARE, None),
    (r"f(x) \approx f(v) + v^\top(x - v), f(x) = \|x\|^2", SQUARE, "factor"),
    (r"\frac1t \approx 1 - (t - 1) - (t - 1)^2", {"t": "scalar positive"}, "sign"),
    (r"e^{s + t} \approx 1 + s - t", {"s": "scalar", "t": "scalar"}, None),
    (r"x^\top A x = 0", SQUARE, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "where", "layout"), TRUE, ids=lambda v: v if isinstance(v, str) else "")
def test_a_true_relation_is_correct(text: str, where: dict[str, str], layout: str) -> None:
    verdict = verify(text, where=where)
    assert ("correct", layout) == (verdict.status, verdict.layout), verdict


@pytest.mark.parametrize(("text", "where", "kind"), FALSE, ids=lambda v: v if isinstance(v, str) else "")
def test_a_false_relation_is_wrong_and_the_slip_is_named(text: str, where: dict[str, str], kind: str | None) -> None:
    verdict = verify(text, where=where)
    assert "wrong" == verdict.status
    assert verdict.diagnosis is not None and kind in (None, verdict.diagnosis.kind), verdict


def test_the_degree_that_differs_is_said() -> None:
    assert "degree 2" in verify(r"e^{x+h} \approx e^x(1 + h + h^2)", where={"x": "scalar", "h": "scalar"}).message


def test_a_letter_of_the_claim_that_nothing_declares_is_no_mistake_of_the_claim() -> None:
    verdict = verify(r"\nabla_w \log(1 + e^{w^\top x}) = p x", where={"w": "n", "x": "n"})
    assert "inconclusive" == verdict.status and "nothing says what it is" in verdict.message
    defined = verify(r"\nabla_w \log(1 + e^{w^\top x}) = p x, p = \sigma(w^\top x)", where={"w": "n", "x": "n"})
    assert "correct" == defined.status


def test_the_derivative_of_a_letter_is_not_taken_for_zero() -> None:
    with pytest.raises(BadInput, match="f is not defined"):
        verify(r"h^\top \nabla_x f = 0", where={"x": "n", "h": "n", "f": "scalar"})


def test_a_derivative_of_a_derivative_is_derived() -> None:
    assert "A + A.T" == str(derive(r"\nabla_x (x^\top A x)", "x", where={"A": "n x n", "x": "n"}).result)


def test_coefficients_on_a_circle_are_those_of_the_series() -> None:
    X, H = matrix("X", "n", "n"), matrix("H", "n", "n")
    f = logdet(X + H) + det(X + H)
    (instance,) = draw_instances([f, logdet(X)], 1, 7)
    found = on_circle(f, H, instance)
    x, h = (instance.values[s] for s in (X, H))
    m = np.linalg.solve(x, h)
    first = np.trace(m) * (1 + np.linalg.det(x))
    second = -np.trace(m @ m) / 2 + np.linalg.det(x) * (np.trace(m) ** 2 - np.trace(m @ m)) / 2
    assert found is not None
    values, radius = found
    assert np.allclose([first, second], values[1:3, 0, 0] / [radius, radius**2], rtol=1e-8)


def test_a_pole_within_the_circle_is_no_evidence() -> None:
    X, H = matrix("X", 2, 2), matrix("H", 2, 2)
    instance = Instance({}, {X: np.zeros((2, 2)), H: np.array([[1.0, 2.0], [0.5, -1.0]])})
    assert on_circle(inv(X + H), H, instance) is None


@pytest.mark.parametrize("text", [r"\mathbf{K}_f = A + A^\top, f = x^\top A x", r"\Delta \|x\|^2 = 2n", "p = q"])
def test_a_letter_on_one_side_alone_that_nothing_declares_is_asked_about(text: str) -> None:
    with pytest.raises(ReadError, match="stands on one side alone"):
        verify(text, where={"A": "n x n", "x": "n"})


def test_what_no_declaration_ties_to_a_random_vector_is_asked_about() -> None:
    where = {"A": "n x n", "x": "n random", r"\mu": "n", r"\Sigma": "n x n positive definite"}
    verdict = verify(r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A\Sigma) + \mu^\top A \mu", where=where)
    assert "inconclusive" == verdict.status and "declare its moments" in verdict.message


def test_a_counterexample_shows_two_values() -> None:
    verdict = verify(
        r"K_{nm} \operatorname{vec} A = \operatorname{vec} A^\top", where={"A": "m x n"}
    )  # K_{mn} is right
    assert "wrong" == verdict.status and verdict.counterexample is not None
    assert not np.allclose(verdict.counterexample.found, verdict.counterexample.wanted)


@pytest.mark.parametrize(("claim", "status"), [
    (r"\nabla_x^2 (-\mathbf 1^\top \log(b - Ax)) = A^\top \operatorname{diag}(b - Ax)^{-2} A",  "correct"),
    (r"\nabla_x^2 (-\mathbf 1^\top \log(b - Ax)) = -A^\top \operatorname{diag}(b - Ax)^{-2} A", "wrong"),
])  # fmt: skip
def test_a_hessian_is_judged_near_the_end_of_its_domain(claim: str, status: str) -> None:
    """The log barrier: Boyd and Vandenberghe, section 11.2.1."""
    assert status == verify(claim, where=LEAST).status


def test_a_wrong_second_differential_of_another_form_is_wrong() -> None:
    where = {"X": "n x n positive definite", "H": "n x n symmetric"}
    claim = r"D^2 f(X)[H, H] = \operatorname{tr}(X^{-1} H)^2, f(X) = \log\det X"
    assert "wrong" == verify(claim, where=where).status


KRONECKER = {"A": "m x n", "X": "n x p", "B": "p x q"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"\operatorname{vec}(AXB) = (B^\top \otimes A) \operatorname{vec}(X)", "correct"),
        (r"\operatorname{vec}(AXB) = (A \otimes B^\top) \operatorname{vec}(X)", "wrong"),
        (r"K_{np} \operatorname{vec}(X) = \operatorname{vec}(X^\top)", "correct"),
        (r"K_{pn} \operatorname{vec}(X) = \operatorname{vec}(X^\top)", "wrong"),
    ],
)
def test_identities_of_vec_and_the_values_that_refute_them(text: str, status: str) -> None:
    verdict = verify(text, where={n: s for n, s in KRONECKER.items() if n in text})
    assert status == verdict.status
    if verdict.counterexample is not None:
        assert not np.allclose(verdict.counterexample.wanted, verdict.counterexample.found)
    assert ("wrong" == status) == (verdict.counterexample is not None)
    assert "identity layout" not in str(verdict)


def test_a_kronecker_product_times_vec_has_the_value_that_numpy_gives_it() -> None:
    a, b, x = matrix("A", "m", "n"), matrix("B", "p", "q"), matrix("X", "n", "p")
    rng = np.random.default_rng(5)
    values = {"A": rng.normal(size=(2, 3)), "B": rng.normal(size=(4, 5)), "X": rng.normal(size=(3, 4))}
    column = values["X"].T.reshape(-1, 1)
    np.testing.assert_allclose(
        evaluate(kron(b.T, a) * vec(x), {a: values["A"], b: values["B"], x: values["X"]}),
        np.kron(values["B"].T, values["A"]) @ column,
    )
    np.testing.assert_allclose(
        evaluate(kron(a, b.T) * vec(x), {a: values["A"], b: values["B"], x: values["X"]}),
        np.kron(values["A"], values["B"].T) @ column,
    )


def test_a_wrong_gradient_by_vech_is_wrong_and_speaks_of_vech() -> None:
    where = {"S": "n x n positive definite"}
    wrong = verify(
        r"\frac{\partial \log\det S}{\partial \operatorname{vech}(S)} = \operatorname{vech}(S^{-1})", where=where
    )
    assert "wrong" == wrong.status and "vech(S) = " in str(wrong)
    right = verify(
        r"\frac{\partial \log\det S}{\partial \operatorname{vech}(S)} = D_n^\top \operatorname{vec}(S^{-1})",
        where=where,
    )
    assert ("correct", ()) == (right.status, right.conditions)


AT = {"A": "n x n", "X": "n x n", "x": "n", "x_0": "n", "t": "scalar", "s": "scalar", "v": "n"}
ABOUT = [  # first and second orders about a point, as calculus texts state them, and with a slip
    (r"x^TAx = x_0^TAx_0 + x_0^T(A+A^T)(x-x_0) + O(\|x-x_0\|^2)", "correct"),
    (r"x^TAx = x_0^TAx_0 + x_0^T(A-A^T)(x-x_0) + O(\|x-x_0\|^2)", "wrong"),
    (r"x^TAx \approx x_0^TAx_0 + x_0^T(A+A^T)(x-x_0)", "correct"),
    (r"x^TAx \approx x_0^TAx_0 + 2x_0^TA(x-x_0)", "wrong"),
    (r"\ln t = (t-1) - \frac12(t-1)^2 + O((t-1)^3)", "correct"),
    (r"\ln t = (t-1) + \frac12(t-1)^2 + O((t-1)^3)", "wrong"),
    (r"\frac1t \approx 1-(t-1)+(t-1)^2", "correct"),
    (r"\sqrt t \approx 2+\frac{t-4}4", "correct"),
    (r"\sqrt t \approx 2+\frac{t-4}2", "wrong"),
    (r"\log\det X \approx \log\det A + \operatorname{tr}(A^{-1}(X-A))", "correct"),
    (r"\log\det X \approx \log\det A - \operatorname{tr}(A^{-1}(X-A))", "wrong"),
    (r"e^{s+t} \approx 1+s+t", "correct"),  # two small numbers at once
    (r"e^{s+t} \approx 1+s+2t", "wrong"),
]


@pytest.mark.parametrize(("claim", "status"), ABOUT)
def test_expansions_about_a_point_and_in_several_small_ones(claim: str, status: str) -> None:
    names = {k: d for k, d in AT.items() if k in claim}
    assert status == verify(claim, where=names).status


@pytest.mark.parametrize("sign", [r"D_v", r"\nabla_v"])
def test_a_derivative_by_what_does_not_occur_is_asked_about(sign: str) -> None:
    verdict = verify(sign + r" (x^TAx) = v^T(A+A^T)x", where=AT)
    assert verdict.status == "inconclusive"
    assert "one along v is written D f(x)[v]" in verdict.message


EXP7 = r"1+t+\frac{t^2}2+\frac{t^3}6+\frac{t^4}{24}+\frac{t^5}{120}+\frac{t^6}{720}+\frac{t^7}{5040}"
COS6 = r"\cos t = 1-\frac{t^2}{2}+\frac{t^4}{24}-\frac{t^6}{720}"
SERIES = [  # the textbook series to high degree; and with the last term turned, or left out
    (COS6 + r"+\frac{t^8}{40320}+O(t^{10})", "correct"),
    (COS6 + r"-\frac{t^8}{40320}+O(t^{10})", "wrong"),
    (COS6 + r"+O(t^{10})", "wrong"),
    (r"\sin t = t-\frac{t^3}{6}+\frac{t^5}{120}-\frac{t^7}{5040}+\frac{t^9}{362880}+O(t^{11})", "correct"),
    (r"\sin t = t-\frac{t^3}{6}+\frac{t^5}{120}-\frac{t^7}{5040}+O(t^{11})", "wrong"),
    (f"e^t = {EXP7}" + r"+\frac{t^8}{40320}+O(t^9)", "correct"),
    (f"e^t = {EXP7}" + r"-\frac{t^8}{40320}+O(t^9)", "wrong"),
    (r"\frac{1}{1+t^2} = 1-t^2+t^4-t^6+t^8+O(t^{10})", "correct"),
    (r"\frac{1}{1+t^2} = 1-t^2+t^4-t^6-t^8+O(t^{10})", "wrong"),
    (r"\frac{1}{1-t} = 1+t+t^2+t^3+t^4+t^5+t^6+t^7+t^8+O(t^9)", "correct"),
    (r"\log(1+t) = t-\frac{t^2}2+\frac{t^3}3-\frac{t^4}4+\frac{t^5}5-\frac{t^6}6+\frac{t^7}{7}+O(t^8)", "correct"),
    (r"\log\cosh t = \frac{t^2}2-\frac{t^4}{12}+\frac{t^6}{45}+O(t^8)", "correct"),
    (r"(I-tA)^{-1} = I+tA+t^2A^2+t^3A^3+t^4A^4+t^5A^5+t^6A^6+O(t^7)", "correct"),
    (r"(I-tA)^{-1} = I+tA+t^2A^2+t^3A^3+t^4A^4+t^5A^5-t^6A^6+O(t^7)", "wrong"),
]


@pytest.mark.parametrize(("claim", "status"), SERIES)
def test_series_are_judged_to_their_last_term(claim: str, status: str) -> None:
    assert status == verify(claim, where={"t": "scalar", "A": "n x n"}).status


@pytest.mark.parametrize(
    "text", [r"\exp(-100\|x\|^2) = 0", r"10^{-14} x^\top x = 0", r"x^\top K x = 10^{-20} x^\top x"]
)
def test_what_is_only_tiny_is_not_taken_for_zero(text: str) -> None:
    assert "correct" != verify(text, where={"x": "n", "K": "n x n skew"}).status
