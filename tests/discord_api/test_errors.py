"""Which exception an answer becomes, and what it says."""

from __future__ import annotations

import pytest

from discord_api.errors import (
    BanLimit,
    BannedMember,
    Blocked,
    CannotMessage,
    DiscordError,
    Forbidden,
    InvalidForm,
    MissingAccess,
    MissingPermission,
    NotFound,
    TooManyMessages,
    TwoFactorRequired,
    Unauthorized,
    Unavailable,
    UnknownBan,
    UnknownChannel,
    UnknownGuild,
    UnknownInteraction,
    UnknownMember,
    UnknownUser,
    from_answer,
)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, 0, Unauthorized),
        (403, 50013, MissingPermission),
        (403, 50001, MissingAccess),
        (403, 50007, CannotMessage),
        (403, 50278, CannotMessage),
        (403, 40007, BannedMember),
        (403, 40333, Blocked),
        (403, 60003, TwoFactorRequired),
        (403, 50999, Forbidden),
        (403, 0, Forbidden),
        (404, 10003, UnknownChannel),
        (404, 10004, UnknownGuild),
        (404, 10013, UnknownUser),
        (404, 10026, UnknownBan),
        (400, 30035, BanLimit),
        (400, 40003, TooManyMessages),
        (400, 40006, Unavailable),
        (400, 130000, Unavailable),
        (404, 10007, UnknownMember),
        (404, 10062, UnknownInteraction),
        (404, 10099, NotFound),
        (400, 50035, InvalidForm),
        (409, 0, DiscordError),
        (500, 0, Unavailable),
    ],
)
def test_callers_can_tell_refusals_apart(status: int, code: int, kind: type[DiscordError]) -> None:
    error = from_answer(status, {"code": code, "message": "No"})
    assert type(error) is kind
    assert (error.status, error.code, error.message) == (status, code, "No")


@pytest.mark.parametrize("status", [403, 404])
def test_a_refusal_that_is_no_json_comes_from_before_discord_and_says_nothing_about_what_was_asked(status: int) -> None:
    assert type(from_answer(status, None)) is Blocked


def test_a_wrong_form_says_which_fields_are_wrong() -> None:
    errors = {
        "options": {
            "0": {"name": {"_errors": [{"code": "A", "message": "Too long."}, {"code": "B", "message": "Odd."}]}}
        },
        "_errors": [{"code": "C", "message": "Too large."}],
    }
    error = from_answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": errors})
    assert error.fields == {"options.0.name": "Too long. Odd.", "request": "Too large."}
    assert str(error) == (
        "Invalid Form Body (HTTP 400, code 50035); options.0.name: Too long. Odd.; request: Too large"
    )


@pytest.mark.parametrize("body", [None, [], "no", {"code": "x", "errors": ["y"]}, {"errors": {"a": {"_errors": "z"}}}])
def test_an_answer_in_a_strange_form_is_still_an_error(body: object) -> None:
    assert from_answer(400, body).status == 400
