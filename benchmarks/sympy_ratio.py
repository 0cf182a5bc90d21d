"""derive(f, x).result against SymPy's f.diff(x) over the plain SymPy spellings of tests/tables, with fresh symbols."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy

from benchmarks.timing import Figure, fresh, seconds
from derive import derive
from derive.errors import DeriveError
from derive.numeric import evaluate
from derive.sympy_door import convert
from tests.tables import numeric, spellings
from tests.tables.row import Row

REPEAT = 3
FIRST = (
    "Trace(A*X.I*B)", "log(det(X))", "x.T*A*x", "(A*x - b).T*(A*x - b)", "Trace(X.T*A*X*B)", "a.T*X.I*b",
)  # fmt: skip
SETUP = """
import time, sympy
from sympy import *
n = Symbol("n", integer=True, positive=True)
A, B, X = (MatrixSymbol(s, n, n) for s in "ABX")
a, b, x = (MatrixSymbol(s, n, 1) for s in "abx")
"""


def problem(row: Row, suffix: str = "") -> tuple[Any, Any]:
    """The SymPy expression of a row and its variable, every name with this suffix."""
    names: dict[str, Any] = {k: v for k, v in vars(sympy).items() if not k.startswith("_")}
    names |= {"Det": sympy.Determinant, "hadamard_power": spellings.hadamard_module.hadamard_power}
    names["t"] = sympy.Symbol("t" + suffix, real=True)
    for name, declaration in row.declarations.items():
        m, n, properties = numeric.shape_of(declaration)
        if declaration.startswith("scalar"):
            assumption = {"positive": True} if "positive" in properties else {"real": True}
            names[name] = sympy.Symbol(name + suffix, **assumption)
            continue
        sizes = [int(s) if s.isdigit() else sympy.Symbol(s + suffix, integer=True, positive=True) for s in (m, n)]
        names |= {s: size for s, size in zip((m, n), sizes, strict=True) if not s.isdigit()}
        names[name] = sympy.MatrixSymbol(name + suffix, *sizes)
    return eval(row.f, names), names[row.wrt]


def sympy_is_right(row: Row) -> bool:
    """SymPy's derivative agrees with the numerical one, in either layout."""
    f, x = problem(row)
    try:
        node = convert(f.diff(x))
        values, sizes = numeric.instance(row, 1)
        got = np.squeeze(np.asarray(evaluate(node, values, sizes=sizes)))
        wanted = np.squeeze(numeric.derivative(row, {**sizes, **values}))
    except (DeriveError, NotImplementedError, TypeError, ValueError, AttributeError, RecursionError, KeyError):
        return False
    scale = 1e-8 * (1 + np.max(np.abs(wanted)))
    return any(got.shape == w.shape and np.max(np.abs(got - w)) < scale for w in (wanted, wanted.T))


def ratios() -> Iterator[tuple[str, float, float]]:
    """(spelling, seconds of SymPy, seconds of derive) where SymPy is right."""
    for row in spellings.ROWS:
        if sympy_is_right(row):
            make = lambda row=row: problem(row, fresh(""))  # noqa: E731
            theirs = seconds(make, lambda p: p[0].diff(p[1]), REPEAT)
            ours = seconds(make, lambda p: derive(*p).result, REPEAT)
            yield row.name, theirs, ours


def first_call(source: str, call: str) -> float:
    """Seconds of the first call in a fresh process, imports excluded."""
    wrt = "X" if "X" in source else "x"
    timed = f"t = time.perf_counter()\n{call}\nprint(time.perf_counter() - t)"
    code = f"{SETUP}from derive import derive\nf, wrt = {source}, {wrt}\n{timed}"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def import_seconds(module: str, cache: str) -> float:
    """Seconds of an import in a fresh process, with bytecode cached as after any first use."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
        "PYTHONPYCACHEPREFIX": cache
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, env=environment)
    return time.perf_counter() - start


def import_ratio(repeat: int = 7) -> float:
    """import derive over import sympy, interpreter included, the shortest of each."""
    with tempfile.TemporaryDirectory() as cache:
        both = [(import_seconds("derive", cache), import_seconds("sympy", cache)) for _ in range(repeat)]
    return min(ours for ours, _ in both) / min(theirs for _, theirs in both)


def figures() -> Iterator[Figure]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measured = list(ratios())
    found = sorted(theirs / ours for _, theirs, ours in measured)
    slowest = min(measured, key=lambda m: m[1] / m[2])
    yield Figure(
        "SymPy diff / derive, median", statistics.median(found), 100, True, f"{len(found)} expressions SymPy gets right"
    )
    yield Figure("SymPy diff / derive, 5th percentile", found[len(found) // 20], detail=f"least: {slowest[0]}")
    yield Figure("derive, median ms", 1e3 * statistics.median(ours for *_, ours in measured))
    first = [first_call(f, "f.diff(wrt)") / first_call(f, "derive(f, wrt).result") for f in FIRST]
    yield Figure("first call of a process, SymPy / derive, median", statistics.median(first), 5, True)
    yield Figure("import derive / import sympy", import_ratio(), 1.3)


if __name__ == "__main__":
    for figure in figures():
        print(figure)
