"""What came out of checking documents: every claim with its place and verdict, as text, JSON, SARIF or Markdown.

A claim that could not be read is `skipped`, with the reason: it is counted and listed, and neither a pass nor an alarm.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

Status = Literal["correct", "wrong", "inconclusive", "skipped"]
STATUSES: tuple[Status, ...] = ("correct", "wrong", "inconclusive", "skipped")
_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_STYLES = {"correct": "green", "wrong": "bold red", "inconclusive": "yellow", "skipped": "dim"}


@dataclass(frozen=True)
class Entry:
    """One claim. `line` and `column` count from 1, in a notebook within cell `cell`; `file_line` is the file's own.

    `reading` says how the claim was understood and `assumptions` what the text does not say; `kind`, `message` and
    `repaired` (LaTeX) are the diagnosis of a wrong claim; `reason` is why one was skipped or stayed undecided.
    """

    file: str
    line: int
    column: int
    end_line: int
    latex: str
    status: Status
    cell: int | None = None
    file_line: int = 0
    reading: str = ""
    layout: str = ""
    conditions: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    kind: str = ""
    message: str = ""
    repaired: str = ""
    reason: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, or `file:cell 3:line:column` in a notebook."""
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.file}:{cell}{self.line}:{self.column}"


@dataclass(frozen=True)
class Remark:
    """A place with a derivative that claims nothing about its value, and why."""

    file: str
    line: int
    latex: str
    reason: str
    cell: int | None = None


@dataclass
class Report:
    """The claims of some documents in reading order, the remarks, and the files that could not be used (`errors`)."""

    claims: list[Entry] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def with_status(self, status: Status) -> list[Entry]:
        """The claims of one status."""
        return [entry for entry in self.claims if entry.status == status]

    @property
    def wrong(self) -> list[Entry]:
        """The claims that are false."""
        return self.with_status("wrong")

    @property
    def skipped(self) -> list[Entry]:
        """The claims that could not be read."""
        return self.with_status("skipped")

    @property
    def judged(self) -> float:
        """The share of claims that were read and judged correct or wrong; 1 when there is no claim."""
        done = sum(entry.status in ("correct", "wrong") for entry in self.claims)
        return done / len(self.claims) if self.claims else 1.0

    @property
    def exit_code(self) -> int:
        """2 for unusable input, 1 when a claim is wrong, 0 otherwise."""
        return 2 if self.errors else 1 if self.wrong else 0

    @property
    def summary(self) -> str:
        """One line: how many claims, how many of each status."""
        counts = Counter(entry.status for entry in self.claims)
        parts = ", ".join(f"{counts[status]} {status}" for status in STATUSES)
        asides = f"; {len(self.remarks)} more with a derivative that claim nothing" if self.remarks else ""
        return (f"{_count(self.files, 'document')}, {_count(len(self.claims), 'claim')}: {parts}; "
                f"{self.judged:.0%} read and judged{asides}")  # fmt: skip

    def __iadd__(self, other: Report) -> Report:
        self.claims += other.claims
        self.remarks += other.remarks
        self.errors |= other.errors
        self.files += other.files
        return self

    def __str__(self) -> str:
        return self.text()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    # ------------------------------------------------------------------------------------------------- outputs

    def text(self, everything: bool = False) -> str:
        """The report for a terminal without colours: what is wrong or undecided, what was skipped, the summary."""
        return "\n".join([line for line, _ in self._lines(everything)])

    def show(self, console: Console, everything: bool = False) -> None:
        """The same report, in colours."""
        from rich.text import Text

        for line, style in self._lines(everything):
            console.print(Text(line, style=style), soft_wrap=True)

    def _lines(self, everything: bool) -> Iterator[tuple[str, str]]:
        for path, message in self.errors.items():
            yield f"{path}: {message.removeprefix(path + ': ')}", "red"
        for entry in self.claims:
            if everything or entry.status != "correct":
                yield from _entry_lines(entry)
        yield self.summary, "bold"

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, as `json()` writes it."""
        return {"summary": {"files": self.files, "claims": len(self.claims), "judged": round(self.judged, 4),
                            **{status: len(self.with_status(status)) for status in STATUSES}},
                "claims": [asdict(entry) for entry in self.claims], "remarks": [asdict(r) for r in self.remarks],
                "errors": self.errors}  # fmt: skip

    def json(self) -> str:
        """The report as JSON."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def sarif(self) -> str:
        """The report as SARIF 2.1.0, for code scanning; skipped claims are notifications, not results."""
        kinds = sorted({entry.kind or "undecided" for entry in self._results()})
        driver = {"name": "derive", "rules": [_sarif_rule(kind) for kind in kinds]}
        notes = [_sarif_note(entry) for entry in self.skipped]
        run = {"tool": {"driver": driver}, "results": [_sarif_result(entry) for entry in self._results()],
               "invocations": [{"executionSuccessful": not self.errors, "toolExecutionNotifications": notes}],
               "columnKind": "unicodeCodePoints"}  # fmt: skip
        return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)

    def _results(self) -> list[Entry]:
        return [entry for entry in self.claims if entry.status in ("wrong", "inconclusive")]

    def markdown(self) -> str:
        """A summary for a pull request or a job's page: one table of what is wrong, one list of what was skipped."""
        lines = [self.summary, ""]
        if self._results():
            lines += ["| place | claim | verdict | repair |", "|---|---|---|---|"]
            lines += [_row(entry) for entry in self._results()]
        if self.skipped:
            lines += ["", f"Skipped ({len(self.skipped)}):", ""]
            lines += [f"- `{entry.place}` {_maths(entry.latex)}: {_flat(entry.reason)}" for entry in self.skipped]
        if self.errors:
            lines += ["", *(f"- {path}: {message}" for path, message in self.errors.items())]
        return "\n".join(lines) + "\n"


