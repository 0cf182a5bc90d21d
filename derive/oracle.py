"""Derivatives of f from values of f alone: complex steps, and Ridders' extrapolated differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Array
from .instance import Instance, member
from .nodes import Node

STEP = 1e-30


def variable(instance: Instance, wrt: Node) -> Array:
    """The value of the variable: of a symbol, or of a member of a family."""
    if wrt.op == "item":
        return instance.values[wrt.param][member(instance, wrt)]
    return instance.values[wrt]


def complex_step(f: Node, wrt: Node, instance: Instance, d: Array) -> tuple[Array, list[Any]]:
    """df along the directions d (k, m, n), one row each, and all values that f was computed from, after the step."""
    with np.errstate(all="ignore"):
        value, cells = instance.rerun(f, wrt, variable(instance, wrt) + (1j * STEP) * d)
    df = value.imag / STEP
    if df.ndim < 3 or len(df) != len(d):  # f does not move
        df = np.broadcast_to(df, (len(d), *df.shape[-2:]))
    return df.reshape(len(d), -1), cells


def fastest(cells: list[Any]) -> float:
    """The largest rate of change of any value after a complex step."""
    moved = (c.imag for c in cells if type(c) is np.ndarray and c.dtype.kind == "c")
    return max((float(np.abs(c).max()) for c in moved), default=0.0) / STEP


def differences(f: Node, wrt: Node, instance: Instance, d: Array) -> tuple[Array, float]:
    """df along one direction by Ridders' method, and its error."""
    return ridders(lambda x: instance.rerun(f, wrt, x)[0].reshape(-1), variable(instance, wrt), d)


def ridders(f: Callable[[Array], Array], at: Array, d: Array) -> tuple[Array, float]:
    """The derivative of f along d by central differences extrapolated to h = 0, and its error: what the last
    extrapolation changed, and rounding. (C. Ridders, Accurate computation of F'(x), 1982.)"""
    error = float("inf")
    previous: list[Array] = []
    h = 0.05 * max(1.0, float(np.abs(at).max()))
    with np.errstate(all="ignore"):
        here = f(at)
        best, floor = np.full_like(here, np.nan), 1e-15 * float(np.abs(here).max())
        for _ in range(12):
            row = [(f(at + h * d) - f(at - h * d)) / (2 * h)]
            if not np.isfinite(row[0]).all():  # the step leaves the domain, as of log: begin with a shorter one
                previous, h = [], h / 2
                continue
            for k, p in enumerate(previous):
                row.append(row[k] + (row[k] - p) / (4 ** (k + 1) - 1))
            if previous:
                estimate = float(np.abs(row[-1] - previous[-1]).max()) + floor / h
                if estimate < error:
                    best, error = row[-1], estimate
            previous, h = row, h / 2
    return best, error


def numerical_jacobian(f: Node, wrt: Node, instance: Instance) -> Array:
    """df_ij / dx_kl by complex steps, one along each unit matrix: the array (*shape of f, *shape of wrt)."""
    at = variable(instance, wrt)
    units = np.eye(at.size).reshape(at.size, *at.shape)
    wanted, _ = complex_step(f, wrt, instance, units)
    return wanted.T.reshape(*instance.value(f).shape, *at.shape)


def numerical_hessian(f: Node, wrt: Node, instance: Instance) -> Array:
    """d2f / d(vec x) d(vec x)^T: Ridders' differences, along every unit matrix, of the complex-step gradient."""
    at = variable(instance, wrt)
    units = np.eye(at.size).reshape(at.size, *at.shape, order="F")
    gradient = _stepped_gradient(f, wrt, instance, units)
    h = np.array([ridders(gradient, at, u)[0] for u in units])
    return (h + h.T) / 2


def _stepped_gradient(f: Node, wrt: Node, instance: Instance, units: Array) -> Callable[[Array], Array]:
    def at(x: Array) -> Array:
        value, _ = instance.rerun(f, wrt, x + (1j * STEP) * units)
        return np.broadcast_to(value.imag / STEP, (len(units), 1, 1)).reshape(-1)

    return at
