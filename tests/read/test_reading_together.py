"""f, the variable and a claim share names and sizes; what is not declared is assumed aloud."""

from __future__ import annotations

import pytest

from derive import verify
from derive.errors import ReadError
from derive.functions import exp, eye, kron, log, ones, sigmoid, sqnorm, sumover, tr
from derive.nodes import Node
from derive.read import read, read_claim, read_macros, read_many
from derive.sizes import named_size
from derive.symbols import Family, matrix, scalar, vector


def test_identity_of_a_claim_gets_its_size_from_the_variable() -> None:
    X = matrix("X", "k", "k")
    reading = read_claim(r"\operatorname{tr}(X)", "X", "I", {"X": "k x k"})
    assert reading.claim is not None and reading.claim.expression is eye("k")
    reading = read_claim(
        r"\operatorname{tr}(A \otimes X)", "X", r"\operatorname{tr}(A) I", {"A": "m x m", "X": "k x k"}
    )
    assert reading.claim is not None and reading.claim.expression is tr(matrix("A", "m", "m")) * eye("k")
    assert reading.wrt.expression is X


def test_ones_of_a_claim_get_their_size_from_the_function() -> None:
    reading = read_claim("x + z", "z", r"\mathbf 1", {"x": "n", "z": "scalar"})
    assert reading.claim is not None and reading.claim.expression is ones("n")


def test_hessian_and_vec_claims_get_the_sizes_of_their_form() -> None:
    reading = read_claim("x^T x", "x", r"2\mathbf{I}", {"x": "n"}, form="hessian")
    assert reading.claim is not None and reading.claim.expression is 2 * eye("n")
    where = {"A": "p x m", "X": "m x n"}
    reading = read_claim("A X", "X", r"I \otimes A", where, form="vec")
    assert reading.claim is not None and reading.claim.expression is kron(eye("n"), matrix("A", "p", "m"))


def test_claim_with_a_differential_says_so() -> None:
    reading = read_claim("X^{-1}", "X", r"-X^{-1} \mathrm{d} X X^{-1}", {"X": "n x n"})
    X = matrix("X", "n", "n")
    assert reading.form == "differential" and reading.claim is not None
    assert reading.claim.expression is -X.I * reading.claim.differentials["X"] * X.I


def test_claim_that_does_not_fit_leaves_the_function_readable() -> None:
    reading = read_claim("x^T A x", "x", "A x + x^T A^T", {"A": "n x n", "x": "n"})
    assert reading.claim is None and "cannot add" in str(reading.error)
    assert reading.f.expression.is_scalar


def test_undeclared_names_follow_conventions_and_are_said() -> None:
    formula = read(r"\|A\mathbf{x} - \mathbf{b}\|^2 + \lambda\|\mathbf{x}\|^2")
    A, x, b = matrix("A", "n", "m"), vector("x", "m"), vector("b", "n")
    assert formula.expression is sqnorm(A * x - b) + scalar(r"\lambda") * sqnorm(x)
    assert formula.assumptions == (
        "A is not declared; read as a matrix of shape (n, m)",
        "x is not declared; read as a vector of shape (m, 1)",
        "b is not declared; read as a vector of shape (n, 1)",
        r"\lambda is not declared; read as a scalar",
    )


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x^T A x", {"A": (2, 2), "x": (2, 1)}),
        (r"(x-\mu)^T\Sigma^{-1}(x-\mu)", {"x": (2, 1), r"\mu": (2, 1), r"\Sigma": (2, 2)}),
        ("Ax + b", {"A": (2, 2), "x": (2, 1), "b": (2, 1)}),
        (r"\sigma(w^T x + b)", {"w": (2, 1), "x": (2, 1), "b": (1, 1)}),
        ("x^2 + 3x", {"x": (1, 1)}),
        (r"\frac{1}{N} \|Xw - y\|^2", {"N": (1, 1), "X": (2, 2), "w": (2, 1), "y": (2, 1)}),
        (r"\operatorname{tr}(AB)", {"A": (2, 2), "B": (2, 2)}),
        (r"\sum_i x_i y_i", {"x": (2, 1), "y": (2, 1)}),
        (r"\alpha x^T y", {r"\alpha": (1, 1), "x": (2, 1), "y": (2, 1)}),
        (r"\mathbf{a}^T \mathbf{X} \mathbf{b} c", {"c": (1, 1)}),
        ("sum(x.^3)", {"x": (2, 1)}),  # what nobody writes for numbers is written for vectors
        ("exp(x) .* y", {"x": (2, 1), "y": (2, 1)}),
        (r"a \odot \sigma(z)", {"a": (2, 1), "z": (2, 1)}),
        ("norm(x - mu)^2 + lambda t^2", {"x": (2, 1), r"\mu": (2, 1), r"\lambda": (1, 1), "t": (1, 1)}),
    ],
)
def test_conventions(text: str, kinds: dict[str, tuple[int, int]]) -> None:
    """1 stands for a size of one, 2 for an open size."""
    symbols = read(text).symbols
    assert kinds == {n: tuple(1 if d == 1 else 2 for d in symbols[n].shape) for n in kinds}


