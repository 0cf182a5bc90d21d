"""Derivatives along a motion and along a direction, as control and optimisation texts write them.

Lyapunov: Khalil (3.12); directional derivatives: Boyd and Vandenberghe A.4.1; d A^{-1}/dt: Matrix Cookbook (40).
"""

from __future__ import annotations

import pytest

from derive import verify
from derive.errors import ReadError

STATE = {"x": "n", "A": "n x n", "P": "n x n symmetric", "B": "n x n", "C": "m x n", "u": "n"}
POINT = {"x": "n", "v": "n", "h": "n"}

CLAIMS = [
    (True, r"\frac{d}{dt}(x^\top P x) = x^\top(A^\top P + PA)x, \dot x = Ax", STATE),
    (False, r"\frac{d}{dt}(x^\top P x) = x^\top(A^\top P - PA)x, \dot x = Ax", STATE),
    (True, r"\dot V = x^\top(A^\top P + PA)x, V = x^\top P x, \dot x = Ax", STATE),
    (False, r"\dot V = x^\top(A^\top P + P)x, V = x^\top P x, \dot x = Ax", STATE),
    (True, r"\dot V = 2x^\top P(Ax + u), V = x^\top P x, \dot x = Ax + u", STATE),
    (True, r"\frac{dV}{dt} = 2x^\top P \dot x, V = x^\top P x", STATE),
    (True, r"\frac{d}{dt} C x = C A x, \dot x = A x", STATE),
    (False, r"\frac{d}{dt} C x = C x, \dot x = A x", STATE),
    (True, r"\frac{d}{dt} x^\top P x = 2x^\top P \frac{dx}{dt}", STATE),
    (False, r"\frac{d}{dt} x^\top P x = x^\top P \dot x", STATE),
    (True, r"\frac{d}{dt} AB = \dot A B + A \dot B", STATE),
    (False, r"\frac{d}{dt} AB = \dot A B + \dot B A", STATE),
    (True, r"\frac{d}{dt}A^{-1} = -A^{-1}\frac{dA}{dt}A^{-1}", STATE),
    (False, r"\frac{d}{dt}A^{-1} = -A^{-1}A^{-1}\frac{dA}{dt}", STATE),
    (True, r"D_v f(x) = 2x^\top v, f(x) = \|x\|^2", POINT),
    (False, r"D_v f(x) = x^\top v, f(x) = \|x\|^2", POINT),
    (True, r"\nabla_v f(x) = 2x^\top v, f(x) = \|x\|^2", POINT),
    (True, r"Df(x)h = 2x^\top h, f(x) = \|x\|^2", POINT),
    (True, r"f'(x;h) = 2x^\top h, f(x) = \|x\|^2", POINT),
    (False, r"f'(x;h) = 2x^\top x, f(x) = \|x\|^2", POINT),
    (True, r"Df(x)[h] = \langle\nabla f(x), h\rangle, f(x) = \|x\|^2", POINT),
    (False, r"Df(x)[h] = \frac12\langle\nabla f(x), h\rangle, f(x) = \|x\|^2", POINT),
]


@pytest.mark.parametrize(("right", "text", "where"), CLAIMS)
def test_a_claim_about_what_moves_is_judged(right: bool, text: str, where: dict[str, str]) -> None:
    found = verify(text, where=where)
    assert ("correct" if right else "wrong") == found.status, str(found)


def test_the_direction_is_said() -> None:
    found = verify(r"\nabla_v f(x) = 2x^\top v, f(x) = \|x\|^2", where=POINT)
    assert "the derivative of f(x) along v" in found.assumptions


def test_rates_of_which_some_are_defined_are_asked_about() -> None:
    with pytest.raises(ReadError, match="some of the rates are defined"):
        verify(r"\frac{d}{dt} x^\top P x = 2x^\top P A x + x^\top \dot P x, \dot x = Ax", where=STATE)
