"""Chart geometry: positions of lines, bars, grid and labels; templates/components/charts.html draws them.

Positions are percentages of the plot, so that a chart is as wide as its page while its text keeps its size.
"""

from web.charts.bars import Bar, Bars, bars
from web.charts.descriptions import from_to, in_all, peak
from web.charts.plots import Box, Curve, Label, Plot, Series, columns, line
from web.charts.scale import short, ticks
from web.charts.spark import spark

__all__ = [
    "Bar",
    "Bars",
    "Box",
    "Curve",
    "Label",
    "Plot",
    "Series",
    "bars",
    "columns",
    "from_to",
    "in_all",
    "line",
    "peak",
    "short",
    "spark",
    "ticks",
]
