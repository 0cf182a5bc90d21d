"""Writes docs/identities.md, every identity of the tables beside what this package prints for it.

python -m tests.tables.document
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from derive import Hessian
from derive.latex import latex
from tests.agreement import derivation

from . import cookbook, hessians, losses, textbook, wikipedia
from .row import Row, latex_name

__all__ = ["PAGE", "document"]

PAGE = Path(__file__).parents[2] / "docs" / "identities.md"

HEAD = """# Identities

Written by `python -m tests.tables.document`; `tests/test_identities_page.py` keeps it current. Every row is derived by the engine and agrees with an
independent NumPy function (`tests/tables/`). A scalar's derivative is shown as its gradient, in the shape of the variable; a
Jacobian in numerator layout; rows named *numerator* and *denominator* in the layout of that column. Four-index derivatives
are shown as differentials.
"""

TABLES = (
    ("The Matrix Cookbook, version 2012-11-15", cookbook.ROWS),
    ("Wikipedia, *Matrix calculus*", wikipedia.ROWS),
    ("Losses that people write", losses.ROWS),
    ("The form of a textbook", textbook.FIRST),
    ("Hessians", hessians.ROWS),
)


def document() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for title, rows in TABLES for line in section(title, rows)), *errata()]).rstrip() + "\n"


def section(title: str, rows: tuple[Row, ...]) -> Iterator[str]:
    """One table of the page."""
    yield from (f"## {title}", "", "| | f | by | derived | printed in the source |", "|---|---|---|---|---|")
    for row in rows:
        if row.kind in ("derivative", "differential") or rows is hessians.ROWS:
            yield f"| {row.name.replace('|', '/')} | {cell(row.latex)} | {cell(latex_name(row.wrt))} | {cell(derived(row))} | {cell(row.book_latex)} |"
    yield ""


def derived(row: Row) -> str:
    """What this package prints for a row."""
    d = derivation(row)
    if isinstance(d, Hessian):
        return d.named(tex=True)
    return latex(d.differential if row.kind == "differential" else d.result)


def cell(formula: str) -> str:
    """A formula in a Markdown table, where a bar would end the cell."""
    return "$" + formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ") + "$"


def errata() -> Iterator[str]:
    """What the sources print otherwise."""
    yield from ("## Errata of the sources", "")
    for title, rows in TABLES:
        for row in rows:
            if row.erratum:
                yield f"- {title}, ({row.name}): {row.erratum}"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(document(), encoding="utf-8")
