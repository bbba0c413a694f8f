"""Each hosting setup that we ship tells visitors apart, and its files agree with each other."""

from __future__ import annotations

import re
import tomllib
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.parts import site
from app.settings import read
from web.frame.client_address import address_of

COMPOSE = yaml.safe_load(Path("compose.prod.yml").read_text("utf-8"))
FLY = tomllib.loads(Path("fly.toml").read_text("utf-8"))
NGINX = Path("deploy/nginx.conf").read_text("utf-8")
SERVICES = COMPOSE["services"]
VISITOR = "203.0.113.9"


def usual(text: str) -> str:
    """A value of compose with what it is where nothing else is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def seen(environ: dict[str, str], peer: str, headers: list[tuple[bytes, bytes]]) -> str:
    """The address that a visitor has with these settings."""
    known = site(read(environ | {"DISCORD_APPLICATION_ID": "1190000000000000001"}))
    return address_of({"client": (peer, 1), "headers": headers}, known)


def shared(one: str, other: str) -> set[str]:
    return set(SERVICES[one]["networks"]) & set(SERVICES[other]["networks"])


def test_behind_nginx_of_compose_every_visitor_has_an_address_of_their_own() -> None:
    # The name `web` leads nginx to the one network that both are in, so from there it comes.
    assert shared("nginx", "web") == {"edge"}
    (subnet,) = (usual(part["subnet"]) for part in COMPOSE["networks"]["edge"]["ipam"]["config"])
    trusted = usual(SERVICES["web"]["environment"]["TRUSTED_PROXIES"])
    assert trusted == subnet
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    peer = str(ip_network(subnet)[2])
    assert seen({"TRUSTED_PROXIES": trusted}, peer, [(b"x-forwarded-for", VISITOR.encode())]) == VISITOR


def test_nothing_but_nginx_and_web_is_in_the_network_that_is_trusted() -> None:
    assert {name for name, service in SERVICES.items() if "edge" in service["networks"]} == {"nginx", "web"}
    assert COMPOSE["networks"]["edge"]["internal"] is True


def test_the_stores_are_reached_by_those_who_use_them_alone() -> None:
    for store in ("postgres", "redis"):
        assert SERVICES[store]["networks"] == ["stores"]
        assert "ports" not in SERVICES[store]
    assert shared("nginx", "postgres") == set()
    assert COMPOSE["networks"]["stores"]["internal"] is True


def test_nginx_asks_again_where_web_is() -> None:
    assert re.search(r"server web:8080 [^;]*\bresolve\b", NGINX)
    assert "zone tatiana" in NGINX  # without it `resolve` is refused
    assert re.search(r"resolver 127\.0\.0\.11 valid=\d+s", NGINX)
    major, minor = map(int, SERVICES["nginx"]["image"].removeprefix("nginx:").split("."))
    assert (major, minor) >= (1, 28)  # older ones know `resolve` in the paid edition only


def test_a_click_sent_to_a_web_process_that_is_gone_reaches_another_while_discord_waits() -> None:
    (connecting,) = re.findall(r"proxy_connect_timeout (\d+)ms;", NGINX)
    assert int(connecting) <= 500
    assert all("error timeout" in tries for tries in re.findall(r"proxy_next_upstream ([^;]+);", NGINX))


@pytest.mark.parametrize("claimed", [[], [(b"x-forwarded-for", b"6.6.6.6")], [(b"cf-connecting-ip", b"6.6.6.6")]])
def test_on_fly_every_visitor_has_an_address_of_their_own(claimed: list[tuple[bytes, bytes]]) -> None:
    # Fly appends an address of the application to the list, and replaces its own header whatever the client sent.
    headers = [*claimed, (b"x-forwarded-for", f"{VISITOR}, 66.241.124.230".encode())]
    headers.append((b"fly-client-ip", VISITOR.encode()))
    assert seen(FLY["env"], "172.16.4.82", headers) == VISITOR


def test_what_fly_starts_are_commands_that_there_are() -> None:
    commands = [*FLY["processes"].values(), FLY["deploy"]["release_command"]]
    assert commands == ["tatiana web", "tatiana worker", "tatiana migrate"]
    assert FLY["http_service"]["internal_port"] == int(FLY["env"]["PORT"])


def test_no_process_of_the_procfile_ends_by_itself() -> None:
    lines: dict[str, Any] = dict(line.split(": ", 1) for line in Path("Procfile").read_text("utf-8").splitlines())
    assert set(lines) == {"web", "worker"}
    for name, command in lines.items():
        assert command.endswith(f"exec tatiana {name}")


def test_the_image_runs_as_a_number_that_is_not_root() -> None:
    assert re.findall(r"(?m)^USER (.*)$", Path("Dockerfile").read_text("utf-8")) == ["10001:10001"]


def test_the_pipeline_tries_every_python_and_postgresql_that_we_promise() -> None:
    workflow = yaml.safe_load(Path(".github/workflows/checks.yml").read_text("utf-8"))
    matrix = workflow["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix == {"python": ["3.11", "3.12", "3.13"], "postgres": ["15", "16", "17", "18"]}


def test_every_action_is_pinned_to_a_commit() -> None:
    used = [
        action
        for file in Path(".github/workflows").glob("*.yml")
        for action in re.findall(r"uses: (\S+)", file.read_text("utf-8"))
        if not action.startswith("./")
    ]
    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action) for action in used)
