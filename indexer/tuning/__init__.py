"""Tunes the embedding model to an archive: threads in, a model of the same form out.

After the study of gentle training by in-batch negatives that docs/tuning.md tells of: a little of
it finds more at home and still serves elsewhere, more of it forgets. Whether a tuned model is used
is not decided here: `ranker.gate` judges it.
"""
