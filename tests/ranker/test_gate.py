"""The gate: what lets a model pass, and what keeps it out."""

import numpy as np
import pytest
from msgspec.structs import replace

from contract import SystemClock
from indexer.build import silent
from ranker import gate
from ranker.gate import TOLERANCE, lower_end, weigh
from ranker.judged import Document, Question
from ranker.proving import Bench
from ranker.trial import Trial


def judged(name, size=4):
    return Trial(
        name=name,
        documents=tuple(Document(id=f"d{at}", text=f"mower {at}") for at in range(size)),
        questions=tuple(Question(id=f"q{at}", text=f"mower {at}") for at in range(size)),
        qrels={f"q{at}": {f"d{at}": 1} for at in range(size)},
    )


HOME, GUARD = judged("home"), judged("guard")


@pytest.fixture
def weighed(monkeypatch):
    """Weigh two models by what each question of a trial got: `{trial: {system: (was, is)}}`."""

    def of(figures):
        def measured(trial, which):
            return {
                system: np.array(figures[trial.name].get(system, ([0.5] * 40, [0.5] * 40))[which])
                for system in gate.SYSTEMS
            }

        monkeypatch.setattr(gate, "measure", measured)
        return weigh(HOME, [GUARD], 0, 1)

    return of


MORE = ([0.5] * 40, [0.6] * 20 + [0.55] * 20)
AS_MUCH = ([0.5] * 40, [0.5] * 40)


def lost(by):
    return [0.5] * 40, [0.5 - by] * 40


def test_a_model_that_finds_more_at_home_and_loses_nothing_passes(weighed):
    verdict = weighed({"home": {"dense": MORE, "hybrid": MORE}, "guard": {}})
    assert verdict.passes
    assert [(one.trial, one.system, one.guard) for one in verdict.lines] == [
        ("home", "dense", False),
        ("home", "hybrid", False),
        ("guard", "dense", True),
        ("guard", "hybrid", True),
    ]
    assert verdict.lines[1].gain == pytest.approx(0.075)
    assert 0 < verdict.lines[1].lowest < 0.075


def test_a_gain_that_may_be_chance_is_no_win(weighed):
    by_luck = [0.5] * 40, [0.9] * 6 + [0.1] * 4 + [0.5] * 30
    verdict = weighed({"home": {"dense": MORE, "hybrid": by_luck}, "guard": {}})
    assert verdict.lines[1].gain > 0.015
    assert verdict.reasons == ["home, hybrid: the gain of 0.020 may be chance"]


def test_as_much_as_before_is_no_win(weighed):
    verdict = weighed({"home": {"dense": MORE, "hybrid": AS_MUCH}, "guard": {}})
    assert not verdict.passes


def test_a_win_by_keywords_alone_is_none_of_the_models(weighed):
    verdict = weighed({"home": {"dense": lost(0.01), "hybrid": MORE}, "guard": {}})
    assert verdict.reasons == ["home, dense: finds less than before"]


@pytest.mark.parametrize("system", gate.SYSTEMS)
def test_whoever_loses_more_than_is_allowed_on_a_guard_is_kept_out(weighed, system):
    won = {"dense": MORE, "hybrid": MORE}
    assert weighed({"home": won, "guard": {system: lost(TOLERANCE * 0.9)}}).passes
    verdict = weighed({"home": won, "guard": {system: lost(0.02)}})
    assert verdict.reasons == [f"guard, {system}: loses 0.020, more than 0.01 is allowed"]


def test_the_interval_is_the_same_each_time_and_covers_what_it_says():
    chance = np.random.default_rng(5)
    below = [lower_end(chance.normal(0.0, 0.3, 60)) > 0 for _ in range(20)]
    assert sum(below) <= 4  # one of twenty is expected
    apart = chance.normal(0.05, 0.1, 200)
    assert (
        lower_end(apart)
        == lower_end(apart)
        == pytest.approx(apart.mean() - 1.645 * apart.std() / 200**0.5, abs=0.002)
    )


def test_both_models_are_asked_through_the_products_own_search(tmp_path, words_encoder):
    """The second reads nothing, so that all texts are alike to it."""

    blind = words_encoder()
    blind.model = replace(blind.model, revision="blind")
    blind._embed = lambda _: np.eye(1, blind.model.dimension, dtype=np.float32)[0]

    def bench(encoder):
        return Bench(
            encoder=encoder, embeddings=tmp_path / "kept", clock=SystemClock(), progress=silent
        )

    words = ["pond", "antenna", "lawn", "firmware"]
    asked = Trial(
        name="home",
        documents=tuple(Document(id=one, text=f"The {one} again.") for one in words),
        questions=tuple(Question(id=f"q-{one}", text=one) for one in (*words, "nowhere")),
        qrels={f"q-{one}": {one: 1} for one in (*words, "nowhere")},
    )
    verdict = weigh(asked, [], bench(words_encoder()), bench(blind))
    dense = verdict.lines[0]
    assert (dense.system, dense.questions) == ("dense", 5)
    assert dense.before == pytest.approx(0.8)
    assert dense.after < dense.before
    assert not verdict.passes
