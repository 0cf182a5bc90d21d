"""Long, deep, endless and binary input ends in our error, soon, and in bounded memory."""

from __future__ import annotations

# ruff: noqa: E501 -- one row a line
import contextlib
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import DeriveError
from derive.read import read, read_equation, split_equations

LIMIT = 1.0  # seconds

ENDLESS = {
    "a million letters": "a" * 10**6,
    "a million terms": "x+" * 500_000,
    "ten thousand braces": "{" * 10**4 + "x" + "}" * 10**4,
    "nine thousand parentheses": "(" * 9_000 + "x" + ")" * 9_000,
    "a macro in itself": r"\newcommand{\a}{\a\a}\a",
    "two macros in each other": r"\def\a{\b\b}\def\b{\a\a}\a",
    "macros that double": "".join(rf"\newcommand{{\a{c}}}{{\a{d}\a{d}\a{d}\a{d}}}" for c, d in zip("bcdefghijklmn", "abcdefghijklm", strict=True)) + r"\newcommand{\aa}{x}\an",
    "two thousand macros": r"\def\a{x}" * 2_000 + r"\a",
    "a macro without arguments": r"\newcommand{\a}[9]{#1#2#3#4#5#6#7#8#9}\a",
    "fractions": r"\frac" * 3_900,
    "open fractions": r"\frac{" * 3_300,
    "roots": r"\sqrt" * 3_900 + "x",
    "powers of powers": "x" + "^{2" * 5_000,
    "powers without braces": "x^" * 9_000 + "2",
    "logarithms": r"\log " * 3_900 + "x",
    "determinants": r"\det " * 3_900 + "A",
    "signs": "-" * 19_000 + "x",
    "conditions": "if " * 660,
    "some commas": "," * 1_900,
    "primes": "x" + "'" * 19_000,
    "sums": r"\sum_{i=1}^n " * 1_500 + "x_i",
    "integrals": r"\int " * 3_000 + "x dx",
    "all bytes": bytes(range(256)).decode("latin1") * 50,
    "zeros": "\x00" * 100,
    "nine thousand terms": "x+" * 9_000 + "x",
    "quotients": "1/" * 9_000 + "x",
    "bars": "|" * 19_000,
    "bars and letters": "|x" * 9_000,
    "norms": r"\|" * 9_000 + "x",
    "brackets": r"\left(" * 3_000 + "x",
    "matrices": r"\begin{bmatrix}" * 1_000 + "1",
    "a wide matrix": r"\begin{bmatrix}" + "1&" * 8_000 + r"1\end{bmatrix}",
    "hats": r"\hat" * 4_900 + "x",
    "fonts": r"\mathbf{" * 2_000 + "x" + "}" * 2_000,
    "a tower of powers": "2^{" * 30 + "9" + "}" * 30,
    "ten to the ten to the ten": "x^{10^{10^{10}}}",
    "a long number": "9" * 15_000,
    "a long exponent": "1e999999",
    "ampersands": "&" * 19_000,
    "rows": "\\\\" * 9_900,
    "equals": "=" * 19_000,
    "commas": "," * 19_000,
    "scripts": "x_" * 9_000,
    "superscripts": "²" * 19_000,
    "combining accents": "x" + "\u0302" * 19_000,
    "a lone surrogate": "\ud800",
    "thirty unknown names": "+".join("abcghijklmnopqrstuvwxyzABCGHIJKLMNOPQRSTUVWXYZ"),
    "an endless sum": r"\sum_{i=1}^{10^{12}} x",
    "an enormous identity": r"\det(I_{1000000000000})",
}  # fmt: skip


@pytest.mark.parametrize("reader", [read, read_equation, split_equations])
@pytest.mark.parametrize("text", [pytest.param(t, id=n) for n, t in ENDLESS.items()])
def test_endless_text_ends_soon(text: str, reader: Callable[[str], Any]) -> None:
    start = time.perf_counter()
    try:
        reader(text)
    except DeriveError as error:
        assert len(str(error)) < 1_000
    assert time.perf_counter() - start < 3 * LIMIT  # slow machines get three times as long


def test_memory_is_bounded() -> None:
    tracemalloc.start()
    for text in (ENDLESS["a million letters"], ENDLESS["macros that double"], ENDLESS["a wide matrix"]):
        with contextlib.suppress(DeriveError):
            read(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


FRAGMENTS = (
    r"\frac \partial \nabla \mathbf{A} \mathbf{x} ^T ^\top ^{-1} ^2 _i _{ij} _F \| | || ( ) [ ] { } \left( \right) \left| \right| + - * .* ./ .^ @ / \cdot \odot "
    r"\otimes \circ = & \\ , . ' \sum_{i=1}^n \sum \int \operatorname{tr} \text{tr} tr \log \det \exp e^ \sigma ( x y A B X w 1 2 0.5 \frac12 \sqrt \hat \bar \vec I "
    r"\mathbf{1} \infty \langle \rangle \begin{bmatrix} \end{bmatrix} \mathbb{E} d \mathrm{d} dX \mapsto _\circ ᵀ ⁻¹ ² ‖ ∑ √ ∂ ∇ σ .T axis=0 \newcommand{\a}{x} \a # \binom \prod_{k=1}^3 "
    r"\operatorname{diag} softmax norm2 vector(1) \max \lim_{t\to0} K_{nn} x_1 X_{12} x^{(1)} \underbrace \tag{1} \quad % $ ~ \, \! ½ \#"
).split(" ")

WHERE = {"A": "n x n", "B": "n x n", "X": "m x n", "x": "n", "y": "n", "w": "n", "k": "scalar"}


def _only_our_errors(text: str) -> None:
    for where in (None, WHERE):
        with contextlib.suppress(DeriveError):
            read(text, where)
    with contextlib.suppress(DeriveError):
        read_equation(text, WHERE)
    chains = []
    with contextlib.suppress(DeriveError):
        chains = split_equations(text)
    for chain in chains:
        assert all(0 <= a <= b <= len(text) for a, b in chain)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(" ".join))
def test_scrambled_mathematics_ends_in_our_errors_only(text: str) -> None:
    _only_our_errors(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=10).map("".join))
def test_scrambled_mathematics_without_spaces_ends_in_our_errors_only(text: str) -> None:
    _only_our_errors(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_ends_in_our_errors_only(text: str) -> None:
    _only_our_errors(text)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_bytes_end_in_our_errors_only(data: bytes) -> None:
    _only_our_errors(data.decode("latin1"))
