"""However much is called, a Prometheus that watches us has little to store."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

MAX_SERIES = 2000

# In a process of its own: what is counted once stays counted, and other tests must not see it.
EVERYTHING = """
from itertools import product
from types import SimpleNamespace
from app import metrics, worker
from discord_api.client import Discord
from interactions import commands
from interactions.components import COMPONENTS
from interactions.declare import COMMANDS
from interactions.deferral import Deferral
from web.routes import API, PAGES

TEMPLATES = {templates!r}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW", "x" * 50]
STATUSES = [0, *range(200, 600)]
parts = SimpleNamespace(
    dispatcher=SimpleNamespace(deferral=None, answer=None, runner=SimpleNamespace(signer=None)), discord=None,
    settings=SimpleNamespace(discord_application_id=1),
)

for to, how in product([*COMMANDS.values(), *COMPONENTS], ("answered", "deferred", "refused", "failed")):
    metrics.interaction_answered(to.counted_as, how, 4.0)
# A call to Discord may get no response (0); every request of ours is counted with a status.
for route, method, status in product([*(one.name for one in [*API, *PAGES]), "none"], METHODS, STATUSES[1:]):
    metrics.request_answered(method, route, status, 0.1)
for (method, template), status in product(TEMPLATES, STATUSES):
    metrics.rest_answered(method, template, status, 0.1)
for kind in worker.build(parts).handlers:
    metrics.job_started(kind, 1.0)
for why in ("method", "signature", "json", "application", "id", "age", "size", "encoding", "gone"):
    metrics.request_refused(why)
metrics.loop_late(0.1)
print(sum(not line.startswith("#") for line in metrics.exposition().decode().splitlines()))
"""


def calls_to_discord() -> list[tuple[str, str]]:
    """Every method and address; an address that has a name may be used by any method."""
    code = "".join(path.read_text() for path in Path("discord_api").glob("*.py"))
    named = re.findall(r'^[A-Z_]+ = "(/[a-z][^"]+)"', code, re.MULTILINE)
    spelled_out = re.findall(r'"([A-Z]+)", "(/[a-z][^"]+)"', code)
    in_variables = re.findall(r'= "(/(?:channels|webhooks|oauth2)[^"]+)"|_(?:form|get)\("(/[^"]+)"', code)
    return [
        *spelled_out,
        *(("POST", one or other) for one, other in in_variables),
        *((method, path) for path in named for method in ("GET", "PUT", "PATCH", "DELETE")),
    ]


def test_whatever_is_called_there_are_at_most_2000_series() -> None:
    calls = calls_to_discord()
    assert len(calls) > 25
    program = EVERYTHING.replace("{templates!r}", repr(calls))
    counted = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert 1000 < int(counted) <= MAX_SERIES, counted
