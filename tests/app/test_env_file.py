"""`.env` means what docker compose takes it to mean, or is refused with its line and the reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.env_file import Unreadable, assignments
from app.settings import SettingsError, here, read

README = Path("README.md").read_text("utf-8")


def read_file(folder: Path, text: str | bytes, **environ: str) -> dict[str, str]:
    file = folder / ".env"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return assignments(file, environ)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=plain", "plain"),
        ("A=plain # a comment", "plain"),
        ("A=plain    # a comment", "plain"),
        ("A=not#a-comment", "not#a-comment"),
        ("A='single # quoted' # a comment", "single # quoted"),
        ('A="double # quoted" # a comment', "double # quoted"),
        ("A='$not ${a} variable'", "$not ${a} variable"),
        ("export A=exported", "exported"),
        ("A = spaced", "spaced"),
        ("# A=comment\n\nA=set\n", "set"),
        ("A=first\nA=last", "last"),
        ("A=", ""),
        ("A=https://a.example/?b=c&d=e", "https://a.example/?b=c&d=e"),
        ("\ufeffA=after a byte-order mark", "after a byte-order mark"),
        ("A=one\r\nB=two\r\n", "one"),
        ("A='two\nlines'", "two\nlines"),
        ("B=host\nA=https://${B}:${C:-8443}", "https://host:8443"),
        ('B=host\nA="${B}"', "host"),
        ("B=\nA=${B:-usual}", "usual"),
        ("SET=file\nA=${SET}", "environment"),
    ],
)
def test_a_line_means_what_it_means_to_compose(tmp_path: Path, text: str, value: str) -> None:
    assert read_file(tmp_path, text, SET="environment")["A"] == value


def test_a_name_alone_is_left_to_the_environment(tmp_path: Path) -> None:
    assert read_file(tmp_path, "A\nB=1") == {"B": "1"}


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("A=1\nwhatever this is", 2, "not NAME=value"),
        ("A=1\n\n\nB='half", 4, "a quote is missing"),
        ("A=1\nB='whole' and more", 2, "not NAME=value"),
        ("A: 1", 1, "not NAME=value"),
        ('"A"=1', 1, "letters, digits and underscores"),
        ("DATABASE-URL=1", 1, "letters, digits and underscores"),
        ("A=pa$$word", 1, "single quotes"),
        ("A=$B", 1, "single quotes"),
        ("A=${B}", 1, "${B} is not set"),
        ("A=${B-usual}", 1, "${NAME:-default}"),
        ("A=${B:-${C}}", 1, "${NAME:-default}"),
        ('A="back\\\\slash"', 1, "backslash"),
        ("A='it\\'s'", 1, "backslash"),
        ("A=tab\t# no space", 1, "space before its comment"),
        ("A= # nothing", 1, "space before its comment"),
    ],
)
def test_a_line_that_compose_would_read_otherwise_is_refused(tmp_path: Path, text: str, line: int, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_file(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/.env, line {line}: ")
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_in_another_encoding_is_refused_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes("PORT=9000\n".encode("utf-16"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"^\.env is not in UTF-8"):
        here()


def test_a_folder_of_that_name_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").mkdir()
    monkeypatch.chdir(tmp_path)
    here()


def test_the_block_that_the_readme_shows_works_once_it_is_filled_in(tmp_path: Path) -> None:
    (block,) = re.findall(r"```\n(DISCORD_BOT_TOKEN=.*?)```", README, re.DOTALL)
    secret = "0123456789abcdef" * 4
    found = read_file(tmp_path, block.replace("…", secret))
    assert found["SECRET_KEY"] == found["POSTGRES_PASSWORD"] == secret
    assert read(found).public_url == "https://tatiana.example.org"
    with pytest.raises(SettingsError, match=r"^DISCORD_BOT_TOKEN must"):
        read(read_file(tmp_path, block))
