"""The diagnoser: `Diagnoser` answers a case with an `Assessment`, or says why it does not."""

from workup.clinic.assess.assessment import Assessment
from workup.clinic.assess.diagnoser import Diagnoser

__all__ = ["Assessment", "Diagnoser"]
