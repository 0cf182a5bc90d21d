"""Documents to claims to a report: `check_notes`."""
