"""The command line: what `derive F X` prints."""

from __future__ import annotations

import pytest

from derive.cli import main


@pytest.mark.parametrize(("options", "wanted"), [
    ([],                     "(A + A.T)*x\n"),
    (["--format", "latex"],  "\\left(A + A^\\top\\right) x\n"),
])  # fmt: skip
def test_the_result_alone_is_printed_in_the_format_asked_for(
    options: list[str], wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main(["x^T A x", "x", "--where", "A: n x n; x: n", "--result", *options])
    assert wanted == capsys.readouterr().out
