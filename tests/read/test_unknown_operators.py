"""Upright words that may be operators: asked about, never taken for a factor."""

from __future__ import annotations

import pytest

from derive.errors import ReadError
from derive.read import read

SCALARS = dict.fromkeys(("x", "a", "c", r"\sigma"), "scalar")


@pytest.mark.parametrize("text", [r"\operatorname{foo} x^2", r"2\operatorname{trc} x", r"\operatorname{div} x"])
def test_an_upright_word_before_its_argument_is_no_factor(text: str) -> None:
    with pytest.raises(ReadError, match=r"the operator (foo|trc|div) is not known"):
        read(text, SCALARS)


def test_an_upright_word_alone_or_declared_is_a_quantity() -> None:
    assert "loss" in read(r"\mathrm{loss}^2 + 1").symbols
    assert read(r"\mathrm{rate}\, x", {**SCALARS, "rate": "scalar"}).expression.is_scalar
