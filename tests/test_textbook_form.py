"""Every row of the textbook table is printed as a person would write it, up to the order of commuting parts."""

from __future__ import annotations

import pytest

from derive.naming import named
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


def forms_of(text: str, row: Row) -> tuple[str, dict[str, str]]:
    """The form of a printed result, and of every intermediate that it names: `diag(s) − ssᵀ where s = softmax(x)`."""
    shapes = shapes_of(row)
    body, _, where = text.partition(" where ")
    definitions = (part.split(" = ") for part in where.split(", ") if part)
    named = {python_syntax(name, shapes): form(python_syntax(meaning, shapes), shapes) for name, meaning in definitions}
    return form(python_syntax(body, shapes), shapes), named


@pytest.mark.parametrize("row", textbook.FIRST, ids=lambda row: row.name)
def test_result_is_printed_as_in_the_textbook(row: Row) -> None:
    d = derivation(row)
    printed = named(d.result, unicode, hints=[d.function])
    wanted, definitions = forms_of(row.printed, row)
    got, names = forms_of(printed, row)
    assert wanted == got, printed
    assert definitions.items() <= names.items(), printed


@pytest.mark.parametrize("row", textbook.FIRST, ids=lambda row: row.name)
def test_result_is_right(row: Row) -> None:
    assert_derived(row)


@pytest.mark.parametrize("row", textbook.ROWS, ids=lambda row: row.name)
def test_the_table_says_the_same_on_paper_and_in_python(row: Row) -> None:
    shapes = shapes_of(row)
    paper = row.printed.partition(" where ")[0].partition(";")[0]
    assert form(row.book, shapes) == form(python_syntax(paper, shapes), shapes)
