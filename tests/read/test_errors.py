"""What cannot be read is an error that shows the text, a caret under the place, and what was expected."""

from __future__ import annotations

# ruff: noqa: E501 -- one row a line
import re

import pytest

from derive.errors import BadInput, ReadError, ShapeError
from derive.read import read, read_many

SQUARE = {"A": "n x n", "B": "n x n", "x": "n", "y": "n", "t": "scalar"}
OBLONG = {"A": "m x n", "x": "n", "b": "m", "t": "scalar"}

MALFORMED = [
    ("", "the formula is empty; expected an expression\n  \n  ^"),
    ("x +", "found the end; expected an expression\n  x +\n     ^"),
    ("x * ", "found the end; expected an expression\n  x * \n     ^"),
    ("(x + y", "the bracket ( is never closed; expected )\n  (x + y\n  ^"),
    ("x + y)", ") closes nothing that is open\n  x + y)\n       ^"),
    ("(x + y]", "found ] inside the bracket (; expected )\n  (x + y]\n        ^"),
    (r"\frac{x}{t", "this brace is never closed; expected }\n  \\frac{x}{t\n          ^"),
    (r"x}", "this brace was never opened\n  x}\n   ^"),
    (r"\frac{}{t}", "found }; expected an expression\n  \\frac{}{t}\n        ^"),
    (r"\frac{x}", "found the end; expected an argument\n  \\frac{x}\n          ^"),
    (r"\sqrt", "found the end; expected an argument\n  \\sqrt\n       ^"),
    (r"x^", "found the end; expected a superscript\n  x^\n    ^"),
    (r"x_", "found the end; expected a subscript\n  x_\n    ^"),
    (r"^2 x", "^ follows nothing; expected a symbol before it\n  ^2 x\n  ^"),
    (r"\|x", "this bar is never closed; expected \\|\n  \\|x\n  ^^"),
    (r"|t", "this bar is never closed; expected |\n  |t\n  ^"),
    (r"t|", "this bar is never closed; expected |\n  t|\n   ^"),
    (r"\langle x y \rangle", "found \\rangle; expected a comma between the two parts of the inner product\n  \\langle x y \\rangle\n              ^^^^^^^"),
    (r"\log", "\\log lacks its argument; expected \\log(...)\n  \\log\n      ^"),
    (r"\operatorname{tr} + x", "\\operatorname{tr} is followed by +; expected \\operatorname{tr}(...)\n  \\operatorname{tr} + x\n                    ^"),
    (r"\foo x", "unknown command \\foo; expected a declaration or a macro for it\n  \\foo x\n  ^^^^"),
    (r"x^T \top", "found \\top; expected an operator or the end of the formula\n  x^T \\top\n      ^^^^"),
    (r"\hat{x + y}", "\\hat stands over something that is not a name; expected one symbol\n  \\hat{x + y}\n      ^"),
    (r"\begin{cases} x \end{cases}", "the last piece has no condition; expected value & condition, or otherwise\n  \\begin{cases} x \\end{cases}\n                  ^^^^^^^^^^^"),
    (r"\begin{cases} x & x \end{cases}", "this is no condition; expected a relation such as x > 0\n  \\begin{cases} x & x \\end{cases}\n                    ^"),
    (r"\begin{tabular}{l} x \end{tabular}", "cannot read the environment 'tabular'; expected a matrix or aligned rows\n  \\begin{tabular}{l} x \\end{tabular}\n  ^^^^^^^^^^^^^^^"),
    (r"-\sum_{i=1}^n x_i - 2 y_i", "this term may belong to the sum before it or stand beside it; expected brackets\n  -\\sum_{i=1}^n x_i - 2 y_i\n                    ^^^^^^^"),
    (r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "the rows of this matrix have different lengths: 2, 1\n  \\begin{bmatrix} 1 & 2 \\\\ 3 \\end{bmatrix}\n  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"),
    (r"x = y", "found an equation; expected one expression\n  x = y\n  ^^^^^"),
    (r"x \le y", "cannot read the relation ≤ here; expected an expression, or an equation with =\n  x \\le y\n    ^^^"),
    (r"x \pm y", "cannot read ±; expected one sign\n  x \\pm y\n    ^^^"),
    (r"x + \dots + y", "cannot read dots; expected the terms written out or a sum\n  x + \\dots + y\n      ^^^^^"),
    ("x ? y", "found ?; expected an operator or the end of the formula\n  x ? y\n    ^"),
    ("x\x00y", "cannot read the character U+0000; expected a formula in LaTeX, plain or Unicode mathematics\n  x\x00y\n   ^"),
    ("x + 😀", "cannot read '😀'; expected a formula in LaTeX, plain or Unicode mathematics\n  x + 😀\n      ^"),
    ("x' A f(x)", "f is not declared, so f(...) may be a product or a function; expected a declaration of f, or its definition\n  x' A f(x)\n       ^"),
    (r"\operatorname{CE}(x, y)", "CE is not declared, so CE(...) may be a product or a function; expected a declaration of CE, or its definition\n  \\operatorname{CE}(x, y)\n  ^^^^^^^^^^^^^^^^^"),
    (r"x^T \mathrm{d} x", "a differential stands in this formula; expected a formula without dX, or a declaration of d\n  x^T \\mathrm{d} x\n      ^^^^^^^^^^^^"),
    (r"t / 0", "division by zero\n  t / 0\n  ^^^^^"),
    (r"t^{9999}", "this power is too large; expected an exponent up to 1000\n  t^{9999}\n  ^^^^^^^^"),
    (r"\|x\|_0", "the number of non-zero entries has no derivative; expected another norm\n  \\|x\\|_0\n  ^^^^^^^"),
    (r"2\,000 x", "two numbers side by side; expected one number, or a product sign\n  2\\,000 x\n  ^^^^^^"),
    (r"x^T y \text{ where } A", "the word 'where' stands inside the formula; expected a formula without text\n  x^T y \\text{ where } A\n        ^^^^^^^^^^^^^^"),
    (r"\operatorname{sinc}(t)", "sinc is not declared, so sinc(...) may be a product or a function; expected a declaration of sinc, or its definition\n  \\operatorname{sinc}(t)\n  ^^^^^^^^^^^^^^^^^^^"),
    ("foo(x)", "foo is not declared, so foo(...) may be a product or a function; expected a declaration of foo, or its definition\n  foo(x)\n  ^^^"),
    ("x'*bar(t + 1)", "bar is not declared, so bar(...) may be a product or a function; expected a declaration of bar, or its definition\n  x'*bar(t + 1)\n     ^^^"),
    ("sinx(t) + 1", "sinx is not declared, so sinx(...) may be a product or a function; expected a declaration of sinx, or its definition\n  sinx(t) + 1\n  ^^^^"),
    (r"\int_0^1 t", "this integral has no variable; expected dt\n  \\int_0^1 t\n  ^^^^"),
    (r"\operatorname{rank}(A)", "no derivative is known for rank; expected a function with a rule\n  \\operatorname{rank}(A)\n  ^^^^^^^^^^^^^^^^^^^^^^"),
    ("t*dot(x)", "dot takes 2 arguments, found 1\n  t*dot(x)\n    ^^^^^^"),
    (r"\newcommand{\a}{\a}\a", "the macro \\a expands without end; expected a macro that does not contain itself\n  \\newcommand{\\a}{\\a}\\a\n                     ^^"),
]  # fmt: skip

