r"""latex2sympy2 in its cage: what it reads, that it leaves no trace, and that it agrees with our own reader."""

from __future__ import annotations

# ruff: noqa: E501 -- one row a line
import contextlib
import subprocess
import sys

import pytest
import sympy

from derive.errors import ReadError
from derive.numeric import evaluate
from derive.read import read
from derive.read.islands import caged

WHERE = {"a": "scalar", "b": "scalar positive", "x": "n", "A": "n x n"}


@pytest.mark.parametrize(
    "text",
    [
        r"\int_0^1 x^T x t dt",
        r"\int a t dt",
        r"\int_0^\infty e^{-a t} dt",
        r"\int_0^1",
        r"\prod x",
        r"\int_0^1 \det A t dt",
        r"\binom{x}{2}",
    ],
)
def test_island_without_a_closed_form_is_an_error(text: str) -> None:
    with pytest.raises(ReadError):
        read(text, WHERE)


def test_importing_derive_does_not_load_the_second_reader() -> None:
    code = "import derive.read, sys; sys.exit('latex2sympy2' in sys.modules or 'antlr4' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_cage_leaves_no_state_behind() -> None:
    import latex2sympy2

    before = dict(latex2sympy2.variances), dict(latex2sympy2.var), latex2sympy2.frac_type
    for source in (r"\variable{v0} = 3", r"\dfrac{\variable{v0}}{2}", "x +", r"\int_0^1 t dt"):
        with contextlib.suppress(ValueError):
            caged(source, 1)
    assert before == (latex2sympy2.variances, latex2sympy2.var, latex2sympy2.frac_type)


@pytest.mark.parametrize("source", ["q", r"\variable{v1}", r"\int \variable{v0} t dt"])
def test_nothing_but_placeholders_leaves_the_cage(source: str) -> None:
    with pytest.raises(ValueError, match="free in it"):
        caged(source, 1)


SCALARS = [
    r"\frac{a}{b}", r"\frac12 a", r"a^2 + 3 a b - b^{3}", r"\sqrt{a^2 + b}", r"\sqrt[3]{b}", r"\sin(a) \cos(b)", r"\sin^2(a) + 1", r"e^{a b}", r"\exp(a - b)", r"\ln(b)",
    r"\log_2(b)", r"\tan(a)^2", r"\sinh(a) + \cosh(b)", r"\frac{a^2 - 1}{b + 1}", r"-a^{2}", r"(a + b)(a - b)", r"2 \cdot a \cdot b", r"\left(a + \frac{1}{b}\right)^{2}", r"|a|", r"\pi a",
    r"\sum_{k=1}^{4} k a", r"a^{-1} b^{1/2}", r"\dfrac{1}{1 + e^{-a}}", r"\arctan(a)", r"\tanh(a)",
]  # fmt: skip


@pytest.mark.parametrize("text", SCALARS)
def test_both_readers_agree_on_scalar_formulas(text: str) -> None:
    ours = read(text, WHERE).expression
    words = {r"\sin": "@1", r"\cos": "@2", r"\tan": "@3", r"\sinh": "@4", r"\cosh": "@5", r"\tanh": "@6", r"\arctan": "@7", r"\frac": "@8", r"\dfrac": "@9", r"\exp": "@a!", r"\left": "@c", r"\pi": "@d"}  # fmt: skip
    source = text
    for word in sorted(words, key=len, reverse=True):
        source = source.replace(word, f"<{list(words).index(word)}>")
    source = source.replace("a", r"\variable{v0}")
    for k, word in enumerate(words):
        source = source.replace(f"<{k}>", word)
    source = (
        source.replace("v@b", "")
        .replace(" b", r" \variable{v1}")
        .replace("{b", r"{\variable{v1}")
        .replace("(b", r"(\variable{v1}")
    )
    theirs, (a, b) = caged(_complete(source), 2)
    values = {"a": 0.7, "b": 1.3}
    expected = float(sympy.N(theirs.subs({a: values["a"], b: values["b"]}).doit()))
    assert float(evaluate(ours, values).reshape(())) == pytest.approx(expected, rel=1e-12)


def _complete(source: str) -> str:
    """What our own tokenizer does for people: \\frac12 has two arguments."""
    return source.replace(r"\frac12", r"\frac{1}{2}")
