"""Generated SVG pictures: an avatar for each user, an icon for each server."""

from __future__ import annotations

import colorsys
from html import escape


def avatar(seed: int, name: str) -> str:
    """A portrait; the same seed always gives the same picture."""
    sky, coat, skin = _colour(seed, 0, 0.45, 0.80), _colour(seed, 1, 0.55, 0.48), _SKINS[seed // 7 % len(_SKINS)]
    hair = _HAIR[seed // 11 % len(_HAIR)]
    fringe = seed // 13 % 3
    return _svg(
        name,
        f'<rect width="128" height="128" fill="{sky}"/>'
        f'<path d="M12 128c0-34 22-48 52-48s52 14 52 48z" fill="{coat}"/>'
        f'<rect x="53" y="70" width="22" height="24" rx="10" fill="{skin}"/>'
        f'<circle cx="64" cy="54" r="27" fill="{skin}"/>'
        f'<path d="{_FRINGES[fringe]}" fill="{hair}"/>'
        '<g fill="#2b2430"><circle cx="54" cy="58" r="3"/><circle cx="74" cy="58" r="3"/></g>'
        '<path d="M56 68q8 7 16 0" fill="none" stroke="#2b2430" stroke-width="2.5" stroke-linecap="round"/>',
    )


def bot_avatar(name: str) -> str:
    """The bot's avatar: a coin with its initial."""
    return _svg(
        name,
        '<rect width="128" height="128" fill="#35304f"/><circle cx="64" cy="64" r="44" fill="#f0b541"/>'
        '<circle cx="64" cy="64" r="35" fill="none" stroke="#b9812a" stroke-width="4"/>'
        '<path d="M46 46h36v10H69v30H59V56H46z" fill="#8a5a16"/>',
    )


def icon(seed: int, name: str) -> str:
    """A server's icon: its initials on two colours."""
    initials = "".join(word[0] for word in name.split() if word[0].isupper())[:2] or name[:1]
    ground, wave = _colour(seed, 2, 0.50, 0.45), _colour(seed, 3, 0.55, 0.60)
    return _svg(
        name,
        f'<rect width="128" height="128" fill="{ground}"/>'
        f'<path d="M0 92q16-12 32 0t32 0 32 0 32 0v36H0z" fill="{wave}"/>'
        '<text x="64" y="76" font-family="Georgia, serif" font-size="52" font-weight="700" fill="#fffaf0" '
        f'text-anchor="middle">{escape(initials)}</text>',
    )


_SKINS = ("#f3d3b8", "#e2b08a", "#c68a5f", "#9a6340", "#6f442b")
_HAIR = ("#2c2226", "#5a3a26", "#8c5a2b", "#c9a25a", "#7d7a86", "#a5472f")
_FRINGES = (
    "M36 54c-2-26 14-34 28-34s30 8 28 34c-6-12-14-16-28-16s-22 4-28 16z",
    "M35 62c-6-34 12-44 29-44s35 10 29 44c-3-14-7-22-13-24-10 6-28 8-38 2-3 6-5 12-7 22z",
    "M38 46c2-20 16-26 26-26s26 8 26 24c-10-8-20-8-30-4s-16 6-22 6z",
)


def _colour(seed: int, channel: int, saturation: float, lightness: float) -> str:
    hue = (seed * 0x9E3779B1 >> 5 * channel) % 360 / 360
    red, green, blue = colorsys.hls_to_rgb(hue, lightness, saturation)
    return f"#{int(red * 255):02x}{int(green * 255):02x}{int(blue * 255):02x}"


def _svg(title: str, drawing: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">'
        f"<title>{escape(title)}</title>{drawing}</svg>"
    )
