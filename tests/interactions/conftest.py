"""The endpoint alone, in front of a dispatcher that notes who got in."""

from __future__ import annotations

import pytest

from interactions.endpoint import InteractionEndpoint
from tests.interactions.door import Inside
from tests.support.bot import APPLICATION, KEY


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def door(inside: Inside) -> InteractionEndpoint:
    return InteractionEndpoint(APPLICATION, bytes(KEY.verify_key), inside)