def merged(reports: Iterable[Report]) -> Report:
    """Several reports as one, in their order."""
    total = Report()
    for report in reports:
        total += report
    return total


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _entry_lines(entry: Entry) -> Iterator[tuple[str, str]]:
    yield f"{entry.place}: {entry.status}: {_shortened(entry.latex)}", _STYLES[entry.status]
    for label, value in (
        ("", f"{entry.kind}: {entry.message}" if entry.kind else entry.message),
        ("", entry.reason),
        ("read as ", entry.reading if entry.status != "skipped" else ""),
        ("assumed ", "; ".join(entry.assumptions)),
        ("under ", "; ".join(entry.conditions)),
        ("repaired: ", entry.repaired),
    ):
        if value:
            yield "    " + label + value.replace("\n", "\n    "), ""


def _shortened(latex: str, width: int = 160) -> str:
    return latex if len(latex) <= width else latex[: width - 4] + " ..."


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _maths(latex: str) -> str:
    return f"${_flat(latex)}$"


def _row(entry: Entry) -> str:
    verdict = f"{entry.status}: {entry.kind or entry.reason}" + (f" ({entry.message})" if entry.message else "")
    repaired = _maths(entry.repaired) if entry.repaired else ""
    return f"| `{entry.place}` | {_maths(entry.latex)} | {_flat(verdict)} | {repaired} |"


def _sarif_rule(kind: str) -> dict[str, Any]:
    return {"id": f"derivative/{kind}", "name": kind.title().replace("-", ""),
            "shortDescription": {"text": f"a derivative that is wrong: {kind}"}}  # fmt: skip


def _sarif_result(entry: Entry) -> dict[str, Any]:
    wrong = entry.status == "wrong"
    lines = [entry.message or entry.reason or entry.status, entry.latex]
    if entry.repaired:
        lines.append(f"repaired: {entry.repaired}")
    return {"ruleId": f"derivative/{entry.kind or 'undecided'}", "level": "error" if wrong else "note",
            "kind": "fail" if wrong else "review", "message": {"text": "\n".join(lines)},
            "locations": [_sarif_location(entry)]}  # fmt: skip


def _sarif_note(entry: Entry) -> dict[str, Any]:
    text = f"skipped: {entry.reason}\n{entry.latex}"
    return {"level": "note", "message": {"text": text}, "locations": [_sarif_location(entry)]}


def _sarif_location(entry: Entry) -> dict[str, Any]:
    first = entry.file_line or entry.line
    region: dict[str, Any] = {"startLine": first, "endLine": first + max(0, entry.end_line - entry.line)}
    if entry.cell is None:
        region["startColumn"] = entry.column
    return {"physicalLocation": {"artifactLocation": {"uri": entry.file.replace("\\", "/")}, "region": region}}