MISFITS = [
    ("x^T A", OBLONG, "cannot multiply x^T (1, n) by A (m, n)\n  x^T A\n  ^^^^^"),
    ("A + A^T", OBLONG, "cannot add A (m, n) and A^T (n, m)\n  A + A^T\n  ^^^^^^^"),
    ("b + t (A x + x)", OBLONG, "cannot add A x (m, 1) and x (n, 1)\n  b + t (A x + x)\n        ^^^^^^^^^"),
    ("-2x^T A^T + 2b", OBLONG, "cannot add -2x^T A^T (1, m) and 2b (m, 1)\n  -2x^T A^T + 2b\n  ^^^^^^^^^^^^^^"),
    (r"\operatorname{tr}(A)", OBLONG, "cannot take the trace of A (m, n): it is not square\n  \\operatorname{tr}(A)\n                    ^"),
    (r"\det A", OBLONG, "cannot take the determinant of A (m, n): it is not square\n  \\det A\n       ^"),
    ("A^{-1}", OBLONG, "cannot take a power of A (m, n): it is not square\n  A^{-1}\n  ^"),
    ("A^2", OBLONG, "cannot take a power of A (m, n): it is not square\n  A^2\n  ^"),
    (r"A \odot x", OBLONG, "cannot multiply elementwise A (m, n) and x (n, 1)\n  A \\odot x\n  ^^^^^^^^^"),
    (r"\langle x, b \rangle", OBLONG, "inner product of x (n, 1) and b (m, 1)\n  \\langle x, b \\rangle\n  ^^^^^^^^^^^^^^^^^^^^"),
    (r"\frac{x}{b}", OBLONG, "cannot divide x (n, 1) by b (m, 1)\n  \\frac{x}{b}\n  ^^^^^^^^^^^"),
    ("x^T y + 2^x", SQUARE, "an exponent must be a scalar, found x (n, 1)\n  x^T y + 2^x\n            ^"),
    ("x y", SQUARE, "cannot multiply x (n, 1) by y (n, 1)\n  x y\n  ^^^"),
    (r"t_1", SQUARE, "t is a scalar and has no entries\n  t_1\n  ^^^"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MALFORMED)
def test_malformed_text_is_shown_with_a_caret(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(text, SQUARE)
    assert message == str(caught.value)


@pytest.mark.parametrize(("text", "where", "message"), MISFITS)
def test_shapes_that_do_not_fit_are_shown_with_a_caret(text: str, where: dict[str, str], message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(text, where)
    assert message == str(caught.value)
    assert isinstance(caught.value, ShapeError)


@pytest.mark.parametrize("text", ["|x|", "|x|^{3}", "t|x|", r"\operatorname{sum}(|x|)"])
def test_bars_of_a_vector_that_may_be_both_are_a_question(text: str) -> None:
    with pytest.raises(ReadError, match="may be its norm or its absolute values") as caught:
        read(text, SQUARE)
    assert not isinstance(caught.value, ShapeError)


def test_one_index_of_a_matrix_is_a_question() -> None:
    with pytest.raises(ReadError, match="one index of the matrix A"):
        read("A_i", SQUARE)


def test_a_size_that_nothing_fixes_is_a_question() -> None:
    with pytest.raises(ReadError, match="nothing fixes the size of I"):
        read(r"t I", SQUARE)


def test_sum_of_scalar_and_square_matrix_is_refused() -> None:
    with pytest.raises(ShapeError, match="cannot add"):
        read("A + t", SQUARE)


def test_two_equally_likely_readings_are_a_question() -> None:
    with pytest.raises(ReadError, match="may be a"):
        read("A b c")


@pytest.mark.parametrize("key", ["", "2x", "x + y", "{", r"\frac{a}{b}", "x_i_j^"])
def test_a_declaration_needs_a_name(key: str) -> None:
    with pytest.raises(BadInput):
        read("x", {key: "n"})


@pytest.mark.parametrize("where", ["A: n x n; x: n", [("A", "n x n")], 3])
def test_declarations_are_a_mapping(where: object) -> None:
    with pytest.raises(BadInput, match="wants a mapping"):
        read("x", where)  # type: ignore[arg-type]


def test_a_family_shows_its_index() -> None:
    with pytest.raises(BadInput, match="does not show its index"):
        read("x", {"x": "n, i=1..N"})


def test_text_is_wanted() -> None:
    with pytest.raises(ReadError, match="found int; expected a formula as text"):
        read_many([7])  # type: ignore[list-item]


@pytest.mark.parametrize(("text", "where", "message"), [
    (r"\sum_{i=1}^m (\theta^\top x^{(i)} - y^{(i)})^2", {r"\theta": "n"}, "x^{(i)} runs over i and is not declared"),
    (r"\sum_{i=1}^m (\theta^\top x^{(i)})^2", {r"\theta": "n", "x": "n"}, "is the label of a name, and no power"),
])  # fmt: skip
def test_a_raised_label_is_neither_a_constant_nor_a_power(text: str, where: dict[str, str], message: str) -> None:
    with pytest.raises(ReadError, match=re.escape(message)):
        read(text, where)
