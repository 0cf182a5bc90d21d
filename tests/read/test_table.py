"""Every formula of the table is read as the expression that stands beside it."""

from __future__ import annotations

import pytest

from derive.errors import ReadError
from derive.numeric import evaluate
from derive.read import read

from .expected import expected, rows

ROWS = [pytest.param(where, text, source, id=f"{group}: {text}") for group, where, text, source in rows()]


def test_the_table_is_large() -> None:
    assert len(ROWS) >= 300


@pytest.mark.parametrize(("where", "text", "source"), ROWS)
def test_formula_is_read_as_its_expression(where: dict[str, str], text: str, source: str) -> None:
    if source == "error":
        with pytest.raises(ReadError):
            read(text, where)
        return
    formula, wanted = read(text, where), expected(where, source)
    assert formula.expression is wanted or _equal_in_value(formula.expression, wanted), (
        f"{formula.expression} is not {wanted}"
    )


def _equal_in_value(a: object, b: object) -> bool:
    """Equal on one random instance, for forms that the engine leaves apart, such as a sum over all entries."""
    import numpy as np

    from derive.nodes import walk

    rng = np.random.default_rng(7)
    sizes = {"n": 3, "m": 2, "d": 3, "N": 4, "K": 2, "k": 2, "p": 3}
    symbols = {s for e in (a, b) for s in walk(e) if s.op == "symbol"}  # type: ignore[arg-type]
    values = {}
    for s in symbols:
        shape = tuple(sizes.get(str(x), x) if not isinstance(x, int) else x for x in s.shape)
        values[s] = rng.uniform(0.5, 1.5, size=shape) if "integer" not in s.properties else np.array([[2.0]])
    if any(n.op in ("item", "expectation") for e in (a, b) for n in walk(e)):  # type: ignore[arg-type]
        return False
    left, right = evaluate(a, values, sizes), evaluate(b, values, sizes)  # type: ignore[arg-type]
    return left.shape == right.shape and np.allclose(left, right, rtol=1e-9)