def test_a_greek_word_of_plain_text_is_the_letter_unless_its_letters_are_declared() -> None:
    assert set(read("mu x").symbols) == {r"\mu", "x"}
    assert set(read("nu x", {"n": "scalar", "u": "scalar", "x": "n"}).symbols) == {"n", "u", "x"}


def test_a_star_between_matrices_beside_an_at_sign_is_asked_about() -> None:
    square = dict.fromkeys("ABX", "n x n")
    with pytest.raises(ReadError, match="entry by entry as in NumPy"):
        read("trace(X @ (A * B))", square)
    assert read("2 * trace(X @ A) * trace(B)", square).expression.is_scalar


def test_assumptions_about_ambiguous_signs_are_said() -> None:
    where = {"S": "n x n", "X": "m x n", "x": "n", "y": "n"}
    said = {
        t: read(t, where).assumptions
        for t in (
            r"\exp(S)",
            r"\frac{x}{y}",
            "x^2",
            r"\|X\|_2^2",
            r"\|X\|_2",
            r"\operatorname{softmax}(X)",
            "S^H",
            r"\mathbb{E}[x]",
        )
    }
    assert said == {
        r"\exp(S)": (r"\exp(S) is read as the function of the matrix, not entry by entry (exp_\circ)",),
        r"\frac{x}{y}": (r"\frac{x}{y} is read entry by entry",),
        "x^2": ("x^2 is read entry by entry",),
        r"\|X\|_2^2": (r"\|X\|_2^2 is read as the sum of squares (Frobenius)",),
        r"\|X\|_2": (r"\|X\|_2 is read as the largest singular value",),
        r"\operatorname{softmax}(X)": (r"\operatorname{softmax}(X) is taken of each row",),
        "S^H": ("^H is read as the transpose: every quantity is real",),
        r"\mathbb{E}[x]": ("the expectation is read as a linear operator; derivatives pass inside",),
    }  # fmt: skip


def test_bars_of_a_vector_are_what_the_shapes_ask_for_and_said() -> None:
    where = {"x": "n", "p": "scalar positive"}
    verdict = verify(r"\|x\|_p", "x", r"\frac{x\circ |x|^{p-2}}{\|x\|_p^{p-1}}", where=where)
    assert verdict and "|x| is read entry by entry" in verdict.assumptions
    assert verify(r"\|x\|_3", "x", r"\frac{x\circ |x|}{\|x\|_3^2}", where=where)
    assert read("x/|x|", where).assumptions == ("|x| is read as the norm",)
    with pytest.raises(ReadError, match="may be its norm"):
        verify("p|x|", "p", "|x|", where=where)


def test_symbols_are_keyed_as_declared() -> None:
    formulas = read_many([r"\mathbf{x}^T\boldsymbol\Sigma\mathbf x", "x"], {r"\Sigma": "n x n symmetric", "x": "n"})
    assert formulas[0].symbols == {r"\Sigma": matrix(r"\Sigma", "n", "n", "symmetric"), "x": vector("x", "n")}
    assert formulas[1].expression is vector("x", "n")


