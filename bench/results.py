"""The sections of bench/RESULTS.md, so that one can be replaced without touching the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

FILE = Path(__file__).with_name("RESULTS.md")
HEAD = ""  # everything before the first section


def read(file: Path = FILE) -> dict[str, str]:
    """The text of each section by title, in order."""
    head, *sections = re.split(r"^## ", file.read_text(), flags=re.MULTILINE)
    return {HEAD: head.strip()} | {
        title: text.strip() for title, _, text in (section.partition("\n") for section in sections)
    }


def write(sections: Mapping[str, str], file: Path = FILE) -> None:
    """All sections, in this order."""
    texts = [f"## {title}\n\n{text}" if title else text for title, text in sections.items()]
    file.write_text("\n\n".join(texts) + "\n")
