"""The part of a page that a benchmark writes: what stands between two marks."""

from __future__ import annotations

from pathlib import Path


def fill(page: Path, begin: str, end: str, text: str) -> None:
    """Put `text` between the marks `begin`, which ends its line, and `end`; all else of the page stays."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}{text}\n{end}{after}", encoding="utf-8")
