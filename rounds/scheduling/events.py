"""Facts about hours, time off and who is on call."""

from dataclasses import dataclass

from rounds.kernel.ids import ClinicId


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """Hours, holidays, time off, shifts or protected minutes of a clinic are other ones now."""

    clinic: ClinicId