def test_symbols_of_the_api_may_be_declarations() -> None:
    A, x = matrix("A", "n", "n", "symmetric"), vector("x", "n")
    assert read("x^T A x", {"A": A, "x": x}).expression is x.T * A * x


def test_definitions_stand_for_expressions() -> None:
    x = vector("x", "n")
    assert read("s^2 + 1", {"x": "n"}, definitions={"s": x.T * x}).expression is (x.T * x) ** 2 + 1


def test_declared_letter_in_front_of_a_bracket_is_a_product() -> None:
    A, x, y = matrix("A", "n", "n"), vector("x", "n"), vector("y", "n")
    assert read("A(x+y)", {"A": "n x n", "x": "n", "y": "n"}).expression is A * (x + y)


def test_sigma_is_a_scalar_when_it_is_declared() -> None:
    s, x = scalar(r"\sigma"), scalar("x")
    assert read(r"\sigma(x + 1)", {r"\sigma": "scalar", "x": "scalar"}).expression is s * (x + 1)
    assert read(r"\sigma(x + 1)", {"x": "scalar"}).expression is sigmoid(x + 1)


def test_declared_words_win_over_functions_and_letters() -> None:
    assert read("tr + x", {"t": "scalar", "r": "scalar", "x": "scalar"}).expression is scalar("t") * scalar(
        "r"
    ) + scalar("x")
    assert read("rate*x", {"rate": "scalar", "x": "scalar"}).expression is scalar("rate") * scalar("x")


MACROS = r"""
\newcommand{\vx}{\mathbf{x}} \newcommand\mA{\mathbf{A}} \renewcommand{\T}{^\top}
\newcommand{\quadratic}[2]{#1\T #2 #1}
\newcommand{\scaled}[2][2]{#1 \cdot #2}
\DeclareMathOperator{\Trace}{tr} \DeclareMathOperator*{\diagonal}{diag}
\def\half{\frac12} \def\outer#1#2{#1 #2^\top} \let\transposed\T
"""


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (r"\quadratic{\vx}{\mA}", "x^T A x"),
        (r"\scaled{\vx}", "2 x"),
        (r"\scaled[3]{\vx}", "3 x"),
        (r"\Trace(\mA)", r"\operatorname{tr}(A)"),
        (r"\diagonal(\vx)", r"\operatorname{diag}(x)"),
        (r"\half \vx", "x/2"),
        (r"\outer{\vx}{\vx}", "x x^T"),
        (r"\vx\transposed \vx", "x^T x"),
        (r"\newcommand{\mine}[1]{#1 + #1}\mine{\vx}", "2x"),
    ],
)
def test_macros_of_a_document(text: str, same: str) -> None:
    where = {"A": "n x n", "x": "n"}
    assert read(text, where, macros=read_macros(MACROS)).expression is read(same, where).expression


def test_error_in_an_expansion_points_at_the_macro() -> None:
    with pytest.raises(ReadError) as caught:
        read(r"x + \bad x", {"x": "n"}, macros={r"\bad": r"\undefined"})
    assert str(caught.value).endswith("x + \\bad x\n      ^^^^")


W, MU, N = vector("w", "n"), vector(r"\mu", "n"), named_size("N")
XS, YS = Family("x_i", (named_size("n"), 1), "i", 1, N), Family("y_i", (1, 1), "i", 1, N)
AS, BS = Family("A_i", (named_size("m"), named_size("n")), "i", 1, N), Family("b_i", (named_size("m"), 1), "i", 1, N)
I = scalar("i", "integer")
X = vector("x", "n")


