"""One bucket's arithmetic and one queue, where a whole client could not show the moment."""

from __future__ import annotations

import asyncio

from discord_api.buckets import Bucket
from discord_api.queues import Line
from tests.discord_api.virtual_time import in_virtual_time


def test_what_others_took_from_a_bucket_is_believed_and_what_is_under_way_is_counted() -> None:
    bucket = Bucket()
    bucket.take()
    bucket.release()
    bucket.learn(5, 4, 10.0, now=0.0)
    for _ in range(3):
        bucket.take()
    bucket.release()
    # Two of ours are under way and one is left by the header: they may have been counted after it was written.
    bucket.learn(5, 1, 9.0, now=1.0)
    assert bucket.wait(1.0) > 0
    assert bucket.wait(11.0) == 0


@in_virtual_time
async def test_a_turn_given_to_somebody_who_leaves_goes_to_the_next() -> None:
    line = Line()
    served: list[int] = []

    async def stand(ticket: int) -> None:
        async with line.turn(ticket):
            served.append(ticket)

    async with line.turn(0):
        leaving, next_one = asyncio.create_task(stand(1)), asyncio.create_task(stand(2))
        await asyncio.sleep(0)
    leaving.cancel()
    await next_one
    assert served == [2]
    assert line.empty
