"""Whoever types a code, a name or a phrase in quotes finds first what holds it."""

import pytest

from bench.exact_queries import Corpus
from cli.demo_command import SETTINGS
from cli.workplace import Workplace, read_settings
from indexer.parser import parse
from indexer.wordbook import Wordbook
from ranker.judge import orders
from ranker.proving import Bench
from ranker.respell import Respeller

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

LEAST = 150


@pytest.fixture(scope="module")
def place(shown):
    opened = Workplace(read_settings(shown.data / SETTINGS), shown.data)
    yield opened
    opened.store.close()


@pytest.fixture(scope="module")
def reading(place):
    return place.library.read()


@pytest.fixture(scope="module")
def drawn(place, reading):
    """Queries out of what everybody may see, each post with the title of its thread."""
    finder = reading.finder
    seen, ordinals = finder.visible((), reading.dead), finder.snapshot.ordinals
    texts = {
        post.post_id: post.text if post.kind == "comment" else f"{thread[0].title}\n{post.text}"
        for thread in place.archive.threads()
        for post in thread
        if post.post_id in ordinals and seen[ordinals[post.post_id]]
    }
    made = Corpus(texts, finder.snapshot.manifest.languages).draw()
    assert len(made) >= LEAST
    assert {one.form for one in made} >= {"code", "code and words", "name", "phrase"}
    return made


@pytest.fixture(scope="module")
def places(place, reading, drawn):
    """Of each query and system, the place of the first post that holds it; of `full`, which lists
    threads, of the first thread with such a post. None where there is none."""
    finder, clock = reading.finder, place.clock
    bench = Bench(
        encoder=place.encoder(threads=1),
        embeddings=place.data / "embeddings",
        clock=clock,
        progress=lambda *_: None,
    )
    thread = finder.snapshot.columns.thread
    found = {}
    for one in drawn:
        by_system = orders(one.text, finder, bench)
        holders = [finder.snapshot.ordinals[post_id] for post_id in one.holders]
        first = {name: first_of(order, holders) for name, order in by_system.items()}
        first["full"] = first_of(thread[by_system["full"]].tolist(), thread[holders].tolist())
        found[one.text] = first
    return found


def first_of(order, holders):
    return next((at for at, one in enumerate(order) if one in holders), None)


@pytest.mark.parametrize("system", ["hybrid", "full"])
def test_nothing_comes_before_what_holds_it_unless_by_words_too(system, places):
    worse = {
        text: first
        for text, first in places.items()
        if first["keyword"] == 0 and first[system] != 0
    }
    assert worse == {}


def test_by_meaning_alone_many_of_them_are_not_found_first(places):
    """What makes the test above one: meaning does not know codes and names."""
    missed = [text for text, first in places.items() if first["dense"] != 0]
    assert len(missed) > len(places) / 4


def test_what_was_typed_exactly_is_not_corrected(reading, drawn):
    finder = reading.finder
    respeller = Respeller(Wordbook(finder.snapshot), finder, (), reading.dead)
    respelt = [respeller.respelt(parse(one.text)) for one in drawn]
    assert [one.text for one in respelt if one is not None and one.is_sure] == []
