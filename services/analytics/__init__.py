"""Statistics from tables that are counted ahead: what is read is bounded by the days asked for, never by what happened.

Days and hours are those of UTC, for every server. Figures are those of the last round of the job, seconds ago.
"""

from services.analytics.activity import Interval, Point, activity
from services.analytics.coin_flow import Flow, FlowDay, FlowKind, economy_flow
from services.analytics.command_trend import CommandPoint, course
from services.analytics.commands import CommandFigures, commands
from services.analytics.counting import count
from services.analytics.overview import Overview, Trend, counted_at, overview

__all__ = [
    "CommandFigures",
    "CommandPoint",
    "Flow",
    "FlowDay",
    "FlowKind",
    "Interval",
    "Overview",
    "Point",
    "Trend",
    "activity",
    "commands",
    "count",
    "counted_at",
    "course",
    "economy_flow",
    "overview",
]
