"""What people read when Discord refuses something."""

from __future__ import annotations

import pytest

from discord_api import errors
from locales import render
from services.core import site_links
from services.core.discord_refusals import told


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (404, 10004, "I was added to this server for commands only, or I don't have access."),
        (403, 50001, "I was added to this server for commands only, or I don't have access."),
        (404, 10007, "They aren't a member of this server."),
        (404, 10011, "That role no longer exists."),
        (404, 10013, "There is no Discord account with that ID."),
        (404, 10026, "They aren't banned."),
        (400, 30035, "Too many people who aren't members were banned here lately."),
        (400, 40003, "Discord lets me send no more direct messages right now."),
        (403, 40007, "They are banned from this server."),
        (403, 50007, "They don't accept direct messages from me."),
        (403, 50278, "They don't accept direct messages from me."),
        (403, 50013, "I'm missing a permission for that, or my role isn't above theirs."),
        (400, 50028, "Discord refused that: “Invalid role” (code 50028)"),
        (400, 50035, "Discord refused that: “Invalid Form Body” (code 50035)"),
        (403, 60003, "This server requires two-factor authentication for moderation"),
        (401, 0, "Discord isn't accepting my token."),
        (403, 40333, "Discord's network blocked my request before it reached Discord."),
        (503, 130000, "I can't reach Discord right now."),
    ],
)
def test_each_refusal_of_a_punishment_reads_as_what_it_is(status: int, code: int, sentence: str) -> None:
    site_links.use("https://bot.example")
    messages = {50028: "Invalid role", 50035: "Invalid Form Body"}
    text = told(errors.from_answer(status, {"code": code, "message": messages.get(code, "no")}))
    assert render(text, "en-US").startswith(sentence)
    assert render(text, "pt-BR") != render(text, "en-US") != render(text, "es-ES")
