"""The Report, and its renderings: `terminal`, `html`, `as_json`, `sarif`; a notebook shows the HTML."""

from workup.examine.report.report import Broken, Plot, Report, Series, Skipped

__all__ = ["Broken", "Plot", "Report", "Series", "Skipped"]
