"""Sentence-transformers models of two layers with weights made by chance: no hub, no download."""

import string

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

TEXT = """the mower stops near pond lawn antenna wall dock rain update firmware reset password how
do i my in and it then wipe contacts is was query passage error"""
WORDS = TEXT.split()
LETTERS = [*string.ascii_lowercase, *string.digits, *map("##{}".format, string.ascii_lowercase)]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def make(folder, *, architecture="bert", pooling="mean", dense=None, normalize=True, **more):
    """Write a model to a folder; `more` goes to SentenceTransformer (`prompts`)."""
    import torch  # noqa: PLC0415  two seconds
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer import modules  # noqa: PLC0415

    torch.manual_seed(7)
    bare = folder.parent / f"{folder.name}-bare"
    _transformer(architecture).save_pretrained(bare)
    _tokenizer().save_pretrained(bare)
    first = modules.Transformer(str(bare), max_seq_length=64)
    layers = [first, modules.Pooling(first.get_embedding_dimension(), pooling_mode=pooling)]
    if dense is not None:
        layers.append(modules.Dense(32, dense))
    if normalize:
        layers.append(modules.Normalize())
    SentenceTransformer(modules=layers, device="cpu", **more).save(
        str(folder), create_model_card=False
    )
    return folder


def static(folder):
    """A table of one vector a word, which has no layers at all."""
    import numpy as np  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer import modules  # noqa: PLC0415

    weights = np.random.default_rng(7).normal(size=(len(_vocabulary()), 32)).astype(np.float32)
    table = modules.StaticEmbedding(_backend(), embedding_weights=weights)
    SentenceTransformer(modules=[table], device="cpu").save(str(folder), create_model_card=False)
    return folder


def _transformer(architecture):
    import transformers  # noqa: PLC0415

    size = {"vocab_size": len(_vocabulary()), "pad_token_id": 0}
    match architecture:
        case "bert":
            config = transformers.BertConfig(
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                **size,
            )
            return transformers.BertModel(config)
        case "distilbert":
            config = transformers.DistilBertConfig(
                dim=32, n_layers=2, n_heads=2, hidden_dim=64, **size
            )
            return transformers.DistilBertModel(config)
        case "mpnet":
            config = transformers.MPNetConfig(
                hidden_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=64,
                **size,
            )
            return transformers.MPNetModel(config)


def _tokenizer():
    import transformers  # noqa: PLC0415

    named = dict(zip(("pad", "unk", "cls", "sep", "mask"), SPECIAL, strict=True))
    special = {f"{name}_token": word for name, word in named.items()}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=_backend(), **special)


def _backend():
    tokenizer = Tokenizer(models.WordPiece(_vocabulary(), unk_token=SPECIAL[1]))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def _vocabulary():
    return {word: at for at, word in enumerate([*SPECIAL, *LETTERS, *WORDS])}
