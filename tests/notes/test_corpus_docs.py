"""Whole documents: every claim that their manifest calls false is reported wrong, and none that it calls true is."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from derive.notes import Entry, Report, check_notes

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "docs-dev"
DOCUMENTS = (
    [json.loads(line) for line in (CORPUS / "MANIFEST.jsonl").read_text().splitlines()] if CORPUS.is_dir() else []
)
CLAIMS = [(document, claim) for document in DOCUMENTS for claim in document["claims"]]
ALL = 45  # claims of the manifest

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"{ALL} claims not judged: the corpus is not beside the checkout"
)


@cache
def report(name: str) -> Report:
    return check_notes(CORPUS / name)


def entries(document: dict[str, Any], claim: dict[str, Any]) -> list[Entry]:
    """The entries at the place that the manifest gives: a line, or a cell and the claim's own text."""
    place = claim["where"].rsplit(":", 1)[-1]
    found = report(document["file"]).claims
    if place.isdigit():
        return [e for e in found if e.line - 1 <= int(place) <= e.end_line + 1]
    cell = re.fullmatch(r"cell (\d+)", place)
    if cell:
        found = [e for e in found if e.cell == int(cell[1])]
    left, right = _sides(claim["latex"])
    return [e for e in found if (_sides(e.latex)[1] == right if right else _sides(e.latex)[0] == left)]


def _sides(latex: str) -> tuple[str, str]:
    """The first and the last side, without what macros and spacing change; `= 0` at the end is no side."""
    plain = re.sub(r"\\(?:bs|boldsymbol|mathbf|text|left|right|dfrac|frac)(?![A-Za-z])|[\s{}\\&]", "", latex)
    sides = plain.removesuffix(".").split("=")
    return (sides[0], sides[0]) if sides[-1] == "0" else (sides[0], sides[-1])


def test_the_manifest_is_as_long_as_it_was() -> None:
    assert ALL == len(CLAIMS)


@pytest.mark.parametrize(
    ("document", "claim"), [c for c in CLAIMS if c[1]["truth"] is False], ids=lambda v: v.get("id", "")
)
def test_what_is_false_is_reported_wrong(document: dict[str, Any], claim: dict[str, Any]) -> None:
    assert "wrong" in {entry.status for entry in entries(document, claim)}


@pytest.mark.parametrize(
    ("document", "claim"), [c for c in CLAIMS if c[1]["truth"] is not False], ids=lambda v: v.get("id", "")
)
def test_what_is_true_is_not_reported_wrong(document: dict[str, Any], claim: dict[str, Any]) -> None:
    false = [e for d, c in CLAIMS if c["truth"] is False and d is document for e in entries(d, c)]
    assert [] == [entry for entry in entries(document, claim) if entry.status == "wrong" and entry not in false]


def test_most_claims_are_read_and_judged(capsys: pytest.CaptureFixture[str]) -> None:
    everything = [entry for document in DOCUMENTS for entry in report(document["file"]).claims]
    judged = sum(entry.status in ("correct", "wrong") for entry in everything)
    with capsys.disabled():
        share = f"{judged / len(everything):.1%}"
        print(f"\n{len(everything)} claims in {len(DOCUMENTS)} documents, {judged} read and judged: {share}")
    assert judged >= 0.85 * len(everything)
