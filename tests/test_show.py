"""Derivations on paper: three texts as written by hand, LaTeX within KaTeX, documents that compile, plain data."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from derive import (
    Function,
    Rule,
    d,
    derive,
    exp,
    logdet,
    matrix,
    scalar,
    sigmoid,
    sqnorm,
    tangent,
    tanh,
    tr,
    variable,
    vector,
)  # fmt: skip
from derive.errors import BadInput

from .tables import ALL
from .tables.reading import function
from .tables.reading import variable as wrt
from .tables.row import Row

A, X = matrix("A", "n", "n"), matrix("X", "n", "n")
C, b = matrix("A", "m", "n"), vector("b", "m")
x = vector("x", "n")
S = matrix("S", "n", "n", "symmetric")

ROWS = [pytest.param(row, id=f"{table}: {row.name}") for table, rows in ALL.items() for row in rows]
GREEK = set("alpha beta gamma delta epsilon kappa lambda mu nu pi rho sigma tau phi Sigma Lambda Omega Phi".split())
KATEX = GREEK | set(  # what we use; each is among KaTeX's supported functions
    "begin boldsymbol cdot cos cosh det dots end exp frac hat infty lVert left log lvert mathbb mathbf mathrm max min "
    "nabla ne ge le odot operatorname oslash otimes partial quad rVert right rvert sin sinh sqrt sum tan tanh text "
    "times top".split()
)


# --- text -------------------------------------------------------------------------------------------------------
QUADRATIC = """\
    f = xᵀAx              scalar, by x: n × 1
   df = dxᵀAx + xᵀA dx    product rule
      = xᵀA dx + xᵀAᵀdx   a scalar equals its transpose
      = xᵀ(A + Aᵀ)dx      collect
∂f/∂x = xᵀ(A + Aᵀ)        read off the Jacobian, 1 × n
   ∇f = (A + Aᵀ)x         the gradient is the transposed Jacobian, n × 1

Shape: n × 1, the gradient (numerator layout; the Jacobian is its transpose)"""

LEAST_SQUARES = """\
    f = ‖Ax − b‖²             scalar, by x: n × 1
   df = 2(Ax − b)ᵀd(Ax − b)   squared norm
      = 2(Ax − b)ᵀA dx        linearity
∂f/∂x = 2(Ax − b)ᵀA           read off the Jacobian, 1 × n
   ∇f = 2Aᵀ(Ax − b)           the gradient is the transposed Jacobian, n × 1

Shape: n × 1, the gradient (numerator layout; the Jacobian is its transpose)"""

LOG_DETERMINANT = """\
 f = log det X   scalar, by X: n × n
df = tr(X⁻¹dX)   log-determinant
∇f = X⁻ᵀ         read off the gradient, n × n

