"""Where a diagnoser keeps what it learned, beside the model: names for whoever looks without loading one."""

from __future__ import annotations

FOLDER, VALUES = "diagnoser", "fitted.json"
# Of VALUES; a diagnoser that meets another one calibrates again.
FORMAT = 4
