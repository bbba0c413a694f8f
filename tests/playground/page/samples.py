"""Commands, a card with everything to press, and marked-up texts for the tests of the page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from playwright.async_api import Page

from playground.world.cast import BOB, MARKET
from tests.playground.fake_bot import Json

Open = Callable[..., AbstractAsyncContextManager[Page]]

PAY: Json = {
    "name": "pay",
    "name_localizations": {"pt-BR": "pagar"},
    "description": "Pay somebody",
    "options": [
        {"type": 6, "name": "member", "description": "Whom", "required": True},
        {"type": 3, "name": "amount", "description": "How much", "required": True, "autocomplete": True},
        {"type": 4, "name": "times", "description": "How often", "min_value": 1, "max_value": 3},
    ],
}
SHOP: Json = {
    "name": "shop",
    "description": "The shop",
    "options": [
        {"type": 1, "name": "view", "description": "What is for sale"},
        {"type": 1, "name": "buy", "description": "Buy an item"},
    ],
}
SHOW: Json = {"name": "show", "description": "Shows something"}
GUIDE: Json = {
    "name": "guide",
    "name_localizations": {"pt-BR": "guia"},
    "description": "Explains a command",
    "options": [
        {"type": 3, "name": "topic", "name_localizations": {"pt-BR": "assunto"}, "description": "Which one"},
        {"type": 4, "name": "page", "description": "Which page"},
    ],
}
PROFILE: Json = {"name": "Profile", "type": 2}
REPORT: Json = {"name": "Report", "type": 3}

BUY: Json = {"type": 2, "style": 3, "label": "Buy", "custom_id": "buy"}
CARD: Json = {
    "type": 4,
    "data": {
        "flags": 32768,
        "allowed_mentions": {"parse": []},
        "components": [
            {
                "type": 17,
                "accent_color": 0x2AA198,
                "components": [
                    {"type": 9, "components": [{"type": 10, "content": "**Rope**"}], "accessory": BUY},
                    {"type": 14},
                    {"type": 1, "components": [{"type": 5, "custom_id": "who", "placeholder": "For whom"}]},
                    {
                        "type": 1,
                        "components": [
                            {
                                "type": 3,
                                "custom_id": "colour",
                                "max_values": 2,
                                "placeholder": "Colours",
                                "options": [{"label": name, "value": name[0]} for name in ("red", "green", "blue")],
                            }
                        ],
                    },
                ],
            }
        ],
    },
}

# Source, selector of the element it becomes, and the text in it.
MARKED = [
    ("**bold**", "strong", "bold"),
    ("*soft* and _soft_", "em", "soft"),
    ("__under__", "u", "under"),
    ("~~gone~~", "s", "gone"),
    ("`code *not soft*`", ".code", "code *not soft*"),
    ("```py\nprint('**')\n```", "pre", "print('**')"),
    ("> said\n> twice", "blockquote", "said\ntwice"),
    ("# Big", ".heading-1", "Big"),
    ("-# small", ".subtext", "small"),
    ("- one\n  - two", "ul ul li", "two"),
    ("3. three", "ol[start='3'] li", "three"),
    ("[here](https://example.org/a_(b))", "a[href='https://example.org/a_(b)'][rel~=noopener]", "here"),
    (f"<@{BOB}>", "button.mention", "@Bob Castell"),
    (f"<#{MARKET}>", "button.mention", "#market"),
    ("</daily:123456789012345678>", "button.mention", "/daily"),
    ("<:coin:123456789012345678>", ".emoji", ":coin:"),
    ("<t:0:D>", "time[datetime='1970-01-01T00:00:00.000Z']", "January 1, 1970"),
    ("***both***", "strong em", "both"),
    ("||hidden||", ".spoiler.covered", "hidden"),
]


def last(page: Page) -> Any:
    return page.locator("#message-list .message").last
