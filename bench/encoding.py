"""How passages are embedded: precision, batches and threads, by speed and by what is found.

    python -m bench.encoding JUDGED

The shipped way, 8 bits and each passage by itself, against batches of about one length and against
full precision. A model of 8 bits sets its range of values for a whole call, so that in a batch a
text's vector depends on the others there; at full precision it does not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from bench.machine import this_machine
from bench.table import table
from bench.workbench import parser, workbench
from contract.settings import ModelSettings
from indexer.embed import Encoder, export, open_folder, source_of
from indexer.export import write_graph
from indexer.torch_encoder import TorchEncoder
from indexer.trained import load
from ranker.gate import measure
from ranker.trial import given

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bench.table import Cell
    from indexer.embed import Model, Vectors
    from ranker.proving import Bench
    from ranker.trial import Trial

SETS = ("faq-askubuntu-webapps", "kb-gnome-related")

BATCH = 32

THREADS = (1, 2)


class Batched:
    """An exported model that takes passages of about one length together."""

    def __init__(self, graph: Path, served: Path, model: Model, threads: int) -> None:
        self.model = model
        self._tokenizer = Tokenizer.from_file(str(served / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_tokens)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = ort.InferenceSession(graph, options)

    def query(self, text: str) -> Vectors:
        """Embed a query by itself."""
        vector: Vectors = self._run([self._tokenizer.encode(text).ids])[0]
        return vector

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Embed passages, the shortest first."""
        ids = [one.ids for one in self._tokenizer.encode_batch_fast(list(texts))]
        order = np.argsort([len(one) for one in ids], kind="stable")
        for at in range(0, len(order), BATCH):
            some = order[at : at + BATCH]
            yield some, self._run([ids[one] for one in some])
            progress(len(some))

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        length = max(map(len, ids))
        words = np.zeros((len(ids), length), dtype=np.int64)
        mask = np.zeros_like(words)
        for row, one in enumerate(ids):
            words[row, : len(one)], mask[row, : len(one)] = one, 1
        found = self._session.run(None, {"input_ids": words, "attention_mask": mask})
        vectors: Vectors = found[0]
        return vectors


class Timed:
    """An encoder that knows how long its passages took."""

    def __init__(self, encoder: Encoder, way: str) -> None:
        self.model = msgspec.structs.replace(encoder.model, revision=way)
        self.query = encoder.query
        self._encoder = encoder
        self.count, self.wall_s, self.cpu_s = 0, 0.0, 0.0

    def passages(
        self, texts: Sequence[str], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Embed passages against the clock."""
        wall, cpu = time.perf_counter(), time.process_time()
        found = list(self._encoder.passages(texts, progress))
        self.wall_s += time.perf_counter() - wall
        self.cpu_s += time.process_time() - cpu
        self.count += len(texts)
        yield from found


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to embed."""

    name: str
    opened: Callable[[int], Encoder]
    """Opens it to work in so many threads."""


@contextmanager
def ways() -> Iterator[list[Way]]:
    """The ways compared, the shipped one first; all of the model that is the default."""
    source, label = source_of(ModelSettings())
    with tempfile.TemporaryDirectory() as scratch:
        served, full = Path(scratch) / "served", Path(scratch) / "full.onnx"
        export(source, label, served)
        write_graph(load(source).eval(), full)
        model = open_folder(served, 1).model
        eight = served / "model.onnx"
        yield [
            Way(name="8 bits, one by one", opened=lambda n: open_folder(served, n)),
            Way(name="8 bits, batches", opened=lambda n: Batched(eight, served, model, n)),
            Way(name="full, batches", opened=lambda n: Batched(full, served, model, n)),
            Way(name="full, torch", opened=lambda n: _torch(source, model, n)),
        ]


def _torch(source: str, model: Model, threads: int) -> Encoder:
    import torch  # noqa: PLC0415  two seconds

    torch.set_num_threads(threads)
    return TorchEncoder(source, model)


def main(arguments: Sequence[str] | None = None) -> int:
    """Embed both sets in every way, and ask what is found."""
    args = parser(__doc__, "judged").parse_args(arguments)
    trials = [trial for name in SETS for trial in given(args.judged / name)]
    print(f"{this_machine()}\n")
    with workbench(args, model=False) as bench, ways() as compared:
        rows = [_row(way, n, trials, bench) for way in compared for n in THREADS]
    head = ["way", "threads", "passages", "ms each", "processor ms each"]
    print(
        table(
            [*head, *(f"{system}, {name}" for name in SETS for system in ("dense", "hybrid"))],
            rows,
            4,
        )
    )
    return 0


def _row(way: Way, threads: int, trials: Sequence[Trial], bench: Bench) -> list[Cell]:
    timed = Timed(way.opened(threads), f"{way.name} {threads}")
    with tempfile.TemporaryDirectory() as empty:
        fresh = replace(bench, encoder=timed, embeddings=Path(empty))
        found = [measure(trial, fresh) for trial in trials]
    each = [round(1000 * spent / timed.count, 1) for spent in (timed.wall_s, timed.cpu_s)]
    spent = [f"{one:.1f}" for one in each]
    means = [float(values.mean()) for one in found for values in one.values()]
    return [way.name, threads, timed.count, *spent, *means]


if __name__ == "__main__":
    sys.exit(main())
