"""Derivatives by a member of a family and by an entry: the sum collapses, and what is ambiguous is refused by name."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from derive import BadInput, ReadError, declare, derive, scalar, sqnorm, sumover, taylor, vector, verify
from derive.latex import latex
from derive.symbols import Family
from derive.text import unicode

SUM, PAIRS = r"\sum_{i=1}^N", r"\sum_{i=1}^N \sum_{j=1}^N"
X = {"x_i": "n, i=1..N"}
Z = {"z_j": "scalar, j=1..K"}

# f, the variable, the declarations, and the derivative as a careful hand writes it
ROWS = [
    (r"\sum_{i=1}^N \|x_i\|^2", "x_k", X, "2 x_k"),
    (r"\sum_{i=1}^N \|x_i\|^2", "x_i", X, "2 x_i"),
    (r"\sum_{i=1}^N \|x_i\|^2", "x_1", X, "2 x_1"),
    (r"\sum_{i=1}^N \sum_{j=1}^N \|x_i - x_j\|^2", "x_k", X, r"4 \sum_{i=1}^N (x_k - x_i)"),
    (PAIRS + r"W_{ij} x_i^\top x_j", "x_k", {**X, "W": "N x N"}, SUM + "(W_{ki} + W_{ik}) x_i"),
    (r"\log \sum_{j=1}^K e^{z_j}", "z_k", Z, r"\frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}"),
    (r"\log \sum_{j=1}^K e^{z_j}", "z_k", {"z": "K"}, r"\frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}"),
    (SUM + r"\log(1 + e^{-y_i w^\top x_i})", "x_k",
     {**X, "w": "n", "y_i": "scalar plus or minus one, i=1..N"}, r"-\frac{y_k w}{1 + e^{y_k w^\top x_k}}"),
    (SUM + r"\sum_{j=1}^M x_i^\top A y_j", "y_k", {**X, "y_j": "m, j=1..M", "A": "n x m"},
     r"A^\top" + SUM + "x_i"),
    (SUM + r"\log \sum_{j=1}^N e^{x_i^\top x_j}", "x_k", X, ""),  # a sum in the denominator binds j again
    (r"\log\det(I + \sum_{i=1}^N x_i x_i^\top)", "x_k", X, r"2 (I + \sum_{i=1}^N x_i x_i^\top)^{-1} x_k"),
    (SUM + r"\|x_i - \frac{1}{N} \sum_{j=1}^N x_j\|^2", "x_k", X, r"2 (x_k - \frac{1}{N} \sum_{j=1}^N x_j)"),
    (SUM + r"\operatorname{tr}(X_i^\top A X_i)", "X_k", {"X_i": "n x m, i=1..N", "A": "n x n"}, r"(A + A^\top) X_k"),
    (r"x^\top A x", "x_k", {"A": "n x n", "x": "n"}, r"\sum_{j=1}^n (A_{kj} + A_{jk}) x_j"),
    (r"x^\top A x", "x_2", {"A": "n x n", "x": "n"}, r"\sum_{j=1}^n (A_{2j} + A_{j2}) x_j"),
    (r"\sum_{i=1}^n \sum_{j=1}^n x_i A_{ij} x_j", "x_k", {"A": "n x n", "x": "n"},
     r"\sum_{j=1}^n (A_{kj} + A_{jk}) x_j"),
    (r"\operatorname{tr}(A X)", "X_{ij}", {"A": "n x m", "X": "m x n"}, "A_{ji}"),
    (r"(A X B)_{kl}", "X_{ij}", {"A": "m x n", "X": "n x p", "B": "p x q"}, "A_{ki} B_{jl}"),
    (r"\log\det X", "X_{ij}", {"X": "n x n positive determinant"}, r"(X^{-1})_{ji}"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "where", "claim"), ROWS, ids=[f"{f} by {x}" for f, x, _, _ in ROWS])
def test_member_or_entry(f: str, x: str, where: dict[str, str], claim: str) -> None:
    found = derive(f, x, where=where)
    assert found.check().status == "correct"
    assert not claim or verify(f, x, claim, where=where).status == "correct"
    assert ["correct"] * len(found.steps) == [s.check.status for s in found.steps]


@pytest.mark.parametrize(("f", "x", "where", "claim"), ROWS[:8], ids=[f"{f} by {x}" for f, x, _, _ in ROWS[:8]])
def test_twice_the_derivative_is_wrong(f: str, x: str, where: dict[str, str], claim: str) -> None:
    assert verify(f, x, f"2 ({claim})", where=where).status == "wrong"


def test_a_range_that_is_not_the_whole_family_keeps_its_sum() -> None:
    found = derive(r"\sum_{i=1}^{N-1} \|x_{i+1} - x_i\|^2", "x_k", where=X)
    values = {"x_i": list(np.arange(12.0).reshape(4, 3, 1) ** 2), "N": 4}
    x = np.array(values["x_i"])
    for k in range(4):
        wanted = np.zeros((3, 1))
        if k > 0:
            wanted += 2 * (x[k] - x[k - 1])
        if k < 3:
            wanted -= 2 * (x[k + 1] - x[k])
        np.testing.assert_allclose(found.evaluate({**values, "k": k + 1}), wanted)


# what holds away from the ends of the family, and for which k
INSIDE = [
    (r"\sum_{i=1}^{N-1} \|x_{i+1} - x_i\|^2", "x_k", "for 2 <= k <= N - 1", "2 (2 x_k - x_{k-1} - x_{k+1})"),
    (r"\sum_{i=2}^N \|x_i - x_{i-1}\|^2", "x_k", "for 2 <= k <= N - 1", "2 (2 x_k - x_{k-1} - x_{k+1})"),
    (r"\sum_{i=1}^{N-1} x_i^\top x_{i+1}", "x_k", "for 2 <= k <= N - 1", "x_{k-1} + x_{k+1}"),
    (r"\sum_{i=2}^{N-1} \|x_{i+1} - 2 x_i + x_{i-1}\|^2", "x_k", "for 3 <= k <= N - 2",
     ""),  # only k = 3 of 5 members: verify finds too few instances
    (r"\sum_{i=1}^{N-1} \|x_{i+1} - x_i\|^2", "x_1", "for 1 <= N - 1", "2 (x_1 - x_2)"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "name", "claim"), INSIDE, ids=[f"{f} by {x}" for f, x, _, _ in INSIDE])
def test_away_from_the_ends_of_a_family(f: str, x: str, name: str, claim: str) -> None:
    last = derive(f, x, where=X).steps[-1]
    assert last.rule == name
    assert last.check.status == "correct"
    for printed in (claim, latex(last.after), unicode(last.after), str(last.after)) if claim else ():
        assert verify(f, x, printed, where=X).status == "correct"
        assert verify(f, x, f"2 ({printed})", where=X).status == "wrong"


def test_a_sum_that_never_meets_the_member_is_zero() -> None:
    assert str(derive(r"\sum_{i=2}^N \|x_i\|^2", "x_1", where=X).result) == "zeros(n)"


def test_open_indices_are_axes() -> None:
    rng = np.random.default_rng(0)
    values = {"A": rng.normal(size=(2, 3)), "X": rng.normal(size=(3, 4)), "B": rng.normal(size=(4, 5))}
    found = derive("(A X B)_{kl}", "X_{ij}", where={"A": "m x n", "X": "n x p", "B": "p x q"})
    np.testing.assert_allclose(found.evaluate(values), np.einsum("ki,jl->klij", values["A"], values["B"]))
    one = found.evaluate({**values, "k": 2, "l": 5, "i": 3, "j": 1})
    np.testing.assert_allclose(one, values["A"][1, 2] * values["B"][0, 4])


@pytest.mark.parametrize(
    ("f", "x", "where", "error", "words"),
    [
        (r"\sum_i \|x_i\|^2", "x_k", {"x_i": "n"}, ReadError, "declared without a range"),
        (
            r"\sum_{i=1}^N \sum_{j=1}^{i-1} a_{ij} x_i^\top x_j",
            "x_k",
            {**X, "a_{ij}": "scalar"},
            ReadError,
            "its index i is that of a sum",
        ),
        (r"\sum_{i=1}^N a_{ik} x_i^\top x_k", "x_k", {**X, "a_{ik}": "scalar"}, ReadError, "declared as a constant"),
        (r"\sum_{i=1}^N \sum_{i=1}^N x_i^\top x_i", "x_k", X, BadInput, "the index i is used twice"),
        (r"\|x_1\|^2", "x_9", {"x_i": "n, i=1..5"}, BadInput, "runs from 1 to 5"),
        (r"\|x_1\|^2", "x_0", {"x_i": "n, i=1..N"}, BadInput, "runs from 1 to N"),
    ],
)
def test_what_is_ambiguous_is_refused(
    f: str, x: str, where: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        derive(f, x, where=where)


NESTED = [
    r"(\sum_{i=1}^N y_i b^\top x_i) (\sum_{j=1}^N \log(1 + \sum_{l=1}^N (x_j^\top x_l)^2))",
    r"(\sum_{i=1}^N \sum_{j=1}^N W_{ij} \|x_i - x_j\|^2) (\sum_{j=1}^N e^{b^\top x_j})",
    r"\sum_{i=1}^N \left(\|x_i - \frac{1}{N} \sum_{j=1}^N x_j\|^2 \log(1 + \sum_{j=1}^N (x_i^\top x_j)^2)\right)",
]


@pytest.mark.parametrize("x", ["x_k", "x_1", "b"])
@pytest.mark.parametrize("f", NESTED)
def test_no_index_is_caught_by_a_sum_that_a_factor_is_moved_into(f: str, x: str) -> None:
    where = {**X, "y_i": "scalar, i=1..N", "b": "n", "W": "N x N"}
    assert derive(f, x, where=where).check(count=3).status == "correct"


SCALARS = {"s_i": "scalar, i=1..N"}
SOFTMAX = r"\frac{\exp(s_m)}{\sum_{j=1}^N \exp(s_j)}"
P_K = SOFTMAX.replace("s_m", "s_k")


@pytest.mark.parametrize(
    ("f", "by", "where", "right", "wrong"),
    [
        (SOFTMAX, "s_k", SCALARS, rf"{SOFTMAX} (\delta_{{mk}} - {P_K})",
         [rf"{SOFTMAX} (1 - {P_K})", f"-{SOFTMAX} {P_K}"]),
        (r"\|x_i\|^2", "x_k", X, r"2 \delta_{ik} x_k", [r"2 x_k", r"0 x_k"]),
        (r"\|x_1\|^2", "x_k", X, r"2 \delta_{1k} x_1", [r"2 x_1", r"0 x_k"]),
        (r"\sum_{i=1}^N x_i^\top x_j", "x_k", X, r"x_j + \delta_{kj} \sum_{i=1}^N x_i", ["x_j"]),
        (r"\sum_{i=1}^N \|x_i - x_N\|^2", "x_k", X, r"2(x_k - x_N) - 2 \delta_{k,N} \sum_{i=1}^N (x_i - x_N)",
         ["2(x_k - x_N)"]),
        (r"\sum_{i=1}^N x_i^\top x_1", "x_k", X, r"x_1 + \delta_{1k} \sum_{i=1}^N x_i", ["x_1"]),
    ],
)  # fmt: skip
def test_whether_two_members_are_one_is_left_to_a_kronecker_delta(
    f: str, by: str, where: dict[str, str], right: str, wrong: list[str]
) -> None:
    """delta_mk as in the softmax Jacobian of every course; claims that hold in one of the two cases are wrong."""
    found = derive(f, by, where=where)
    assert found.check().status == "correct"
    assert "δ" in found.text() and r"\delta_{" in found.latex()
    assert verify(f, by, right, where=where).status == "correct"
    assert ["wrong"] * len(wrong) == [verify(f, by, w, where=where).status for w in wrong]


@pytest.mark.parametrize(
    "f",
    [r"\sum_{i=1}^N (\sum_{j=1}^i s_j)^2", r"\sum_{i=1}^2 s_i^2 + \sum_{i=3}^N s_i", r"\sum_{i=1}^{N-1} s_i s_{i+1}"],
)
def test_what_holds_away_from_the_ends_names_no_bound_index_and_no_empty_range(f: str) -> None:
    text = derive(f, "s_k", where=SCALARS).text()
    assert "for k <= i" not in text and "3 <= k <= 2" not in text
    assert ("for 2 <= k <= N - 1" in text) == ("i+1" in f)


def test_a_form_that_is_the_only_one_is_not_shown_twice() -> None:
    assert "own:" not in derive(r"\sum_{i<j} \|x_i-x_j\|^2", "x_k", where=X).text()


def test_the_members_of_a_family_are_those_of_its_range() -> None:
    family = declare("x_i", "n, i=1..3")
    assert isinstance(family, Family)
    assert list(family) == [family[1], family[2], family[3]]
    assert declare("x_i", "n, i in 1..N") == declare("x_i", "n, i=1..N")
    for odd in (0, 4, 1.5):
        with pytest.raises(BadInput, match="runs from 1 to 3"):
            family[odd]
    endless = declare("x_i", "n, i=1..N")
    assert isinstance(endless, Family)
    with pytest.raises(BadInput, match="how many members"):
        list(endless)
    with pytest.raises(BadInput, match="turned round"):
        declare("x_i", "n, i=N..1")


def test_an_order_beyond_what_can_be_written_is_refused() -> None:
    x = vector("x", "n")
    for call in (derive, taylor):
        with pytest.raises(BadInput, match="order must be at most"):
            call(x.T * x, x, order=10**6)  # type: ignore[operator]


STACKED = {"x_i": "n, i=1..N", "y_i": "scalar, i=1..N", "X": "N x n", "y": "N", "w": "n"}


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        (r"\sum_{i=1}^N x_ix_i^T = X^TX", "inconclusive"),
        (r"\sum_{i=1}^N \|x_i\|^2 = \|X\|_F^2", "inconclusive"),
        (r"\nabla_w \sum_{i=1}^N (w^Tx_i - y_i)^2 = 2X^T(Xw-y)", "inconclusive"),
        (r"\sum_{i=1}^N \|x_i\|^2 = 2\sum_{i=1}^N x_i^Tx_i", "wrong"),
        (r"\nabla_w \|Xw-y\|^2 = X^T(Xw-y)", "wrong"),
    ],
)
def test_nothing_says_that_a_matrix_holds_the_members_of_a_family(claim: str, status: str) -> None:
    found = verify(claim, where=STACKED)
    assert found.status == status
    assert status == "wrong" or "holds the members of" in str(found)


def test_a_sum_wants_an_index_and_whole_limits_and_has_no_derivative_by_its_length() -> None:
    x, i = declare("x_i", "n, i=1..N"), scalar("i", "integer")
    assert isinstance(x, Family)
    total = sumover(sqnorm(x[i]), i, 1, "N")
    assert sumover(sqnorm(x[i]), "i", 1, "N") is total
    for odd in (vector("b", "n"), scalar("t"), 3):
        with pytest.raises(BadInput, match="the index of a sum"):
            sumover(sqnorm(x[i]), odd, 1, "N")
    with pytest.raises(BadInput, match="the limits of a sum"):
        sumover(sqnorm(x[i]), i, 1, Fraction(5, 2))
    for size in ("N", "n"):
        with pytest.raises(BadInput, match=f"cannot differentiate by {size}: it is a size"):
            derive(total, scalar(size))