@pytest.mark.parametrize(
    ("text", "wrt", "body", "said"),
    [
        (r"\sum_{i=1}^N (w^T x_i - y_i)^2", "w", (W.T * XS[I] - YS[I]) ** 2, "vectors of shape (n, 1), i = 1..N"),
        (
            r"\sum_{i=1}^N (\mathbf{w}^\top \mathbf{x}_i - y_i)^2",
            r"\mathbf{w}",
            (W.T * XS[I] - YS[I]) ** 2,
            "vectors of shape (n, 1), i = 1..N",
        ),
        (r"\sum_i \log(1+e^{-y_i w^T x_i})", "w", log(1 + exp(-YS[I] * W.T * XS[I])), "vectors of shape (n, 1)"),
        (r"\sum_i \|x_i - \mu\|^2", r"\mu", sqnorm(XS[I] - MU), "vectors of shape (n, 1), i = 1..N"),
        (r"\sum_{i=1}^N \|x_i - \mu\|^2", r"\mu", sqnorm(XS[I] - MU), "vectors of shape (n, 1), i = 1..N"),
        (r"\sum_{i=1}^N \|A_i x - b_i\|^2", "x", sqnorm(AS[I] * X - BS[I]), "matrices of shape (m, n), i = 1..N"),
    ],
)
def test_indexed_names_are_families_where_entries_do_not_fit(text: str, wrt: str, body: Node, said: str) -> None:
    f, x = read_many([text, wrt])
    assert f.expression is sumover(body, I, 1, N)
    assert any(said in a for a in f.assumptions)
    reading = read_claim(text, wrt, "2" + wrt)
    assert reading.f.expression is f.expression and reading.wrt.expression is x.expression


@pytest.mark.parametrize("text", [r"\sum_{i=1}^N (x_i - \mu)^2", r"\sum_i x_i \log x_i + \mu"])
def test_entries_are_kept_where_they_fit_and_said(text: str) -> None:
    f, _ = read_many([text, r"\mu"])
    assert "x_i is read as the i-th entry of x" in f.assumptions and f.symbols["x"].shape[1] == 1


def test_a_family_stands_in_no_formula_without_its_index() -> None:
    reading = read_claim(r"\sum_i (w^T x_i - y_i)^2", "w", "2X^T(Xw - y)")
    assert reading.claim is None and "without the index" in str(reading.error)


def test_a_claim_about_families_is_judged() -> None:
    f = r"\sum_{i=1}^N (w^T x_i - y_i)^2"
    assert verify(f, "w", r"2\sum_{i=1}^N (w^T x_i - y_i)x_i")
    assert verify(f, "w", r"\sum_{i=1}^N (w^T x_i - y_i)x_i").status == "wrong"


def test_a_family_declared_without_its_range_takes_it_from_the_sum() -> None:
    text = r"\sum_{i=1}^N (w^\top x_i - y_i)^2"
    told = read(text, {"w": "d", "x_i": "d, i=1..N", "y_i": "scalar, i=1..N"}).expression
    assert read(text, {"w": "d", "x_i": "d", "y_i": "scalar"}).expression.shape == told.shape == (1, 1)
    assert str(read(text, {"w": "d", "x_i": "d", "y_i": "scalar"}).expression) == str(told)


@pytest.mark.parametrize(
    "text", ["f(x) = x^T A x", r"J = x^T A x", r"\mathcal{L}(\mathbf x, A) = x^T A x", r"f_\theta^{(1)}(x) := x^T A x"]
)
def test_the_name_that_a_function_gives_itself_is_dropped(text: str) -> None:
    where = {"A": "n x n", "x": "n"}
    assert read_many([text, "x"], where)[0].expression is read("x^T A x", where).expression


@pytest.mark.parametrize("text", ["x = A y", "g = A g", "x^T A x = 1", r"\sin(x) = A x"])
def test_an_equation_that_names_nothing_is_none(text: str) -> None:
    with pytest.raises(ReadError, match="found an equation"):
        read_many([text, "x"], {"A": "n x n", "x": "n", "y": "n"})


def test_a_claim_in_two_forms_is_right_when_both_are() -> None:
    where = {"A": "n x n symmetric", "x": "n"}
    assert verify("x^T A x", "x", "2Ax = (A + A^T)x", where=where)
    assert verify("x^T A x", "x", r"\begin{aligned} & (A + A^T)x \\ &= 2Ax \end{aligned}", where=where)
    for claim in ("2Ax = Ax", "Ax = 2Ax", "2Ax = -2Ax = 2Ax"):
        assert verify("x^T A x", "x", claim, where=where).status == "wrong"
