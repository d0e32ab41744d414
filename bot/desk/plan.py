"""What a digest was set up to do: its plan, as its owner filled it in."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import CountersignError
from bot.kinds.digest import Content
from bot.schedule import LAST, WEEKDAYS, Period, Schedule
from storage.models import DigestRow

MOST_CHANNELS = 20
LEAD, OWNER = "lead", "owner"


class BadPlan(CountersignError):  # noqa: N818 it is read as a sentence
    """A plan that cannot run, and the field to which that is owed."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Plan:
    """Which channels, when, for whom, who reviews. With neither channel nor users it goes to the owner alone."""

    channels: tuple[str, ...]
    hour: str  # "09:00", on the clock of `zone`
    zone: str  # IANA
    to_channel: str = ""
    to_users: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()  # 0 is Monday
    month_day: int = 0
    period: Period = "day"
    reviewer: str = LEAD  # "lead", "owner" or the id of a person
    lead_minutes: int = 60
    quiet: Literal["nothing", "line"] = "nothing"  # what is posted where nothing was written
    content: Content = "news"

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Plan:
        """What `to_json` made."""
        lists = {name: tuple(stored[name]) for name in ("channels", "to_users", "weekdays")}
        return cls(**{**stored, **lists})

    def when(self) -> str:
        """On which days, at what hour: "Mon, Thu 09:00 Europe/Berlin"."""
        days = ", ".join(WEEKDAYS[day] for day in self.weekdays)
        if not days:
            days = "the last day of the month," if self.month_day == LAST else f"day {self.month_day} of the month,"
        return f"{days} {self.hour} {self.zone}"

    def check(self) -> None:
        """Raises BadPlan, in words for who filled it in, for a plan that cannot run."""
        if not self.channels:
            raise BadPlan("channels", "Choose at least one channel to read.")
        if len(self.channels) > MOST_CHANNELS:
            raise BadPlan("channels", f"A digest reads at most {MOST_CHANNELS} channels.")
        if self.weekdays and self.month_day:
            raise BadPlan("weekdays", "Choose days of the week or one day of the month, not both.")
        if not self.weekdays and not self.month_day:
            raise BadPlan("weekdays", "Choose days of the week, or one day of the month.")
        if self.to_channel and self.to_users:
            raise BadPlan("to_channel", "Choose a channel or people, not both.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            text = f"I do not know the time zone “{self.zone[:60]}”: write it like Europe/Berlin."
            raise BadPlan("zone", text) from error
        try:
            time.fromisoformat(self.hour)
        except ValueError as error:
            raise BadPlan("hour", "Choose an hour.") from error


def schedule_of(row: DigestRow) -> Schedule:
    """When a digest runs. What needs no review is not made before its hour."""
    plan = Plan.from_json(row.plan)
    schedule = Schedule(
        row.id,
        time.fromisoformat(plan.hour),
        plan.zone,
        row.since,
        weekdays=plan.weekdays,
        month_day=plan.month_day,
        period=plan.period,
        lead=timedelta(minutes=plan.lead_minutes),
        active=row.state == "active",
    )
    return replace(schedule, lead=timedelta(0)) if row.allowed_by else schedule
