"""`scripts/mutate`: how many changes of our most delicate code the tests notice, written to bench/RESULTS.md."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code, use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec

from app import database as storage
from bench import forks, results
from tests.support.own_server import own_server

TITLE = "Mutants"
ABOUT = """\
`scripts/mutate` with Cosmic Ray: a mutant has one operator, number, condition, loop or exception changed, and is killed
if a test that concerns its module fails. [docs/mutants.md](../docs/mutants.md) gives the reason for each that survived.

| module | mutants | killed | score | measured |
|---|---|---|---|---|"""

# Without the thousands of forgeries, each kind of which has a test of its own.
FORGERIES = "tests/interactions/test_forgeries.py::test_nothing_that_discord_did_not_sign_gets_in"
DOOR = ["tests/interactions/test_endpoint.py", "tests/interactions/test_forgeries.py", "--deselect", FORGERIES]
# Each module with the tests that concern it, those that fail soonest first.
TESTS = {
    "interactions/endpoint.py": DOOR,
    "interactions/verification.py": [*DOOR, "tests/interactions/test_events.py"],
    "interactions/signature.py": DOOR,
    "interactions/permits.py": [
        "tests/interactions/permissions/test_command_rules.py",
        "tests/interactions/permissions/test_rules.py",
    ],
    "services/economy/ledger.py": ["tests/services/economy/test_ledger.py"],
    "services/core/idempotency.py": ["tests/services/core/test_idempotency.py"],
    "web/frame/idempotency.py": ["tests/web/test_idempotency.py"],
    "services/identity/access_tokens.py": ["tests/services/identity/test_access_tokens.py"],
    "services/identity/refresh_tokens.py": [
        "tests/services/identity/test_refresh_tokens.py",
        "tests/services/identity/test_refresh_token_reuse.py",
    ],
    "services/identity/sessions.py": [
        "tests/services/identity/test_sessions.py",
        "tests/services/identity/test_session_ends.py",
    ],
    "services/identity/authority.py": [
        "tests/services/identity/test_authority_ages.py",
        "tests/services/identity/test_authority.py",
        "tests/services/identity/test_shared_authority.py",
    ],
    "services/core/worker.py": [
        "tests/services/core/test_worker_failures.py",
        "tests/services/core/test_jobs.py",
        "tests/services/core/test_worker.py",
        "tests/services/core/test_worker_deaths.py",
    ],
}
# What no test can notice, and what says nothing about them.
POINTLESS = re.compile(
    r"core/(ReplaceBinaryOperator_BitOr_"  # between types, which nothing evaluates
    r"|ReplaceBinaryOperator_(?!Add_Sub|Sub_Add|Mul_Add|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul|RShift_LShift|LShift_RShift)"
    r"|ReplaceComparisonOperator_(Eq|NotEq)_Is)"  # equal texts and small numbers are often the same object
)
UNNOTICED = re.compile("@lru_cache|@dataclass")  # how fast it is, and what must not be written to


def main() -> None:
    parser = argparse.ArgumentParser("scripts/mutate", description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[*TESTS, []], metavar="MODULE", help="only these; all if none")
    measured = parser.parse_args().modules or list(TESTS)
    with tempfile.TemporaryDirectory(prefix="tatiana-mutants-") as folder, own_server() as url:
        os.chdir(_copy(Path.cwd(), Path(folder)))  # nobody finds a mutant in the checkout
        os.environ |= {"TEST_DATABASE_URL": url, "TEST_TEMPLATE": asyncio.run(_template(url))}
        forks.preload()
        for module in measured:
            _note(module, _measure(module))


def _copy(home: Path, to: Path) -> Path:
    """What git knows of, as it is now."""
    names = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True, cwd=home).stdout
    for name in names.rstrip("\0").split("\0"):
        if (home / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(home / name, to / name)
    return to


async def _template(server: str) -> str:
    """The name of a database with our tables, which is quicker to copy than to make."""
    name = "tatiana_template"
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    await storage.create(url)
    await storage.upgrade(storage.config(url))
    return name


def _measure(module: str) -> str:
    """The row of a module; each change that its tests overlooked is printed at once."""
    whole = forks.run(TESTS[module])
    if not whole.passed:
        sys.exit(f"the tests of {module} fail without a mutant")
    with use_db(":memory:", WorkDB.Mode.create) as work:
        init([Path(module)], work, {})
        mutants = [mutation for item in work.work_items for mutation in item.mutations if _telling(mutation)]
    killed = 0
    for number, mutant in enumerate(mutants, start=1):
        operator = get_operator(mutant.operator_name)()
        with use_mutation(mutant.module_path, operator, mutant.occurrence) as (code, mutated):
            # Generous, for an hour in which the machine has much else to do: what is late counts as killed.
            run = forks.run(TESTS[module], within=60 + 5 * whole.seconds)
        killed += not run.passed
        sys.stderr.write(f"{module}: {number} of {len(mutants)}, {killed} killed\n")
        if run.passed or run.late:
            sys.stdout.write("late:\n" * run.late + _difference(code, mutated))
            sys.stdout.flush()
    share = f"{100 * killed / len(mutants):.1f} %"
    return f"| {module} | {len(mutants)} | {killed} | {share} | {datetime.now(UTC):%d %B %Y} |"


def _difference(code: str, mutated: str) -> str:
    return "\n".join(difflib.unified_diff(code.splitlines(), mutated.splitlines(), lineterm="")) + "\n"


def _telling(mutation: MutationSpec) -> bool:
    """Whether a mutant is worth a run: what can't be compiled would be killed by any test."""
    code = mutation.module_path.read_text()
    line = code.splitlines()[mutation.start_pos[0] - 1]
    if POINTLESS.match(mutation.operator_name) or UNNOTICED.match(line):
        return False
    operator = get_operator(mutation.operator_name)()
    try:
        mutant = mutate_code(code, operator, mutation.occurrence)
        compile(mutant, mutation.module_path, "exec")
    except (SyntaxError, AttributeError):  # the latter is the tool's own, at an exception with a dot in its name
        return False
    return "[ -1]" not in mutant  # where there was [0]: of one row both are the same


def _note(module: str, row: str) -> None:
    """Put a module's row in the place of its last one; the rows of other modules stay."""
    sections = results.read()
    known = re.finditer(r"^\| (\S+\.py) \|.*$", sections.get(TITLE, ""), re.MULTILINE)
    rows = {found[1]: found[0] for found in known} | {module: row}
    listed = [rows[name] for name in TESTS if name in rows]
    results.write(sections | {TITLE: "\n".join([ABOUT, *listed, _total(listed)])})


def _total(known: list[str]) -> str:
    mutants, killed = (sum(int(row.split("|")[column]) for row in known) for column in (2, 3))
    return f"| together | {mutants} | {killed} | {100 * killed / mutants:.1f} % | |"


if __name__ == "__main__":
    main()
