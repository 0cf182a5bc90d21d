"""Documents become fragments with their places; quoted and commented text does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.errors import BadInput
from derive.notes.documents import documents, fragments

TEX = r"""\documentclass{article}
\newcommand{\R}{\mathbb{R}}
\begin{document}
Let $x \in \R^n$. % a comment with $y$
\begin{verbatim}
$not maths$
\end{verbatim}
\[ f(x) = x^\top x \]
\begin{align*}
\nabla f &= 2x \\
  &= x + x
\end{align*}
\iffalse $hidden$ \fi
\(a\) and \verb|$b$|
\end{document}
"""

MD = r"""# Title with $t$

Prose with \(a\) and $b$, `$code$` and
$$
\nabla f(x) = 2x
$$
more prose $$c = d$$ here.

    $indented code$

```python
x = "$fenced$"
```

\begin{align}
e &= f
\end{align}

> a quotation with
> $$g = h$$
"""


def maths(path: Path) -> list[str]:
    return [f.text.strip() for f in fragments(path) if f.kind == "math"]


def test_tex_gives_inline_and_display_maths_and_nothing_verbatim(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text(TEX)
    found = maths(path)
    assert [r"x \in \R^n", r"f(x) = x^\top x"] == found[:2]
    assert found[2].startswith(r"\begin{align*}")
    assert ["a"] == found[3:]


def test_markdown_gives_dollar_bracket_and_environment_maths(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(MD)
    found = maths(path)
    assert ["t", "a", "b", r"\nabla f(x) = 2x", "c = d"] == found[:5]
    assert found[5].startswith(r"\begin{align}")
    assert "g = h" in found[6]


@pytest.mark.parametrize(("name", "text"), [("a.tex", TEX), ("a.md", MD)])
def test_every_fragment_of_maths_stands_where_it_says(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    for fragment in fragments(path):
        if fragment.kind == "math" and not fragment.text.startswith(">"):
            first = fragment.text.strip().splitlines()[0]
            assert first in text[fragment.start : fragment.start + len(fragment.text) + 1]


def test_lines_and_columns_count_from_one(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one\n\ntwo $x$\n")
    (fragment,) = (f for f in fragments(path) if f.kind == "math")
    assert (3, 6) == fragment.source.place(fragment.start)


def test_a_dollar_block_needs_no_blank_line_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Hence\n$$\na\n- b\n+ c\n$$\nand so on.\n")
    assert ["a\n- b\n+ c"] == maths(path)


def notebook(*cells: tuple[str, str]) -> str:
    made = [{"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True), "id": f"c{k}",
             **({"outputs": [], "execution_count": None} if kind == "code" else {})}
            for k, (kind, text) in enumerate(cells)]  # fmt: skip
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def test_a_notebook_is_its_markdown_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    text = notebook(("markdown", "first $a$"), ("code", "'$b$'"), ("markdown", "second\n\n$c$"))
    path.write_text(text)
    found = [f for f in fragments(path) if f.kind == "math"]
    assert [("a", 0), ("c", 2)] == [(f.text, f.source.cell) for f in found]
    lines = text.splitlines()
    assert ["first" in lines[found[0].source.before], "second" in lines[found[1].source.before]] == [True, True]


def test_a_folder_stands_for_its_documents(tmp_path: Path) -> None:
    for name in ("b.md", "a.tex", "c.txt", ".hidden.md", "sub/d.ipynb", ".git/e.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert ["a.tex", "b.md", "sub/d.ipynb"] == [str(p.relative_to(tmp_path)) for p in documents([tmp_path])]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"", "cannot read .pdf"),
        ("a.md", b"\xff\xfe\x00", "not UTF-8"),
        ("a.md", b"x\0y", "binary"),
        ("a.ipynb", b"{]", "not a notebook"),
        ("a.ipynb", b'{"cells": 3}', "not a notebook"),
    ],
)
def test_unusable_files_are_errors(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        fragments(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        fragments(tmp_path / "none.md")
