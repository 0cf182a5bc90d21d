r"""Derivatives by a quantity: \partial / \partial \sigma^2 of a likelihood is by the variance \sigma^2."""

# ruff: noqa: E501 -- a claim stands on a line

from __future__ import annotations

import math

import pytest

from derive import derive, scalar, verify
from derive.errors import BadInput, ReadError

COVARIANCE = {"K": "n x n positive definite"}
NORMAL = r"\ell = -\frac n2\log\sigma^2 - \frac{1}{2\sigma^2}\sum_{i=1}^n (x_i-\mu)^2"


@pytest.mark.parametrize(
    ("equation", "where", "true"),
    [
        (r"\frac{\partial}{\partial \sigma^2}\log\det(K+\sigma^2 I) = \operatorname{tr}((K+\sigma^2 I)^{-1})", COVARIANCE, True),
        (r"\frac{\partial}{\partial \sigma^2}\log\det(K+\sigma^2 I) = 2\sigma\operatorname{tr}((K+\sigma^2 I)^{-1})", COVARIANCE, False),
        (rf"\frac{{\partial \ell}}{{\partial \sigma^2}} = -\frac{{n}}{{2\sigma^2}} + \frac{{1}}{{2\sigma^4}}\sum_{{i=1}}^n (x_i-\mu)^2, {NORMAL}", {"x": "n"}, True),
        (rf"\frac{{\partial \ell}}{{\partial (\sigma^2)}} = -\frac{{n}}{{2\sigma^2}} + \frac{{1}}{{2\sigma^4}}\sum_{{i=1}}^n (x_i-\mu)^2, {NORMAL}", {"x": "n"}, True),
        (rf"\frac{{\partial \ell}}{{\partial \sigma^2}} = -\frac{{n}}{{2\sigma^2}} + \frac{{1}}{{2\sigma^3}}\sum_{{i=1}}^n (x_i-\mu)^2, {NORMAL}", {"x": "n"}, False),
        (rf"\frac{{\partial \ell}}{{\partial \sigma}} = -\frac{{n}}{{\sigma}} + \frac{{1}}{{\sigma^3}}\sum_{{i=1}}^n (x_i-\mu)^2, {NORMAL}", {"x": "n"}, True),
        (r"\frac{\partial}{\partial \sigma^2}\sigma^4 = 2\sigma^2", None, True),
        (r"\frac{\partial}{\partial \sigma^2}\sigma^4 = 12\sigma^2", None, False),
        (r"\frac{d}{d x^2} x^4 = 2x^2", None, True),
        (r"\frac{d^2}{d x^2} x^4 = 12x^2", None, True),
        (r"\frac{\partial^2}{\partial x^2} x^4 = 2x^2", None, False),
        (r"\frac{\partial^2}{\partial (\sigma^2)^2} \log\sigma^2 = -\frac{1}{\sigma^4}", None, True),
        (r"\frac{\partial^2}{\partial \mu\,\partial \sigma^2} \frac{(x-\mu)^2}{2\sigma^2} = \frac{x-\mu}{\sigma^4}", None, True),
        (r"\frac{\partial^3}{\partial y\,\partial x^2} x^2 y = 2", None, True),
        (r"\frac{\partial}{\partial \sigma^2}\log\sigma = \frac{1}{2\sigma^2}", None, True),
        (r"\frac{\partial}{\partial \sigma^2}\log\sigma = \frac{1}{\sigma}", None, False),
    ],
)  # fmt: skip
def test_order_above_says_whether_a_power_below_is_the_variable(
    equation: str, where: dict[str, str] | None, true: bool
) -> None:
    assert verify(equation, where=where).status == ("correct" if true else "wrong")


def test_quantity_is_said() -> None:
    verdict = verify(r"\frac{\partial}{\partial \sigma^2}\log\sigma = \frac{1}{2\sigma^2}")
    assert r"the derivative is by the quantity \sigma^2" in verdict.assumptions
    assert any("sigma is taken as positive" in a for a in verdict.assumptions)


def test_order_that_fits_neither_reading_is_a_question() -> None:
    with pytest.raises(ReadError, match="order 1 above"):
        verify(r"\frac{\partial f}{\partial x^2 \partial y} = 2, f = x^2 y")
    with pytest.raises(BadInput, match="twice"):
        verify(r"\frac{\partial f}{\partial x^2} = 2A, f = x^T A x", where={"A": "n x n", "x": "n"})


def test_power_is_a_variable_of_derive() -> None:
    s, t = scalar("s"), scalar("t")
    d = derive(s**4 * t, s**2)
    assert d.check()
    assert math.isclose(d.evaluate({s: -1.5, t: 2.0}).item(), 2 * 1.5**2 * 2)
    with pytest.raises(BadInput, match="declare s positive"):
        derive(s**3, s**2)
    r = scalar("r", "positive")
    assert math.isclose(derive(r**3, r**2).evaluate({r: 2.0}).item(), 3.0)  # d r^3 / d r^2 = 3 r / 2


def test_conditions_are_about_what_was_written() -> None:
    verdict = verify(
        r"\log\det(K+\sigma^2 I)", r"\sigma^2", r"\operatorname{tr}((K+\sigma^2 I)^{-1})", where=COVARIANCE
    )
    assert verdict
    assert all("'" not in str(c) and "prime" not in str(c) for c in verdict.conditions)
