"""Claims are found with their places; definitions and shapes are known where a claim needs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.notes.claims import Found, collect
from derive.notes.documents import Fragment, Source, fragments
from derive.notes.expansion import Expansion
from derive.notes.tex import text_of, tokens


def found_in(text: str, suffix: str = ".md") -> Found:
    source = Source(Path("a" + suffix), text)
    return collect([Fragment("math", text, source, 0, display=True)])


def links(found: Found) -> list[str]:
    return [claim.latex.replace(" ", "") for claim in found.claims]


CLAIMS = [
    (r"\nabla_x x^\top x = 2x", [r"\nabla_xx^\topx=2x"]),
    (r"\frac{df}{dx} = a = b", [r"\frac{df}{dx}=a", r"\frac{df}{dx}=b"]),
    (r"\begin{aligned} \frac{df}{dx} &= a \\ &= b \end{aligned}", [r"\frac{df}{dx}=a", r"\frac{df}{dx}=b"]),
    (r"g = \nabla_x f = 2x", [r"\nabla_xf=2x"]),
    (r"\frac{df}{dx} \approx a", []),
    (r"f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}", []),
    (r"\frac{\partial L}{\partial o} = a \in \mathbb{R}^q", [r"\frac{\partialL}{\partialo}=a"]),
    (r"w = w - \eta \nabla_w L", []),
    (r"\frac{d}{dx} (x a x) = ?", []),
]


@pytest.mark.parametrize(("text", "expected"), CLAIMS)
def test_every_link_of_a_chain_is_a_claim(text: str, expected: list[str]) -> None:
    assert expected == links(found_in(text))


def test_a_row_after_a_vanishing_gradient_is_a_claim_up_to_a_factor() -> None:
    found = found_in(r"\nabla_w (w^\top w - b^\top w) = 0 \\ 2w - b = 0 \\ w = b / 2")
    assert [False, True] == [claim.stationary for claim in found.claims]


ASIDES = [
    (r"w = w - \eta \nabla_w L", "a name is given"),
    (r"\frac{df}{dx} \approx a", "no equation"),
    (r"\nabla_x f = [\frac{\partial f}{\partial x_1}, \ldots, \frac{\partial f}{\partial x_n}]^\top", "a convention"),
    (r"\frac{df}{dx} = \frac{d}{dx} f", "another notation"),
    (r"\nabla_x f = \lim_{h \to 0} g(h)", "by a limit"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), ASIDES)
def test_what_claims_nothing_is_an_aside_with_its_reason(text: str, reason: str) -> None:
    found = found_in(text)
    assert [] == found.claims
    assert reason in found.asides[0].reason


EXPANDED = [
    # document, formula, variable, expansion
    (r"$r = Xw - y$ $L = \|r\|^2$", "L", "w", r"(\|(Xw-y)\|^2)"),
    (r"$r = Xw - y$ $L = \|r\|^2$", "L", "r", r"(\|r\|^2)"),
    (r"$S = X^\top X$ $L = w^\top S w$", "L", "w", r"(w^\topSw)"),
    (r"$f(x) = x^2 + 1$", "f(x)", "x", r"(x^2+1)"),
    (r"$f(x) = x^2 + 1$", "f(a + b)", "a", r"((a+b)^2+1)"),
    (r"$f(u, v) = u v$ $u(a) = a^2$ $v(a) = a$", "f", "a", r"((a^2){a})"),
    (r"$w = w - g$ $L = w^2$", "L", "w", r"(w^2)"),
    (r"$a = b$ $b = a$", "a", "c", "a"),
    (r"$y = f(x) = 3x$", "y", "x", "(3x)"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "formula", "variable", "expected"), EXPANDED)
def test_definitions_are_put_in_as_far_as_they_lead_to_the_variable(
    tmp_path: Path, document: str, formula: str, variable: str, expected: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text(document)
    context = collect(fragments(path)).context
    result = Expansion(context, 100, frozenset([variable]))(tokens(formula))
    plainly = text_of(result).replace(" ", "").replace(r"\left", "").replace(r"\right", "")
    assert expected == plainly.replace("{(", "(").replace(")}", ")")


DECLARED = [
    (r"Let $x \in \mathbb{R}^n$ and $A, B \in \mathbb{R}^{m \times n}$.", {"x": "n", "A": "m x n", "B": "m x n"}),
    (r"Suppose that $\mathbf{X}$ is a $n \times m$ matrix, $\mathbf{U}$ is an $n \times r$ and $\mathbf{V}$ is an "
     r"$r \times m$.", {"X": "n x m", "U": "n x r", "V": "r x m"}),
    (r"a matrix $X$ of shape $3 \times 2$; $Z$ will be of shape $2 \times 3$.", {"X": "3 x 2", "Z": "2 x 3"}),
    (r"where $A$ is a symmetric $n \times n$ matrix and $b$ a vector", {"A": "n x n symmetric matrix", "b": "vector"}),
    (r"Let $X$ be a positive definite matrix. Let $A$ be square and invertible.",
     {"X": "positive definite matrix", "A": "invertible"}),
    (r"some fixed column vector $\boldsymbol{\beta}$, a scalar $t$", {"b:\\beta": "vector", "t": "scalar"}),
    (r"Let $x$ and $y$ be $n$-dimensional vectors. Given an $n \times d$ matrix $X$",
     {"x": "n", "y": "n", "X": "n x d"}),
    (r"for $S \in \mathbb{S}_{++}^n$ and $t \in \mathbb{R}$", {"S": "n x n positive definite", "t": "scalar"}),
    (r"through the activation function $\phi$", {"\\phi": "activation"}),
    (r"$x = (x_1, \ldots, x_n)^\top$", {"x": "n"}),
    (r"设矩阵 $A$ 和向量 $b$", {"A": "matrix", "b": "vector"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DECLARED)
def test_shapes_are_declared_in_symbols_and_in_words(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    path = tmp_path / "a.md"
    path.write_text(text)
    said = collect(fragments(path)).context.declarations
    for name, words in expected.items():
        text = " ".join(f"{d.shape} {' '.join(d.properties)} {d.kind}" for d in said[name])
        assert all(word in text for word in words.split()), f"{name}: wanted {words!r}, found {text!r}"


def test_an_equation_broken_by_prose_and_code_is_a_definition(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text(r"\begin{tabular}{ll} sum & $z$ = \verb|np.sum(|${X}$\verb|, axis=0)| & \\ \end{tabular}")
    (definition,) = collect(fragments(path)).context.definitions["z"]
    assert r"\mathbf{1}^\top" in text_of(definition.body)
