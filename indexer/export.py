"""Turns a sentence-transformers model into a folder that is served without torch.

    python -m indexer.export NAME LABEL FOLDER

Pooling and normalising go into the graph and the weights are cut to 8 bits: all-MiniLM-L6-v2 keeps
a cosine of .994 to the original and loses no measurable relevance, a query takes 4 ms instead of
60, and the serving process 290 MB instead of 607 (docs/decisions.md). It runs as a process of its
own, so that the memory torch takes is given back.
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

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

OPSET = 17
"""ONNX operator set: new enough for every operator used, old enough for every runtime in use."""

POOLINGS = {"mean", "cls"}


def export(name: str, label: str, folder: Path) -> None:
    """Write the model called `name` to `folder`, which appears whole or not at all.

    `label` is what people read where the model is named.

    Raises ValueError where the model is built in a way this does not know.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  takes eight seconds

    plain = {"attn_implementation": "eager"}  # the only form of attention that can be traced
    model = SentenceTransformer(name, device="cpu", model_kwargs=plain)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        _write_graph(model, made, Path(scratch))
        _write_tokenizer(model, made)
        about = {
            "name": label,
            "revision": _fingerprint(made / "model.onnx"),
            "dimension": model.get_embedding_dimension(),
            "max_tokens": int(model.max_seq_length or 256),
            "pooling": _pooling(model),
            "precision": "int8",
            "query_prompt": model.prompts.get("query", ""),
            "passage_prompt": model.prompts.get("document", ""),
        }
        (made / "model.json").write_text(json.dumps(about, indent=2) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _pooling(model: SentenceTransformer) -> str:
    for module in model:
        mode = getattr(module, "pooling_mode", None)
        if mode is not None:
            named = mode if isinstance(mode, str) else "+".join(mode)
            if named in POOLINGS:
                return named
            raise ValueError(f"pooling {named!r} cannot be exported; known are {POOLINGS}")
    raise ValueError("the model has no pooling layer")


def _write_graph(model: SentenceTransformer, made: Path, scratch: Path) -> None:
    import torch  # noqa: PLC0415
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    full = scratch / "full.onnx"
    words = torch.ones((2, 8), dtype=torch.int64)
    torch.onnx.export(
        _graph(model, torch),
        (words, words),
        str(full),
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
    quantize_dynamic(full, made / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)


def _graph(model: SentenceTransformer, torch: Any) -> Any:
    pooling = _pooling(model)
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


def _write_tokenizer(model: SentenceTransformer, made: Path) -> None:
    tokenizer: Any = model.tokenizer
    tokenizer.backend_tokenizer.save(str(made / "tokenizer.json"))


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")  # torch's exporter warns of its own successor
    export(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
