"""Batches of pairs in which every other passage is a wrong one: no thread stands in one twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from indexer.tuning.lessons import Pair


def batches(pairs: Sequence[Pair], size: int, chance: Random) -> Iterator[list[Pair]]:
    """Every pair once, in an order that `chance` makes.

    A pair whose thread the batch holds already waits for the next one. Batches at the end that are
    not half full are dropped, such as a thread of many answers leaves: with so little to be told
    apart from, a step as long as the others would lead anywhere.
    """
    waiting = list(pairs)
    chance.shuffle(waiting)
    while waiting:
        batch, later = _first_batch(waiting, size)
        if 2 * len(batch) >= size:
            yield batch
        waiting = later


def _first_batch(waiting: Sequence[Pair], size: int) -> tuple[list[Pair], list[Pair]]:
    batch: dict[str, Pair] = {}
    later: list[Pair] = []
    for at, pair in enumerate(waiting):
        if len(batch) == size:
            return list(batch.values()), [*later, *waiting[at:]]
        if pair.thread_id in batch:
            later.append(pair)
        else:
            batch[pair.thread_id] = pair
    return list(batch.values()), later
