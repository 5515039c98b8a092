from types import SimpleNamespace

from ranker.per_generation import PerGeneration


def reading(generation, sequence=1):
    snapshot = SimpleNamespace(number=generation)
    return SimpleNamespace(
        version=(generation, sequence), finder=SimpleNamespace(snapshot=snapshot)
    )


def test_it_is_made_once_for_each_generation_whatever_dies_meanwhile():
    made = []
    kept = PerGeneration(lambda snapshot: made.append(snapshot.number) or f"of {snapshot.number}")
    said = [kept.of(one) for one in (reading(1), reading(1, sequence=2), reading(2), reading(2))]
    assert said == ["of 1", "of 1", "of 2", "of 2"]
    assert made == [1, 2]
