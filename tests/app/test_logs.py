"""A log tells what happened, and no more: no secret, no forged line, no line too long to be read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app import logs, sentry

TOKEN = "MTE5MDAwMDAwMDAwMDAwMDAwMQ.GAbCdE.abcdefghijklmnopqrstuvwxyz0123456789"


class Written:
    """All that was logged since the test began."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured, self._seen = captured, ""

    def __str__(self) -> str:
        self._seen += self._captured.readouterr().err
        return self._seen

    def lines(self) -> list[str]:
        return str(self).splitlines()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines()]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What is logged while the test runs; afterwards logging is as it was."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    yield Written(capsys)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
    logging.root.handlers, logging.root.level = handlers, level


def test_a_line_carries_the_request_it_belongs_to(written: Written) -> None:
    logs.set_up("info", "json")
    structlog.contextvars.bind_contextvars(request_id="r1")
    structlog.get_logger().info("paid", coins=5)
    (line,) = written.events()
    assert (line["event"], line["coins"], line["request_id"], line["level"]) == ("paid", 5, "r1", "info")


def test_what_libraries_log_is_a_line_like_ours(written: Written) -> None:
    logs.set_up("debug", "json")
    logging.getLogger("httpx").warning("at https://discord.com/api/v10/webhooks/12/abc.def-tok/messages")
    logging.getLogger("tortoise.db_client").debug("SELECT what somebody wrote")
    (line,) = written.events()
    assert line["level"] == "warning"
    assert "abc.def" not in line["event"]


@pytest.mark.parametrize(
    ("given", "leaks"),
    [
        ({"token": "hunter2"}, "hunter2"),
        ({"headers": {"Authorization": "Bot hunter2", "Host": "here"}}, "hunter2"),
        ({"why": f"refused {TOKEN} twice"}, TOKEN),
        ({"why": "postgresql://bot:hunter2@db/coins is down"}, "hunter2"),
        ({"urls": ["https://discord.com/api/v10/interactions/12/aW50ZXJhY3Rpb246eA/callback"]}, "aW50"),
        ({"url": "https://bot.example/callback?code=hunter2&state=x"}, "hunter2"),
        ({"jwt": "eyJhbGciOiJI.eyJzdWIiOi.c2lnbmF0dXJl"}, "eyJzdWIi"),
        ({"why": "the key my-own-secret-value was wrong"}, "my-own-secret-value"),
        ({"answer": (b"hunter2", {"secret": "hunter2"})[1]}, "hunter2"),
    ],
)
def test_secrets_are_hidden_wherever_they_stand(written: Written, given: dict[str, Any], leaks: str) -> None:
    logs.set_up("info", "json", ["my-own-secret-value"])
    structlog.get_logger().info("said", **given)
    assert leaks not in str(written)
    assert "[hidden]" in str(written)


def test_a_secret_in_a_traceback_is_hidden_and_the_rest_can_be_read(written: Written) -> None:
    logs.set_up("info", "json")
    try:
        raise ValueError(f"no such token: {TOKEN}")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = written.events()
    assert TOKEN not in line["exception"]
    assert line["exception"].splitlines()[0].startswith("Traceback")


@pytest.mark.parametrize("form", ["json", "text"])
def test_nobody_writes_a_line_of_their_own(written: Written, form: str) -> None:
    logs.set_up("info", form)
    structlog.get_logger().info("joined", name='x\n{"event": "forged"}\r\x1b[2J\u2028\x9b\ud800end')
    assert len(written.lines()) == 1
    assert not set(str(written)) & set("\r\x1b\u2028\x9b\ud800")
    assert "end" in str(written)


def test_a_traceback_for_people_is_indented_below_its_line(written: Written) -> None:
    logs.set_up("info", "text")
    try:
        raise ValueError("one\n12:00:00 error   forged")
    except ValueError:
        structlog.get_logger().exception("failed")
    first, *rest = written.lines()
    assert first.endswith(" error   failed")
    assert all(line.startswith("  ") for line in rest)


def test_no_line_is_longer_than_16_kib_and_each_stays_json(written: Written) -> None:
    logs.set_up("info", "json")
    structlog.get_logger().info("much", **{f"field{n}": "ü" * 5000 for n in range(50)})
    structlog.get_logger().info("many", list=["x" * 3999] * 500)
    assert all(len(line) <= 16 * 1024 for line in written.lines())
    assert [line["event"] for line in written.events()] == ["much", "many"]


def test_an_error_reaches_sentry_without_locals_requests_or_secrets(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sentry_sdk

    sent: list[Any] = []
    monkeypatch.setattr(
        "sentry_sdk.transport.HttpTransport.capture_envelope", lambda _self, envelope: sent.append(envelope)
    )
    logs.set_up("info", "json", ["my-own-secret-value"])
    sentry.watch("http://key@127.0.0.1:9/1", "tatiana@test", ["my-own-secret-value"])
    try:
        content = "what a member wrote"
        raise ValueError(f"my-own-secret-value, {TOKEN}, {len(content)}")
    except ValueError:
        structlog.get_logger().exception("failed", request_id="r1", content=content)
    structlog.get_logger().warning("not an error")
    sentry_sdk.init()
    (event,) = [item.payload.json for envelope in sent for item in envelope.items if item.type == "event"]
    said = json.dumps(event)
    assert event["exception"]["values"][0]["type"] == "ValueError"
    assert event["tags"]["request_id"] == "r1"
    for leak in ("my-own-secret-value", TOKEN, "what a member wrote"):
        assert leak not in said
