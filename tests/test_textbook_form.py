"""Every row of the textbook table is printed as a person would write it, up to the order of commuting parts."""

from __future__ import annotations

import pytest

from derive.text import unicode
from tests.agreement import assert_derived, derivation
from tests.tables import textbook
from tests.tables.form import form, named_forms
from tests.tables.numeric import shape_of
from tests.tables.paper import python_syntax
from tests.tables.row import Row


def shapes_of(row: Row) -> dict[str, tuple[str, str]]:
    """The shapes of a row's symbols and of the intermediates that its form names."""
    shapes = {name: shape_of(declaration)[:2] for name, declaration in row.declarations.items()}
    return named_forms(row.named, shapes)[1]


@pytest.mark.parametrize("row", textbook.FIRST, ids=lambda row: row.name)
def test_result_has_the_form_of_the_textbook(row: Row) -> None:
    shapes = shapes_of(row)
    wanted, _, _ = row.printed.partition(" where ")
    printed = unicode(derivation(row).result)
    assert form(python_syntax(wanted, shapes), shapes) == form(python_syntax(printed, shapes), shapes), printed


@pytest.mark.parametrize("row", textbook.FIRST, ids=lambda row: row.name)
def test_result_is_right(row: Row) -> None:
    assert_derived(row)


@pytest.mark.parametrize("row", textbook.ROWS, ids=lambda row: row.name)
def test_the_table_says_the_same_on_paper_and_in_python(row: Row) -> None:
    shapes = shapes_of(row)
    paper = row.printed.partition(" where ")[0].partition(";")[0]
    assert form(row.book, shapes) == form(python_syntax(paper, shapes), shapes)
