"""Trains a sentence-transformers model gently, and keeps half of what it was.

Each title is drawn to its own passage and away from all others of the batch (multiple negatives
ranking loss, Henderson et al. 2017, https://arxiv.org/abs/1705.00652, cosine times 20), by AdamW
with a rate that rises over the first tenth of the steps and then falls to 0. The result is averaged
with the original, weight by weight (Wortsman et al. 2022, https://arxiv.org/abs/2109.01903): nearly
all of the gain at home stays, and less is forgotten.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from indexer.trained import load, prompts, shorten
from indexer.tuning.batches import batches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sentence_transformers import SentenceTransformer

    from indexer.build import Progress
    from indexer.tuning.lessons import Pair

SCALE = 20.0
"""What cosines are multiplied by before the softmax, as all-MiniLM-L6-v2 itself was trained."""

DECAY = 0.01
"""Weight decay of AdamW."""

LARGEST_GRADIENT = 1.0
"""Norm to which a longer gradient is cut."""

WARM_UP = 0.1
"""Share of the steps over which the rate rises."""

KEPT = 0.5
"""Share of the original in the average."""

TIMED = 3
"""Steps that are timed before the training begins, and change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train. The figures behind the defaults stand in docs/tuning.md."""

    epochs: int = 2
    rate: float = 2e-5
    """Highest learning rate."""
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where to train, and how much fits there."""

    name: str
    batch: int
    """Pairs a step: the more, the more wrong passages each title is told apart from."""
    tokens: int
    """Word pieces read of a passage, at most."""
    at_once: int
    """Pairs whose gradients are computed at a time; memory is for these."""


ON_CPU = Device(name="cpu", batch=128, tokens=128, at_once=32)
"""Takes 2.5 GB. Twice the word pieces would take more than twice the time; batches of 32 need no
caching and a quarter less time, but lead a small archive's model astray (docs/tuning.md)."""

ON_GPU = Device(name="cuda", batch=512, tokens=256, at_once=64)
"""The batch of the study; gradients are cached 64 pairs at a time, so that it fits any card."""

LEAST_STEPS = 8
"""A batch is made smaller than the device could hold before an epoch has fewer steps than this."""

SMALLEST_BATCH = 8


def device() -> Device:
    """The GPU, where there is one."""
    import torch  # noqa: PLC0415  two seconds

    return ON_GPU if torch.cuda.is_available() else ON_CPU


def train(
    source: str,
    pairs: Sequence[Pair],
    folder: Path,
    recipe: Recipe,
    *,
    place: Device,
    threads: int,
    announce: Callable[[str], None],
    progress: Progress,
) -> None:
    """Train the model `source` names on the pairs and save it to `folder`.

    `announce` is told how long it will take before anything is changed.
    """
    import torch  # noqa: PLC0415

    torch.manual_seed(recipe.seed)
    torch.set_num_threads(threads)
    model = load(source, place.name)
    original = {name: weight.clone() for name, weight in model.state_dict().items()}
    size = max(SMALLEST_BATCH, min(place.batch, len(pairs) // LEAST_STEPS))
    chance = Random(recipe.seed)  # noqa: S311  an order, no secret
    steps = [one for _ in range(recipe.epochs) for one in batches(pairs, size, chance)]
    reads = model.max_seq_length
    shorten(model, place.tokens)
    model.train()
    trainer = _Trainer(model, _loss(model, size, place.at_once), recipe.rate, len(steps))
    announce(_told(len(steps), size, trainer.seconds_a_step(steps[:TIMED]), place))
    for done, batch in enumerate(steps, start=1):
        trainer.step(batch)
        progress("training", done, len(steps))
    if model.max_seq_length != reads:
        model.max_seq_length = reads
    model.load_state_dict(_averaged(original, model.state_dict()))
    model.save(str(folder), create_model_card=False)


class _Trainer:
    """Takes steps, each of one batch."""

    def __init__(self, model: SentenceTransformer, loss: Any, rate: float, steps: int) -> None:
        import torch  # noqa: PLC0415

        self._torch: Any = torch
        self._model: Any = model
        self._prompts = prompts(model)
        self._loss = loss
        self._optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=DECAY)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(
            self._optimizer, lambda at: _share_of_rate(at, steps)
        )

    def step(self, batch: Sequence[Pair]) -> None:
        """Learn a batch."""
        self._loss_of(batch).backward()
        self._torch.nn.utils.clip_grad_norm_(self._model.parameters(), LARGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad()

    def seconds_a_step(self, batches: Sequence[Sequence[Pair]]) -> float:
        """How long a step takes, by these batches, of which nothing is learned.

        The first one is left out where there are others: it also makes room in memory.
        """
        taken = []
        for batch in batches:
            began = time.perf_counter()
            self._loss_of(batch).backward()
            self._optimizer.zero_grad()
            taken.append(time.perf_counter() - began)
        measured = taken[1:] or taken
        return sum(measured) / len(measured)

    def _loss_of(self, batch: Sequence[Pair]) -> Any:
        for_query, for_passage = self._prompts
        titles = [f"{for_query}{pair.title}" for pair in batch]
        passages = [f"{for_passage}{pair.passage}" for pair in batch]
        sides = [self._features(titles), self._features(passages)]
        return self._loss(sides, self._torch.arange(len(batch)))

    def _features(self, texts: Sequence[str]) -> Any:
        features = self._model.preprocess(list(texts))
        return {
            name: value.to(self._model.device) if hasattr(value, "to") else value
            for name, value in features.items()
        }


def _loss(model: SentenceTransformer, size: int, at_once: int) -> Any:
    """The loss; where a batch does not fit, every text is embedded twice and gradients are kept.

    Gao et al. 2021, https://arxiv.org/abs/2101.06983.
    """
    from sentence_transformers.sentence_transformer import losses  # noqa: PLC0415

    if size <= at_once:
        return losses.MultipleNegativesRankingLoss(model, scale=SCALE)
    return losses.CachedMultipleNegativesRankingLoss(model, scale=SCALE, mini_batch_size=at_once)


def _share_of_rate(at: int, steps: int) -> float:
    """Part of the highest rate at a step: up over the first tenth, then down to 0."""
    rising = max(1, round(WARM_UP * steps))
    return (at + 1) / rising if at < rising else (steps - at) / max(1, steps - rising)


def _averaged(original: Mapping[str, Any], tuned: Mapping[str, Any]) -> dict[str, Any]:
    """Weight by weight; counters and the like, which are whole numbers, stay as they were."""
    return {
        name: KEPT * weight + (1.0 - KEPT) * tuned[name] if weight.is_floating_point() else weight
        for name, weight in original.items()
    }


def _told(steps: int, size: int, each_s: float, place: Device) -> str:
    minutes = steps * each_s / 60
    lasts = f"about {minutes:.0f} minutes" if minutes >= 1.5 else f"about {steps * each_s:.0f} s"
    where = "on the GPU" if place.name == "cuda" else "on this machine's processors (no GPU)"
    return f"training {where}: {steps} steps of {size} pairs, {lasts}; Ctrl-C changes nothing"
