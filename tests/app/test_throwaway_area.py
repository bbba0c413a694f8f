"""An area that nobody has seen before passes every shared test, though it edits only four files that others share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.whole import SPEC

ROOT = Path(__file__).parents[2]
AREA = Path(__file__).with_name("throwaway")

# What the area adds to the files that all areas share, each time after the line that begins like this.
EDITS = {
    "models/__init__.py": [("from models.directory import", "from models.garden import Plant")],
    "interactions/commands/__init__.py": [
        ("from interactions.commands import", "from interactions.commands import garden")
    ],
    "services/areas.py": [
        ("from services.games.area import", "from services.garden.area import GARDEN"),
        ("    GAMES,", "    GARDEN,"),
    ],
    "web/routes.py": [
        ("from web.site import", "from web.api.garden import plants"),
        ("from web.site import", "from web.pages.garden import plants as garden"),
        (
            "API:",
            '    resource(GUILD + "/garden/{plant_id:id}", get=op("garden.show", plants.show, MEMBER, GUILDS_READ)),',
        ),
        (
            "PAGES:",
            '    resource(SERVER + "/garden", get=op("garden.index", garden.index, MEMBER), menu=Entry(t("Garden"))),',
        ),
    ],
}
# Every text in every language as it stands in English.
TRANSLATE = """
from babel.messages.pofile import write_po
from interactions.payloads import names
from locales import TRANSLATED
from locales.extract import HERE, read, update, whole
update(names())
for locale in TRANSLATED:
    catalogue = read(locale)
    for message in catalogue:
        if not whole(message):
            message.string = message.id
    with (HERE / f"{locale}.po").open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, omit_header=False, no_location=True)
"""
SHARED = [
    "tests/garden",
    "tests/services/test_areas.py",
    "tests/services/privacy/test_personal_data.py::test_every_column_is_tagged_and_every_tag_has_its_column",
    "tests/services/privacy/test_personal_data.py::test_who_is_erased_is_nowhere_any_more_and_the_books_are_sound",
    "tests/locales/test_catalogues.py",
    "tests/web/test_audited.py::test_each_act_leaves_its_line_and_what_only_reads_leaves_none",
    "tests/web/test_page_matrix.py",
]
ALL_SHARED = [  # with --full
    "tests/app/test_migrations.py", "tests/app/test_upgrades.py",
    "tests/interactions/test_gone.py", "tests/interactions/test_work.py", "tests/services/privacy",
    "tests/web/test_contract.py", "tests/web/test_degradation.py", "tests/web/test_degradation_of_commands.py",
    "tests/web/test_every_page.py", "tests/web/test_gone.py", "tests/web/test_hostile_requests.py",
    "tests/web/test_hostile_texts.py", "tests/web/test_idempotency.py", "tests/web/test_matrix.py",
    "tests/web/test_stored_texts.py", "tests/web/test_tenants.py", "tests/web/test_what_people_read.py",
    "tests/web/test_work.py",
]  # fmt: skip


@pytest.mark.timeout(3600)
def test_a_new_area_passes_every_shared_test_after_editing_four_shared_files(
    tmp_path: Path, server_url: str, full: bool
) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", AREA.name))
    _add(copy)
    _run(copy, server_url, "-c", TRANSLATE)
    _pytest(copy, server_url, *SHARED)
    if full:
        _pytest(copy, server_url, "tests/app/make_dump.py")
        _pytest(copy, server_url, *ALL_SHARED)


def _add(copy: Path) -> None:
    """Put the area into a copy of the checkout, as somebody does who writes one."""
    newest = max(file.stem for file in (copy / "migrations").glob("0*.py"))
    shutil.copytree(AREA, copy, dirs_exist_ok=True)
    migration = copy / "migrations" / "0000_garden.py"
    made = migration.rename(migration.with_stem(f"{int(newest[:4]) + 1:04}_garden"))
    made.write_text(made.read_text().replace("NEWEST", newest))
    assert len(EDITS) == 4
    for name, edits in EDITS.items():
        file = copy / name
        lines = file.read_text().splitlines()
        for beginning, added in edits:
            place = next(number for number, line in enumerate(lines) if line.startswith(beginning))
            lines.insert(place + 1, added)
        file.write_text("\n".join(lines) + "\n")


def _pytest(copy: Path, server_url: str, *tests: str) -> None:
    _run(copy, server_url, "-m", "pytest", "-q", "-n", "0", *tests)


def _run(copy: Path, server_url: str, *arguments: str) -> None:
    environment = os.environ | {"TEST_DATABASE_URL": server_url, "DISCORD_OPENAPI": str(SPEC and SPEC.resolve())}
    for elsewhere in ("TEST_TEMPLATE", "TEST_NGINX"):  # a database without the area's table, processes without its code
        environment.pop(elsewhere, None)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
