"""Documents to claims to a report.

>>> from derive.notes import check_notes
>>> report = check_notes("lecture3.tex")  # doctest: +SKIP
>>> print(report.summary)  # doctest: +SKIP
"""

from __future__ import annotations

from .check import check_notes
from .report import Entry, Remark, Report

__all__ = ["Entry", "Remark", "Report", "check_notes"]