Shape: n × n, the gradient (numerator layout; the Jacobian is its transpose)
Conditions: det(X) > 0"""


def test_a_quadratic_form_as_written_by_hand() -> None:
    assert QUADRATIC == derive(x.T * A * x, x).text()


def test_least_squares_as_written_by_hand() -> None:
    assert LEAST_SQUARES == derive(sqnorm(C * x - b), x).text()


def test_a_log_determinant_as_written_by_hand() -> None:
    assert LOG_DETERMINANT == derive(logdet(X), X).text()


def test_the_columns_of_a_text_are_aligned() -> None:
    lines = derive(x.T * A * x, x).text().split("\n\n")[0].splitlines()
    assert {6} == {line.index(" = ") + 1 for line in lines}


def test_every_detail_says_the_result() -> None:
    derivation = derive(sqnorm(C * x - b), x)
    short, normal, full = (derivation.text(detail=d) for d in ("short", "normal", "full"))
    assert len(short) < len(normal) < len(full)
    assert all("2Aᵀ(Ax − b)" in text for text in (short, normal, full))
    assert "squared norm: " in full
    assert "[Matrix Cookbook 131]" in full


def test_full_detail_says_the_conditions_of_a_row() -> None:
    text = derive(logdet(X), X).text(detail="full")
    assert "log-determinant: d(log det Y) = tr(Y⁻¹dY) [Matrix Cookbook 43], if det(X) > 0" in text


def test_full_detail_unfolds_the_steps_of_an_intermediate() -> None:
    W1, W2, y = matrix("W_1", "h", "n"), matrix("W_2", "m", "h"), vector("y", "m")
    derivation = derive(sqnorm(W2 * tanh(W1 * x + vector("b_1", "h")) - y) / 2, W1)
    normal, full = derivation.text(), derivation.text(detail="full")
    assert "da = d(tanh(z))" not in normal
    assert "dz ⊙ (1 − a^⊙2)" not in normal
    assert "da = " in full
    assert "∇f = δxᵀ" in normal


def test_a_row_of_the_user_is_told() -> None:
    y = variable("y")
    swish = Function("swish", lambda s: s, numeric=lambda z: z / (1 + np.exp(-z)), elementwise=True)
    row = Rule("swish", d(swish(y)), (sigmoid(y) + y * sigmoid(y) * (1 - sigmoid(y))) * tangent(y), cite="section 3")
    derivation = derive(swish(A * x).T * x, vector("x", "n"), rules=[row])
    assert "swish" in [step.rule for step in derivation.steps]
    assert all(step.check for step in derivation.steps)
    assert "[section 3]" in derivation.text(detail="full")


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(BadInput, match="unknown detail 'long'; wanted one of short, normal, full"):
        derive(x.T * x, x).text(detail="long")


def test_the_other_layout_is_told() -> None:
    assert "In denominator layout: Aᵀ" in derive(A * x, x).text()
    strict = derive(A * x, x, layout="denominator").text()
    assert "denominator layout: transpose" in strict
    assert "In numerator layout: A" in strict


def test_the_named_answers_for_a_symmetric_variable_are_told() -> None:
    text = derive(tr(A * S), S).text()
    assert "the differential is symmetric" in text
    assert "If all entries vary independently: Aᵀ" in text
    assert "If the entries of vech vary (Matrix Cookbook): A + Aᵀ − diag(diag(A))" in text


def test_a_variable_that_does_not_occur_is_told() -> None:
    assert "b does not occur in f, so the derivative is 0" in derive(x.T * x, b).text()


def test_several_scalars_are_one_variable() -> None:
    x1, x2 = scalar("x_1"), scalar("x_2")
    text = derive(3 * x1**2 + 5 * exp(x2), [x1, x2]).text()
    assert "∂f/∂(x₁, x₂) = [6x₁, 5 exp(x₂)]" in text


def test_a_function_that_holds_an_f_is_called_otherwise() -> None:
    assert derive(vector("f", "n").T * x, x).text().lstrip().startswith("L = ")


def test_a_hessian_is_shown_after_the_gradient() -> None:
    derivation = derive(x.T * A * x, x, order=2)
    assert "∇²f = A + Aᵀ" in derivation.text()
    assert derivation.steps[-1].after is derivation.result
    assert all(step.check for step in derivation.steps)


# --- LaTeX ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", ROWS)
def test_latex_is_well_formed_and_within_katex(row: Row) -> None:
    derivation = derive(function(row), wrt(row), order=row.order)
    for latex in (derivation.latex(), derivation.latex(detail="full", bold=True)):
        well_formed(latex)
        assert set(re.findall(r"\\([A-Za-z]+)", latex)) <= KATEX
        assert latex.isascii()


def well_formed(latex: str) -> None:
    bare = re.sub(r"\\[{}]", "", latex)
    depth = 0
    for c in bare:
        depth += (c == "{") - (c == "}")
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left") == latex.count(r"\right")
    open_: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", latex):
        if kind == "begin":
            open_.append(name)
        else:
            assert name == open_.pop()
    assert not open_
    assert bare.count("$") % 2 == 0


def test_the_aligned_environment_of_a_quadratic_form() -> None:
    assert derive(x.T * A * x, x).latex().splitlines() == [
        r"\begin{aligned}",
        r"f &= x^\top A x && \text{scalar, by $x$: $n \times 1$} \\",
        r"\mathrm{d} f &= \mathrm{d}x^\top A x + x^\top A \mathrm{d}x && \text{product rule} \\",
        r" &= x^\top A \mathrm{d}x + x^\top A^\top \mathrm{d}x && \text{a scalar equals its transpose} \\",
        r" &= x^\top \left(A + A^\top\right) \mathrm{d}x && \text{collect} \\",
        r"\frac{\partial f}{\partial x} &= x^\top \left(A + A^\top\right)"
        r" && \text{read off the Jacobian, $1 \times n$} \\",
        r"\nabla_{x} f &= \left(A + A^\top\right) x"
        r" && \text{the gradient is the transposed Jacobian, $n \times 1$}",
        r"\end{aligned}",
    ]


def test_the_name_of_a_function_of_ones_own_is_no_subscript() -> None:
    my_sin = Function("my_sin", lambda s: s, numeric=np.sin, elementwise=True)
    y = variable("y")
    latex = derive(my_sin(x), x, rules=[Rule("my_sin", d(my_sin(y)), y * tangent(y))]).latex(detail="full")
    assert r"\text{my\_sin" in latex
    assert r"\operatorname{my\_sin}(x)" in latex
    assert not re.search(r"my_sin", latex)


def test_bold_vectors_are_an_option() -> None:
    assert r"\mathbf{x}" in derive(x.T * A * x, x).latex(bold=True)


@pytest.mark.parametrize("row", ROWS[::60])
def test_a_document_is_whole(row: Row, tmp_path: Path) -> None:
    source = derive(function(row), wrt(row), order=row.order).document()
    assert source.startswith(r"\documentclass")
    assert source.rstrip().endswith(r"\end{document}")
    well_formed(source)
    tex = shutil.which("pdflatex")
    if tex is None:
        return  # only the structure can be tested here
    (tmp_path / "page.tex").write_text(source)
    run = subprocess.run(
        [tex, "-interaction=nonstopmode", "-halt-on-error", "page.tex"], cwd=tmp_path, capture_output=True
    )
    assert run.returncode == 0, run.stdout[-2000:]


def test_markdown_holds_the_derivation_and_the_result() -> None:
    markdown = derive(A * x, x).markdown()
    assert markdown.startswith("$$\n\\begin{aligned}")
    assert "- Result: $A$" in markdown
    assert r"- In denominator layout: $A^\top$" in markdown


def test_jupyter_shows_markdown() -> None:
    derivation = derive(A * x, x)
    assert derivation.markdown() == derivation._repr_markdown_()


# --- plain data -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", ROWS[::7])
def test_the_dictionary_is_plain_data(row: Row) -> None:
    derivation = derive(function(row), wrt(row), order=row.order)
    data = json.loads(json.dumps(derivation.to_dict()))
    assert {"function", "wrt", "result", "shape", "layout", "conditions", "notes", "steps"} <= set(data)
    assert len(derivation.steps) == len(data["steps"])
    assert {"correct"} == {s["check"]["status"] for s in data["steps"]}


def test_a_step_in_the_dictionary_names_its_law() -> None:
    step = derive(logdet(X), X).to_dict()["steps"][0]
    assert "log-determinant" == step["rule"]
    assert "Matrix Cookbook 43" == step["law"]["cite"]
    assert "d(log det Y) = tr(Y⁻¹dY)" == step["law"]["text"]


# --- what no matrix can hold ------------------------------------------------------------------------------------
def test_a_matrix_by_a_matrix_is_shown_entry_by_entry_too() -> None:
    B = matrix("B", "p", "q")
    Z = matrix("Z", "n", "p")
    shown = derive(C * Z * B, Z)  # DESIGN and Magnus & Neudecker: d(AXB)_ij/dX_kl = A_ik B_lj
    assert "Entry by entry: ∂(AZB)_ij/∂Z_kl = A_ik B_lj" in shown.text()
    assert "as an array m × q × p × n" in shown.text()
    assert r"\frac{\partial \left(A Z B\right)_{ij}}{\partial Z_{kl}} = A_{ik} B_{lj}" in shown.latex()
    assert shown.to_dict()["index_form"]["text"] == "∂(AZB)_ij/∂Z_kl = A_ik B_lj"
