"""Formulas are cut into chains: rows, columns, remarks and several statements in a line."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest

from derive.errors import BadInput
from derive.notes.statements import statements
from derive.notes.tex import definitions, expand, text_of, tokens, undecorated


def chains(text: str) -> list[list[str]]:
    return [[text_of(side).strip() for side in s.sides] for s in statements(undecorated(tokens(text)))]


TABLE = [
    ("a = b = c", [["a", "b", "c"]]),
    (r"\begin{align} a &= b \\ &= c + d \\ & + e \end{align}", [["a", "b", "c + d + e"]]),
    (r"\begin{align*} a &= b, \\ c &= d. \end{align*}", [["a", "b"], ["c", "d"]]),
    (r"\begin{aligned} a &= b, & c &= d \\ e &= f & g &= h \end{aligned}",
     [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]]),
    (r"a = b \quad \text{and} \quad c = d", [["a", "b"], ["c", "d"]]),
    (r"f(x, y) = \log x \textrm{ with gradient } \nabla f = y", [["f(x, y)", r"\log x"], [r"\nabla f", "y"]]),
    (r"a &= b && \text{for any constant $C$} \\ c &= d & \text{(why?)}", [["a", "b"], ["c", "d"]]),
    (r"a = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", [["a", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"]]),
    (r"a &= 2 \left( b + \right. \\ & \left. c \right) \times \\ & d", [["a", r"2 \left( b + c \right) \times d"]]),
    (r"x, y \in \mathbb{R}^n", [["x, y", r"\mathbb{R}^n"]]),
    (r"\boxed{a = b}", [["a", "b"]]),
    (r"\underbrace{a}_{n} = b \label{eq:1} \tag{3}", [["{a}", "b"]]),
    (r"\begin{cases} a = 1 \\ b = 2 \end{cases}", [["a", "1"], ["b", "2"]]),
    (r"f = \begin{cases} 1 & x > 0 \\ 0 \end{cases}", [["f", r"\begin{cases} 1 & x > 0 \\ 0 \end{cases}"]]),
    (r"a = x^\text{T} y \text{tr}(A)", [["a", r"x^\text{T} y \text{tr}(A)"]]),
    (r"\begin{split} a = {}& b \\ & {} - c \end{split}", [["a", "b - c"]]),
    (r"a := b", [["a", "b"]]),
    (r"a = [b, c]", [["a", "[b, c]"]]),
    (r"a = 0 \\\\ b = 0", [["a", "0"], ["b", "0"]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_formula_is_cut_into_its_chains(text: str, expected: list[list[str]]) -> None:
    assert expected == chains(text)


MACROS = [
    (r"\newcommand{\R}{\mathbb{R}} x \in \R^n", r"x \in \mathbb{R}^n"),
    (r"\newcommand\norm[1]{\left\lVert#1\right\rVert} \norm{x}_2", r"\left\lVert x\right\rVert_2"),
    (r"\newcommand{\pd}[2][f]{\frac{\partial #1}{\partial #2}} \pd{x} \pd[g]{y}",
     r"\frac{\partial f}{\partial x} \frac{\partial g}{\partial y}"),
    (r"\DeclareMathOperator{\Tr}{Tr} \Tr(A)", r"\operatorname{Tr}(A)"),
    (r"\def\v#1{\mathbf{#1}} \v x", r"\mathbf{ x}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MACROS)
def test_macros_are_expanded(text: str, expected: str) -> None:
    macros: dict = {}
    tex = definitions(tokens(text), macros)
    assert expected.replace(" ", "") == text_of(expand(tex, macros)).replace(" ", "")


def test_expanded_tokens_stand_where_the_macro_was_called() -> None:
    macros: dict = {}
    definitions(tokens(r"\newcommand{\a}{x + y}"), macros)
    assert [7, 7, 7, 10] == [tok.at for tok in expand(tokens(r"\a z", 7), macros)]


@pytest.mark.parametrize("body", [r"\a", r"\a\a", r"x\b"])
def test_a_recursive_macro_is_an_error(body: str) -> None:
    macros: dict = {}
    definitions(tokens(rf"\newcommand{{\a}}{{{body}}} \newcommand{{\b}}{{\a\a}}"), macros)
    with pytest.raises(BadInput):
        expand(tokens(r"\a"), macros)


def test_a_macro_that_explodes_is_an_error() -> None:
    macros: dict = {}
    for k in range(30):
        definitions(tokens(rf"\newcommand{{\{chr(97 + k % 26)}{'x' * (k // 26)}}}{{}}"), macros)
    letters = "abcdefghijklmnop"
    for one, two in pairwise(letters):
        definitions(tokens(rf"\newcommand{{\m{one}}}{{\m{two}\m{two}\m{two}\m{two}}}"), macros)
    definitions(tokens(r"\newcommand{\mp}{x}"), macros)
    with pytest.raises(BadInput):
        expand(tokens(r"\ma"), macros)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", ["(" * 9000, "{" * 9000, r"\left(" * 4000, "|" * 9000, r"\begin{a}" * 2000,
                                  "a=" * 50_000,
                                  "[(" * 4000 + ")]" * 4000, "{(" * 5000 + "})" * 5000])  # fmt: skip
def test_hostile_formulas_end_soon(text: str) -> None:
    with suppress(BadInput):
        statements(undecorated(tokens(text)))
