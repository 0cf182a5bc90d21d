"""The command line: `derive F X`, `derive verify F X CLAIM`, `derive check FILES...`.

Exit codes: 0 right (or nothing wrong found), 1 wrong, 2 unusable input. Errors are short and go to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .errors import BadInput, DeriveError

RIGHT, WRONG, UNUSABLE = 0, 1, 2
_FORMATS = ("text", "json", "sarif", "markdown")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = words[0] if words and words[0] in ("verify", "check") else "derive"
    options = _parser(command).parse_args(words[1:] if command != "derive" else words)
    run: Callable[[argparse.Namespace], int] = {"derive": _derive, "verify": _verify, "check": _check}[command]
    try:
        return run(options)
    except DeriveError as error:
        print(f"derive: {error}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        return RIGHT
    except KeyboardInterrupt:
        print("derive: interrupted", file=sys.stderr)
        return UNUSABLE


def _parser(command: str) -> argparse.ArgumentParser:
    prog = "derive" if command == "derive" else f"derive {command}"
    if command == "check":
        return _check_parser(prog)
    about = "Check a claimed derivative." if command == "verify" else "Derive a formula by a variable, with all steps."
    epilog = "" if command == "verify" else "more commands: derive verify F X CLAIM; derive check FILES..."
    parser = argparse.ArgumentParser(prog=prog, description=about, epilog=epilog)
    parser.add_argument("formula", metavar="F", help="LaTeX or plain maths: \"x^T A x\", '\\log\\det X'")
    if command == "verify":
        parser.add_argument("variable", metavar="X", nargs="?", help="the variable; none where F is an equation")
        parser.add_argument("claim", metavar="CLAIM", nargs="?", help="the derivative as you have it")
    else:
        parser.add_argument("variable", metavar="X", help="the variable")
    parser.add_argument("--where", action="append", default=[], metavar="'A: n x n symmetric'",
                        help="declare a name; several: more of these, or semicolons")  # fmt: skip
    parser.add_argument("--layout", default=None, help="numerator, denominator, numerator-strict")
    parser.add_argument("--order", type=int, default=1, metavar="N", help="2: the Hessian; any order")
    if command == "derive":
        parser.add_argument("--result", action="store_true", help="print the result alone, without the steps")
    parser.add_argument("--format", choices=("text", "latex", "json") if command == "derive" else ("text", "json"),
                        default="text")  # fmt: skip
    return parser


def _check_parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Check every derivative claimed in .tex, .md and .ipynb "
                                     "files, or in folders of them.")  # fmt: skip
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="documents checked at a time; -1: all cores")
    parser.add_argument("--backend", default=None, metavar="NAME", help="joblib's backend: loky, dask, ray ...")
    parser.add_argument("--format", choices=_FORMATS, default="text")
    parser.add_argument("--output", default=None, metavar="PATH", help="write the report there instead of to stdout")
    parser.add_argument("--all", action="store_true", help="list the correct claims too")
    return parser


def declarations(words: Sequence[str]) -> dict[str, str]:
    """`["A: n x n symmetric", "x: n; b: n"]` as the mapping that `where=` takes.

    >>> declarations(["A: n x n", "x: n; b: n"])
    {'A': 'n x n', 'x': 'n', 'b': 'n'}
    """
    found: dict[str, str] = {}
    for piece in (part for word in words for part in word.split(";") if part.strip()):
        name, colon, shape = piece.partition(":")
        if not colon or not name.strip() or not shape.strip():
            raise BadInput(f"cannot read --where {piece.strip()!r}; wanted 'A: n x n symmetric'")
        found[name.strip()] = shape.strip()
    return found


# ------------------------------------------------------------------------------------------------------- commands


def _derive(options: argparse.Namespace) -> int:
    from . import derive
    from .latex import latex

    layout = {"layout": options.layout} if options.layout else {}
    found = derive(options.formula, options.variable, where=declarations(options.where), order=options.order, **layout)
    if options.format == "json":
        print(json.dumps(found.to_dict(), indent=2, ensure_ascii=False, default=str))
    elif options.format == "latex":
        print(latex(found.result) if options.result else found.latex())
    else:
        print(found.result if options.result else found.text())
    return RIGHT


def _verify(options: argparse.Namespace) -> int:
    from . import verify

    layout = {"layout": options.layout} if options.layout else {}
    asked = [options.formula, options.variable, options.claim]
    verdict = verify(*asked, where=declarations(options.where), order=options.order, **layout)
    print(
        json.dumps(_plain(verdict), indent=2, ensure_ascii=False, default=str) if options.format == "json" else verdict
    )
    return {"correct": RIGHT, "wrong": WRONG}.get(verdict.status, UNUSABLE)


def _plain(verdict: Any) -> dict[str, Any]:
    diagnosis = verdict.diagnosis
    conditions = [str(c) for c in verdict.conditions or ()]
    mistake = diagnosis and {"kind": diagnosis.kind, "message": diagnosis.message, "repaired": str(diagnosis.repaired)}
    return {
        "status": verdict.status,
        "layout": verdict.layout,
        "conditions": conditions,
        "assumptions": list(verdict.assumptions),
        "diagnosis": mistake,
    }


def _check(options: argparse.Namespace) -> int:
    try:
        from .notes import check_notes

        report = check_notes(options.files, jobs=options.jobs, backend=options.backend, progress=True)
    except ImportError as error:
        raise BadInput(f"checking notes needs the package {error.name}: pip install 'matrix-derive[notes]'") from None
    if options.format == "text" and options.output is None:
        from rich.console import Console

        report.show(Console(highlight=False), everything=options.all)
    else:
        _write({"text": report.text, "json": report.json, "sarif": report.sarif, "markdown": report.markdown}[
            options.format](), options.output)  # fmt: skip
    for path, message in report.errors.items():
        print(f"derive: {path}: {message.removeprefix(path + ': ')}", file=sys.stderr)
    return report.exit_code


def _write(text: str, path: str | None) -> None:
    if path is None:
        print(text)
        return
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
