"""The Report, and its renderings: `terminal`, `as_json`."""

from workup.examine.report.report import Broken, Report, Skipped

__all__ = ["Broken", "Report", "Skipped"]
