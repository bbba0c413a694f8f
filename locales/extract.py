"""For translators: extracts every text in the code and updates the catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locales import NAMES, TRANSLATED

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent
_FOLDERS = ("services", "interactions", "web")
_FILES = [("**.py", "python"), ("templates/**.html", "jinja2")]
# Sources of texts: t("…"), n("one", "many", …), and descriptions in declarations.
_KEYWORDS = {"t": None, "n": (1, 2), "Option": None, "command": (2,), "group": (2,)}


def template(names: Iterable[str]) -> Catalog:
    """A template of all texts in the code and the given names."""
    made = Catalog(project="Tatiana", charset="utf-8")
    for place, source in _texts():
        made.add(source, locations=[(place, 1)])
    for word in sorted(set(names)):
        made.add(word, context=NAMES)
    return made


def update(names: Iterable[str]) -> dict[str, int]:
    """Update each catalog, keeping its translations, and count missing ones."""
    sources, missing = template(names), {}
    for locale in TRANSLATED:
        path = HERE / f"{locale}.po"
        catalogue = read(locale)
        catalogue.update(sources, no_fuzzy_matching=True, update_creation_date=False)  # else every run is a change
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, omit_header=False, no_location=True)
        missing[locale] = len([message for message in catalogue if message.id and not whole(message)])
    return missing


def read(locale: str) -> Catalog:
    """One catalog."""
    with (HERE / f"{locale}.po").open("rb") as file:
        return read_po(file, locale=locale.replace("-", "_"))


def _texts() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for folder in _FOLDERS:
        found = extract_from_dir(ROOT / folder, _FILES, keywords=_KEYWORDS)
        for name, _line, source, _comments, _context in found:
            if source:
                yield f"{folder}/{name}", source


def whole(message: Message) -> bool:
    """Whether a text is translated in all plural forms."""
    translated = message.string
    return bool(translated) if isinstance(translated, str) else all(translated or ("",))
