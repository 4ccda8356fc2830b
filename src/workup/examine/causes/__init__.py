"""Root causes: what follows from each (`table`), and which of them explain a report (`ranking`)."""

from workup.examine.causes.ranking import Cause, Ranked, Ranking, ranked

__all__ = ["Cause", "Ranked", "Ranking", "ranked"]
