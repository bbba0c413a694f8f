"""DATABASE_URL is read as hosts print it, and a slip in it is named without repeating it."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from app.database_url import credentials, ignored
from app.settings import SettingsError, read

NEON = "postgresql://owner:npg_x1@ep-cool-darkness-a1b2-pooler.eu-central-1.aws.neon.tech/neondb"
SUPABASE = "postgresql://postgres.abcdefgh:p4ss@aws-0-eu-central-1.pooler.supabase.com"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (f"{NEON}?sslmode=require&channel_binding=require", {"port": 5432, "database": "neondb"}),
        (
            f"{NEON}?sslmode=require&connect_timeout=15&options=endpoint%3Dep-cool-darkness-a1b2",
            {"timeout": 15, "server_settings": {"options": "endpoint=ep-cool-darkness-a1b2"}},
        ),
        (f"{SUPABASE}:6543/postgres", {"port": 6543, "user": "postgres.abcdefgh"}),
        (f"{SUPABASE}:6543/postgres?pgbouncer=true&connection_limit=1", {"statement_cache_size": 0}),
        (f"{SUPABASE}:5432/postgres?sslmode=no-verify&supa=base-pooler.x&workaround=supabase-pooler.vercel", {}),
        ("postgres://tatiana:p4ss@tatiana-db.flycast:5432/tatiana?sslmode=disable", {"ssl": False}),
        ("postgresql://fly-user:p4ss@pgbouncer.abc123.flympg.net/fly-db", {"host": "pgbouncer.abc123.flympg.net"}),
        ("postgresql://tatiana:p4ss@dpg-abc123-a/tatiana_x1y2", {"host": "dpg-abc123-a"}),
        ("postgresql://tatiana:p4ss@dpg-abc123-a.frankfurt-postgres.render.com/tatiana_x1y2", {"port": 5432}),
        ("postgresql://postgres:p4ss@postgres.railway.internal:5432/railway", {"database": "railway"}),
        ("postgresql://postgres:p4ss@roundhouse.proxy.rlwy.net:12345/railway", {"port": 12345}),
        ("postgres://u1:p4ss@ec2-1-2-3-4.eu-west-1.compute.amazonaws.com:5432/d1", {"user": "u1"}),
        ("postgresql://doadmin:p4ss@db-x.b.db.ondigitalocean.com:25061/pool?sslmode=require", {"port": 25061}),
        (
            "postgres://tatiana@server:p4ss@server.postgres.database.azure.com/x?sslmode=require",
            {"user": "tatiana@server"},
        ),
        ("postgresql://bot:p4ss@db.example/x?sslmode=prefer", {"ssl": "prefer"}),
        ("postgresql://bot:p4ss@db.example/x?statement_cache_size=100", {"statement_cache_size": 100}),
        ("postgresql://bot:p4ss@db.example/x?connect_timeout=0", {"timeout": 30}),
        ("postgresql://bot:p@4ss@db.example/x", {"password": "p@4ss", "host": "db.example"}),
        ("postgresql://bot:50%@db.example/x", {"password": "50%"}),
        ("postgresql://bot@/tatiana?host=%2Ftmp%2Fsome%20where", {"host": "/tmp/some where", "ssl": False}),
        ("postgresql://bot@/tatiana?host=%2Fcloudsql%2Fp%3Ar%3Ai&port=5433", {"host": "/cloudsql/p:r:i", "port": 5433}),
        ("postgres://b%40t:p%2Fw%3A@db.example:6543/x", {"user": "b@t", "password": "p/w:", "port": 6543}),
    ],
)
def test_an_address_works_as_it_is_printed(url: str, wanted: dict[str, Any]) -> None:
    found = credentials(url)
    assert {name: found.get(name) for name in wanted} == wanted
    assert read({"DATABASE_URL": url, "DATABASE_DIRECT_URL": url}).session_url == url


@pytest.mark.parametrize("printed", [f"psql '{NEON}'", f'psql "{NEON}"', f"psql {NEON}", f"psql  '{NEON}' "])
def test_the_command_that_a_host_prints_works_as_its_address(printed: str) -> None:
    assert read({"DATABASE_URL": printed}).database_url == NEON


@pytest.mark.parametrize("printed", ["psql -h db.example -U bot tatiana", "psql 'host=db.example user=bot'"])
def test_another_command_for_psql_is_no_address(printed: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL .*does not begin with postgresql://"):
        read({"DATABASE_URL": printed})


def test_what_has_no_effect_here_is_told_to_who_asks() -> None:
    assert ignored(f"{NEON}?sslmode=require&channel_binding=require&schema=public") == ["channel_binding", "schema"]


def test_a_server_elsewhere_is_spoken_to_with_tls_unless_told_otherwise() -> None:
    assert isinstance(credentials("postgres://bot@db.example/coins")["ssl"], ssl.SSLContext)
    assert credentials("postgres://bot@db.example/coins?sslmode=disable")["ssl"] is False
    assert credentials("postgres://bot@127.0.0.1/coins")["ssl"] is False


def test_verify_full_checks_the_name_and_require_does_not() -> None:
    full = credentials("postgres://bot@db.example/coins?sslmode=verify-full")["ssl"]
    assert full.check_hostname
    assert full.verify_mode is ssl.CERT_REQUIRED
    assert credentials("postgres://bot@db.example/coins?sslmode=require")["ssl"].verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://bot:hunter2@db/coins", "does not begin with postgresql://"),
        ("postgresql://bot:hunter2@db:port/coins", "port is not a number"),
        ("postgresql://bot:hunter2@db:70000/coins", "port is not a number"),
        ("postgresql://bot:hunter2@db:0/coins", "port is not a number"),
        ("postgresql://bot:hunter2@/coins?host=/tmp&port=70000", "port is not a number"),
        ("postgresql://bot:hunter2@d\x00b/coins", "character that is not seen"),
        ("postgresql://:hunter2@db/coins", "does not name a user"),
        ("postgresql://bot:hunter2@db", "a database"),
        ("postgresql://bot:hunter2@one,two/coins", "names several hosts"),
        ("postgresql://bot:hunter2@one:5432,two:5432/coins", "names several hosts"),
        ("postgresql://bot:hunter2@db/coins?sslmode=maybe", "sslmode is none of"),
        ("postgresql://bot:hunter2@db/coins?sslmode=verify-full&sslrootcert=/no/such/file", "sslrootcert"),
        ("postgresql://bot:hunter2@db/coins?statement_cache_size=none", "statement_cache_size"),
        ("postgresql://bot:hunter2@db/coins?connect_timeout=soon", "connect_timeout"),
        ("postgresql://bot:hunter2@ss/word@db/coins", "password contains a character that ends it early"),
        ("postgresql://bot:hunter2/word@db/coins", "password contains a character that ends it early"),
        ("postgresql://bot:hunter2?word@db:5432/coins", "password contains a character that ends it early"),
        ("postgresql://bot:hunter2#word@db:5432/coins", "password contains a character that ends it early"),
        ("postgresql://bot:hunter2[@db/coins", "password contains a bracket"),
        (f"{SUPABASE}:6543/postgres".replace("p4ss", "[YOUR-PASSWORD]"), r"placeholder \[YOUR-PASSWORD\]"),
    ],
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_DIRECT_URL"])
def test_a_wrong_address_is_named_and_never_repeated(name: str, url: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} .*{complaint}") as caught:
        read({name: url})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("password", ["hunter2/word", "hunter2#word", "hunter2?word", "hunter2[word"])
def test_a_redis_password_that_hides_the_host_is_named(password: str) -> None:
    with pytest.raises(SettingsError, match="its password contains") as caught:
        read({"REDIS_URL": f"rediss://default:{password}@redis.example:6379/0"})
    assert "hunter2" not in str(caught.value)
