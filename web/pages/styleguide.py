"""/styleguide: every page component, for developers; not available on public installations."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from locales import Text
from services.analytics import Trend
from services.core import clock
from web import charts
from web.charts import Label, Plot, Series
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """All components with made-up content; 404 over https."""
    if visit.site.secure:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return shown(
        visit,
        "styleguide/show.html",
        trend=Trend(128, 104),
        points=[3, 5, 2, 8, 9, 4, 7, 12, 10, 14],
        now=clock.now() - timedelta(minutes=5),
        plots=_plots(),
        rows=charts.bars(
            "rows",
            Text("Bars"),
            Text("What is compared with each other."),
            (Text("Command"), Text("Uses")),
            [("/daily", 1240, 980), ("/work", 310, 400), ("/pay", 0, 12)],
        ),
    )


def _plots() -> list[Plot]:
    labels = [Label(f"Day {n}", f"Day {n}") for n in range(1, 11)]
    told = Text("The most was 1,400 on the tenth day.")
    now, before = (
        [300, 500, None, 800, None, 400, 700, 1200, 1000, 1400],
        [250, 450, 300, 500, 600, 350, 500, 900, 950, 0],
    )
    two = [Series("Now", now), Series("Before", before, before=True)]
    flow = [Series("Made", before), Series("Destroyed", [value or 0 for value in now], downwards=True)]
    return [
        charts.line("line", Text("A line, with gaps and with the time before"), told, labels, two),
        charts.columns("columns", Text("What came and what went"), told, labels, flow),
        charts.line(
            "nothing", Text("Nothing at all"), Text("Nothing in this period."), labels, [Series("Now", [0] * 10)]
        ),
        charts.line(
            "single", Text("A single value"), Text("3,400,000 in all."), labels[:1], [Series("Now", [3_400_000])]
        ),
    ]
