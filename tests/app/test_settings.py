"""What stands in the environment is understood, or refused in a sentence that names it and tells no secret."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from app.logs import LONGEST_VALUE, Cleaner
from app.settings import Settings, SettingsError, here, read

BYTES = bytes(range(100, 132))
KEY = base64.b64encode(BYTES).decode()
SECRET = "0123456789abcdef0123456789abcdef"


def test_nothing_set_is_a_local_installation_at_the_real_discord() -> None:
    found = read({})
    assert found.public_url == "http://127.0.0.1:8080"
    assert found.discord_api_url == "https://discord.com/api/v10"
    assert found.discord_bot_token is None
    assert found.gemini_model == "gemini-3.5-flash-lite"  # gemini-2.5-flash shuts down on 1 December 2026


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("PORT", "9000", 9000),
        ("PORT", '"9000"', 9000),
        ("PORT", "'9000'", 9000),
        ("HOST", "0.0.0.0", "0.0.0.0"),
        ("HOST", "[::]", "::"),
        ("HOST", "::1", "::1"),
        ("HOST", "fly-local-6pn", "fly-local-6pn"),
        ("PUBLIC_URL", "https://bot.example.org/", "https://bot.example.org"),
        ("PUBLIC_URL", '"https://bot.example.org"', "https://bot.example.org"),
        # Browsers spell it like this in Origin, which must be the same.
        ("PUBLIC_URL", "HTTPS://Bot.Example.ORG:443/", "https://bot.example.org"),
        ("PUBLIC_URL", "https://tatiána.example.org", "https://xn--tatina-sta.example.org"),
        ("PUBLIC_URL", "https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("PUBLIC_URL", "http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("DISCORD_APPLICATION_ID", "1190000000000000001", 1190000000000000001),
        ("DISCORD_PUBLIC_KEY", "AB" * 32, b"\xab" * 32),
        ("DISCORD_API_URL", "http://localhost:8081/api/v10", "http://localhost:8081/api/v10"),
        ("DATABASE_URL", "postgres://bot:pw@db.example/coins", "postgres://bot:pw@db.example/coins"),
        ("REDIS_URL", "unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("REDIS_URL", "rediss://:pw@redis.example:6380/1", "rediss://:pw@redis.example:6380/1"),
        ("SECRET_KEY", SECRET, SECRET),
        ("ENCRYPTION_KEYS", f"b:{KEY}, a:{KEY}", {"b": BYTES, "a": BYTES}),
        ("OWNER_IDS", "100000000000000001, 100000000000000002", {100000000000000001, 100000000000000002}),
        (
            "ALLOWED_ORIGINS",
            "https://a.example,https://b.example:8443",
            {"https://a.example", "https://b.example:8443"},
        ),
        ("CLIENT_ADDRESS_HEADER", "Fly-Client-IP", "Fly-Client-IP"),
        ("SENTRY_DSN", "https://abc@o1.ingest.sentry.io/42", "https://abc@o1.ingest.sentry.io/42"),
        ("LOG_LEVEL", "Warning", "warning"),
        ("LOG_FORMAT", "text", "text"),
        ("GEMINI_MODEL", "  gemini-2.5-pro ", "gemini-2.5-pro"),
    ],
)
def test_a_right_value_is_understood(name: str, text: str, value: Any) -> None:
    assert getattr(read({name: text}), name.lower()) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HOST", "http://here"),
        ("HOST", "0.0.0.0:8080"),
        ("HOST", "[::]:8080"),
        ("HOST", "999.1.1.1"),
        ("HOST", "a..b"),
        ("HOST", "a" * 64),
        ("HOST", "8080"),
        ("HOST", "[localhost"),
        ("PORT", '"9000'),
        ("PORT", '"'),
        ("PORT", "'9000\""),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "８０８０"),
        ("PORT", "9" * 5000),
        ("PUBLIC_URL", "bot.example.org"),
        ("PUBLIC_URL", "http://bot.example.org"),
        ("PUBLIC_URL", "http://127.0.0.1.example.org"),
        ("PUBLIC_URL", "https://[half"),
        ("PUBLIC_URL", "https://bot.example.org?a=b"),
        ("PUBLIC_URL", "https://bot.example.org?"),
        ("PUBLIC_URL", "https://bot.example.org/discord"),
        ("PUBLIC_URL", "https://me:hunter2hunter2@bot.example.org"),
        ("PUBLIC_URL", "https://hunter2hunter2@bot.example.org"),
        ("PUBLIC_URL", "https://bot.example.org:"),
        ("PUBLIC_URL", "https://bot.example.org\\@evil.example"),
        ("PUBLIC_URL", "https://bot.exa\tmple.org"),
        ("PUBLIC_URL", "https://…"),
        ("DISCORD_APPLICATION_ID", "tatiana"),
        ("DISCORD_APPLICATION_ID", "99999999999999999999"),
        ("DISCORD_APPLICATION_ID", "000000000000000001"),
        ("DISCORD_PUBLIC_KEY", "ab" * 31),
        ("DISCORD_PUBLIC_KEY", "zz" * 32),
        ("DISCORD_PUBLIC_KEY", "ab " * 21 + "a"),
        ("DISCORD_BOT_TOKEN", "Bot hunter2hunter2"),
        ("DISCORD_BOT_TOKEN", "…"),
        ("DISCORD_API_URL", "http://discord.example/api"),
        ("DISCORD_API_URL", "https://me:hunter2hunter2@discord.example/api"),
        ("DATABASE_URL", "mysql://bot:hunter2hunter2@db/coins"),
        ("DATABASE_URL", "postgresql://bot:hunter2hunter2@db:99999999/coins"),
        ("REDIS_URL", "https://redis.example"),
        ("REDIS_URL", "redis://:hunter2hunter2@"),
        ("REDIS_URL", "redis://host:hunter2hunter2"),
        ("REDIS_URL", "redis://:hunter2hunter2@redis:6379/cache"),
        ("REDIS_URL", "redis://:hunter2hunter2@redis :6379/0"),
        ("REDIS_URL", "redis://:hunter2hunter2@redis:0/0"),
        ("REDIS_URL", "rediss://:hunter2hunter2@redis:6379?ssl_cert_reqs=maybe"),
        ("REDIS_URL", "redis://:hunter2hunter2@redis:6379?db=first"),
        ("SECRET_KEY", "hunter2hunter2hunter2\u200babcdefghijklmnop"),
        ("DISCORD_CLIENT_SECRET", "hunter2\nhunter2"),
        ("SECRET_KEY", "hunter2hunter2"),
        ("SECRET_KEY", "a" * 64),
        ("SECRET_KEY", "hunter2" * 8),
        ("SECRET_KEY", "1234567890" * 4),
        ("SECRET_KEY", "0" * 63 + "1"),
        ("ENCRYPTION_KEYS", "hunter2hunter2"),
        ("ENCRYPTION_KEYS", f"a:{KEY},a:{KEY}"),
        ("ENCRYPTION_KEYS", "a:" + base64.b64encode(b"hunter2hunter2").decode()),
        ("ENCRYPTION_KEYS", "a:" + base64.b64encode(b"k" * 32).decode()),
        ("OWNER_IDS", "100000000000000001,me"),
        ("ALLOWED_ORIGINS", "https://a.example/page"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, ::/0"),
        ("TRUSTED_PROXIES", "0.0.0.0/1, 128.0.0.0/1"),
        ("TRUSTED_PROXIES", "::ffff:0:0/96"),
        ("TRUSTED_PROXIES", "2000::/3"),
        ("TRUSTED_PROXIES", ",".join(f"{first}.0.0.0/8" for first in range(64, 128))),
        ("CLIENT_ADDRESS_HEADER", "X-Forwarded-For: 1"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("SENTRY_DSN", "sentry"),
        ("SENTRY_DSN", "https://sentry.example.org"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_it_and_repeats_no_secret(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read({name: text})
    said = str(caught.value)
    assert said.startswith(f"{name} must ")
    assert said.endswith(".")
    assert "\n" not in said
    assert "hunter2" not in said
    assert caught.value.__cause__ is None


def test_every_setting_can_be_set_and_only_those() -> None:
    from app.settings import _PARSERS

    assert {name.lower() for name in _PARSERS} == set(Settings.__dataclass_fields__)


def test_an_empty_value_counts_as_left_out() -> None:
    assert read({"PORT": "  ", "DATABASE_URL": ""}) == read({})


def test_trusted_proxies_are_networks_that_addresses_are_in() -> None:
    from ipaddress import ip_address

    near, six, mapped = read({"TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8, ::ffff:192.0.2.0/120"}).trusted_proxies
    assert ip_address("10.1.2.3") in near
    assert ip_address("fd00::1") in six
    assert ip_address("192.0.2.7") in mapped


def test_listening_everywhere_is_no_address_to_go_to() -> None:
    assert read({"HOST": "0.0.0.0", "PORT": "9000"}).public_url == "http://127.0.0.1:9000"
    assert read({"HOST": "::1"}).public_url == "http://[::1]:8080"


def test_settings_shown_in_a_traceback_show_no_secret() -> None:
    given = {
        "DISCORD_BOT_TOKEN": "hunter2hunter2",
        "SECRET_KEY": "hunter2" + SECRET,
        "DATABASE_URL": "postgresql://bot:hunter2hunter2@db/coins",
        "REDIS_URL": "redis://:hunter2hunter2@redis",
    }
    assert "hunter2" not in repr(read(given))
    assert {"hunter2hunter2", "hunter2" + SECRET} <= set(read(given).secrets())


def test_a_key_for_stored_secrets_is_hidden_in_every_form_that_a_text_could_show_it_in() -> None:
    hide = Cleaner(
        read({"ENCRYPTION_KEYS": f"2026a:{KEY}", "DATABASE_URL": "postgres://a:p%40ss%2Fword@b/c"}).secrets()
    )
    for form in (
        KEY,
        KEY.rstrip("="),
        base64.urlsafe_b64encode(BYTES).decode(),
        BYTES.hex(),
        repr(BYTES),
        {"a": BYTES},
    ):
        said = str(hide.value("event", form))
        assert not any(part in said for part in (KEY[:20], BYTES.hex()[:20], repr(BYTES)[2:20])), said
    assert "ss" not in str(hide.value("event", "asked with p@ss/word and p%40ss%2Fword"))


def test_a_secret_at_the_place_where_a_long_value_is_cut_is_hidden_first() -> None:
    said = Cleaner([SECRET]).value("event", "x" * (LONGEST_VALUE - 10) + SECRET)
    assert SECRET[:5] not in said


def test_the_environment_comes_before_the_file_of_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=9001\nLOG_LEVEL=debug\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    monkeypatch.setenv("PORT", "9002")
    assert (here().port, here().log_level) == (9002, "debug")


def test_the_example_file_holds_every_setting_and_nothing_else() -> None:
    from app.settings import _PARSERS

    lines = Path(".env.example").read_text("utf-8").splitlines()
    named = [line.removeprefix("#").partition("=")[0] for line in lines if "=" in line and not line.startswith("# ")]
    assert named == list(_PARSERS)
