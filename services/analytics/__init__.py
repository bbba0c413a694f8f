"""Statistics from pre-counted tables: a query reads as many rows as it has days, however much happened.

Days and hours are in UTC for every server. Figures are as of the job's last round, seconds ago.
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
