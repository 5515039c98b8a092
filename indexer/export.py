"""Turns a sentence-transformers model into a folder that is served without torch.

    python -m indexer.export NAME LABEL FOLDER

All of the model's layers and a last normalising go into one graph and the weights are cut to 8
bits: all-MiniLM-L6-v2 keeps a cosine of .994 to the original and loses no measurable relevance, a
query takes 4 ms instead of 60, and the serving process 290 MB instead of 607 (docs/decisions.md).
What comes out is compared with the original before it is believed: a model that 8 bits would spoil
is kept at full precision, and of one that no graph can stand for only a description is written, by
which it is served by torch. It runs as a process of its own, so that the memory torch takes is
given back.
Quantisation: https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.trained import load, prompts, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

OPSET = 17
"""ONNX operator set: new enough for every operator used, old enough for every runtime in use."""

MOST_TOKENS = 512
"""Word pieces read at most, also of a model that would read more: no passage is longer."""

PLAIN = {"mean", "cls"}
"""Poolings of the models that are no more than a transformer and its pooling."""

SAME = 0.999
"""Least cosine between a graph at full precision and the original: what is left is rounding."""

CLOSE = 0.97
"""Least cosine that 8 bits must keep. all-MiniLM-L6-v2 keeps .99; at .94, which torch's own 8 bits
left of it, relevance suffers (docs/decisions.md)."""

SAID = (
    "E17",
    "How do I reset my password?",
    "Der Mäher bleibt im Regen stehen, 2 m vor der Station.",
    "Update the Firmware first: `mower --update`. Then wipe the contacts and dock it again. " * 8,
)
"""What graph and original must agree on: short and long, with capitals, accents and code."""


class UnlikeError(Exception):
    """What was exported does not embed as the original does."""


def export(name: str, label: str, folder: Path) -> str:
    """Write the model called `name` to `folder`, which appears whole or not at all.

    `label` is what people read where the model is named. Returns why the model has to be served by
    torch; nothing where it was exported.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    model = load(name).eval()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        about, reason = _about(model, name, label), ""
        try:
            about |= _write_served(model, about, made, Path(scratch))
        except Exception as error:  # noqa: BLE001  torch's exporter raises anything
            said = str(error).partition("\n")[0]
            reason = said if isinstance(error, UnlikeError) else f"{type(error).__name__}: {said}"
            shutil.rmtree(made)
            made.mkdir()
            about |= {"precision": "float32", "revision": _fingerprint_of(model)}
        (made / "model.json").write_text(json.dumps(about, indent=2) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return reason


def _about(model: SentenceTransformer, name: str, label: str) -> dict[str, Any]:
    for_query, for_passage = prompts(model)
    return {
        "name": label,
        "dimension": model.get_embedding_dimension(),
        "max_tokens": int(min(model.max_seq_length or 256, MOST_TOKENS)),
        "pooling": "+".join(_poolings(model)) or "none",
        "query_prompt": for_query,
        "passage_prompt": for_passage,
        "source": name,
    }


def _write_served(
    model: SentenceTransformer, about: Mapping[str, Any], made: Path, scratch: Path
) -> dict[str, str]:
    """Write graph and tokenizer; their precision and revision.

    Raises UnlikeError, or whatever the libraries raise, where the model cannot be served this way.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    if (kind := type(model[0]).__name__) != "Transformer":
        raise UnlikeError(f"its first layer is no transformer but {kind}")
    tokenizer: Any = model.tokenizer
    tokenizer.backend_tokenizer.save(str(made / "tokenizer.json"))
    full, served = scratch / "full.onnx", made / "model.onnx"
    write_graph(model, full)
    wanted = _originals(model, about)
    if (cosine := _likeness(full, made, about, wanted)) < SAME:
        raise UnlikeError(f"the exported model has a cosine of {cosine:.3f} to the original")
    quantize_dynamic(full, served, weight_type=QuantType.QInt8, per_channel=True)
    precision = "int8"
    if _likeness(served, made, about, wanted) < CLOSE:
        full.replace(served)
        precision = "float32"
    return {"precision": precision, "revision": _fingerprint(served)}


def write_graph(model: SentenceTransformer, path: Path) -> None:
    """Write the whole model as one graph, at full precision."""
    import torch  # noqa: PLC0415

    first: Any = model[0]
    first.auto_model.set_attn_implementation("eager")  # the only one that can be traced
    words = torch.ones((2, 8), dtype=torch.int64)
    torch.onnx.export(
        _plain_graph(model, torch) if _is_plain(model) else _whole_graph(model, torch),
        (words, words),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "length"},
            "attention_mask": {0: "batch", 1: "length"},
            "embedding": {0: "batch"},
        },
        opset_version=OPSET,
        dynamo=False,
    )


def _poolings(model: SentenceTransformer) -> Iterator[str]:
    for module in model:
        mode = getattr(module, "pooling_mode", None)
        if mode is not None:
            yield mode if isinstance(mode, str) else "+".join(mode)


def _is_plain(model: SentenceTransformer) -> bool:
    """Whether there is nothing but a transformer, its pooling and perhaps a normalising."""
    kinds = [type(module).__name__ for module in model]
    return (
        kinds[:2] == ["Transformer", "Pooling"]
        and kinds[2:] in ([], ["Normalize"])
        and all(pooling in PLAIN for pooling in _poolings(model))
    )


def _plain_graph(model: SentenceTransformer, torch: Any) -> Any:
    """The graph of a plain model, to the byte as in earlier releases: their vectors stay good."""
    (pooling,) = _poolings(model)
    first: Any = model[0]

    class Graph(torch.nn.Module):  # type: ignore[misc]  # torch is imported late
        def __init__(self) -> None:
            super().__init__()
            self.transformer = first.auto_model.eval()

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]
            if pooling == "cls":
                pooled = hidden[:, 0]
            else:
                mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
                pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, p=2.0, dim=1)

    return Graph()


def _whole_graph(model: SentenceTransformer, torch: Any) -> Any:
    """Every layer of the model one after the other, whatever they are."""

    class Graph(torch.nn.Module):  # type: ignore[misc]  # torch is imported late
        def __init__(self) -> None:
            super().__init__()
            self.layers = torch.nn.ModuleList(model)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            for layer in self.layers:
                features = layer(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], p=2.0, dim=1)

    return Graph()


def _originals(model: SentenceTransformer, about: Mapping[str, Any]) -> NDArray[np.float32]:
    """Vectors of SAID as queries and as passages, by the original."""
    shorten(model, about["max_tokens"])
    found = [
        model.encode(list(SAID), prompt=about[one], normalize_embeddings=True)
        for one in ("query_prompt", "passage_prompt")
    ]
    return np.concatenate(found)


def _likeness(
    graph: Path, made: Path, about: Mapping[str, Any], wanted: NDArray[np.float32]
) -> float:
    """Least cosine between what a graph makes of SAID and what was wanted."""
    import onnxruntime as ort  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_file(str(made / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(about["max_tokens"])
    session, found = ort.InferenceSession(graph), []
    for prompt in (about["query_prompt"], about["passage_prompt"]):
        for text in SAID:
            words = np.array([tokenizer.encode(f"{prompt}{text}").ids], dtype=np.int64)
            given = {"input_ids": words, "attention_mask": np.ones_like(words)}
            found.append(session.run(None, given)[0][0])
    return float((np.array(found) * wanted).sum(axis=1).min())


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _fingerprint_of(model: SentenceTransformer) -> str:
    digest = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        digest.update(name.encode() + weight.cpu().float().numpy().tobytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # torch's exporter warns of its own successor
    print(export(sys.argv[1], sys.argv[2], Path(sys.argv[3])))  # noqa: T201  read by `embed`
