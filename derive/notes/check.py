"""`check_notes`: every derivative claimed in some documents, with a verdict."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from .claims import Aside, Claim, Found, collect, looks_like_derivative
from .documents import Source, documents, fragments
from .judge import Judge, fails_at_once
from .outcome import INTERNAL, Outcome, Verify
from .report import Entry, Remark, Report, merged

if TYPE_CHECKING:
    from rich.progress import Progress

_LONG_RUN = 3  # documents from which on a progress bar is worth its place


def check_notes(
    path: str | Path | Iterable[str | Path],
    jobs: int = 1,
    backend: str | None = None,
    *,
    progress: bool = False,
    verify: Verify | None = None,
) -> Report:
    r"""Check the derivatives claimed in `.tex`, `.md` and `.ipynb` documents.

    path: a document, a folder (all documents below it), or several of these. jobs: how many documents are checked at a
    time, -1 for one per core; backend: any of joblib's, "loky", "dask", "ray", for whole archives on a cluster.
    verify: what decides about one claim, by default `derive.verify`.
    A file that cannot be used is listed in `Report.errors`; nothing is raised for it.
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    files = documents(paths)
    show = progress and sys.stderr.isatty() and len(files) >= _LONG_RUN
    return merged(_with_bar(_reports(files, jobs, backend, verify), len(files)) if show
                  else _reports(files, jobs, backend, verify))  # fmt: skip


def _reports(files: list[Path], jobs: int, backend: str | None, verify: Verify | None) -> Iterator[Report]:
    if jobs == 1 or len(files) < 2:
        yield from (check_document(file, verify) for file in files)
        return
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend=backend) if backend else parallel_config(n_jobs=jobs):
        work = Parallel(n_jobs=jobs, return_as="generator")
        yield from work(delayed(check_document)(file, verify) for file in files)


def _with_bar(reports: Iterator[Report], total: int) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar: Progress = Bar(TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"),
                        TimeRemainingColumn(), console=Console(stderr=True), transient=True)  # fmt: skip
    with bar:
        task = bar.add_task("", total=total)
        wrong = 0
        for report in reports:
            wrong += len(report.wrong)
            bar.update(task, advance=1, description=f"{wrong} wrong")
            yield report


def check_document(path: Path, verify: Verify | None = None) -> Report:
    """The report on one document."""
    report = Report(files=1)
    try:
        found = collect(fragments(path))
    except BadInput as error:
        report.errors[str(path)] = str(error)
        return report
    judge = Judge(found.context, verify) if verify else Judge(found.context, _verify(), fails_at_once)
    for claim in found.claims:
        outcome = _judged(judge, claim)
        if outcome.condition:
            found.asides.append(Aside(claim.source, claim.start, claim.latex, outcome.reason))
        else:
            report.claims.append(entry(claim, outcome))
    broken = [one.reason for one in report.claims if one.reason.startswith(INTERNAL)]
    if broken and len(broken) == len(report.claims):
        report.errors[str(path)] = f"no claim could be judged: {broken[0]}"
    _add_asides(found, report)
    return report


def _judged(judge: Judge, claim: Claim) -> Outcome:
    """The outcome; one claim that breaks the program must not take the report on a thousand others with it."""
    try:
        return judge.judge(claim)
    except Exception as error:  # counted and listed, with what went wrong
        return Outcome("skipped", f"{INTERNAL}: {type(error).__name__}: {str(error).splitlines()[:1]}")


def _verify() -> Callable[..., Any]:
    from ..verdict import verify

    return verify


def entry(claim: Claim, outcome: Outcome) -> Entry:
    """A claim and its outcome as a line of the report."""
    line, column = claim.source.place(claim.start)
    return Entry(
        file=str(claim.source.path),
        line=line,
        column=column,
        end_line=claim.source.place(max(claim.start, claim.end - 1))[0],
        latex=claim.latex,
        status=outcome.status,
        cell=claim.source.cell,
        file_line=claim.source.before + line if claim.source.cell is not None else line,
        reading=outcome.reading,
        layout=outcome.layout,
        conditions=outcome.conditions,
        assumptions=outcome.assumptions,
        kind=outcome.kind,
        message=outcome.message,
        repaired=outcome.repaired,
        reason=outcome.reason,
    )


def _add_asides(found: Found, report: Report) -> None:
    """Asides as remarks; a formula that could not even be cut counts as a skipped claim if it seems to hold one."""
    for aside in sorted(found.asides, key=lambda a: (a.source.cell or 0, a.start)):
        if aside.unread and looks_like_derivative(aside.text):
            report.claims.append(_unread(aside))
        elif not aside.unread:
            line = aside.source.place(aside.start)[0]
            report.remarks.append(Remark(str(aside.source.path), line, aside.text, aside.reason, aside.source.cell))


def _unread(aside: Aside) -> Entry:
    line, column = aside.source.place(aside.start)
    source: Source = aside.source
    return Entry(str(source.path), line, column, line, aside.text, "skipped", source.cell,
                 source.before + line if source.cell is not None else line, reason=aside.reason)  # fmt: skip
