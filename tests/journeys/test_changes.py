"""A place changes while it is searched: what is new comes in, what is gone goes out."""

import msgspec
import pytest

from samples.serve import Communities

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]


def without(story, title_part):
    kept = [topic for topic in story.topics if title_part not in topic.title]
    assert len(kept) == len(story.topics) - 1
    return msgspec.structs.replace(story, topics=kept)


def test_a_second_crawl_finds_nothing_new(copied, communities, clock):
    first = copied.posts(clock)
    again = copied.run("crawl")
    assert again.returncode == 0
    assert copied.posts(clock) == first
    told = [line for line in again.stderr.splitlines() if "pages," in line]
    assert len(told) == len(communities.urls)
    assert all(" 0 posts new or changed" in line for line in told)


def test_a_thread_that_was_deleted_is_gone_from_the_results_before_the_next_indexing(
    copied, story, first_port, ask
):
    question = "dock light colour blind"
    dock = next(topic for topic in story.topics if "colour-blind" in topic.title.replace(" ", "-"))
    ids = {f"forum:{post.id}" for post in dock.post}
    assert ids & {result["id"] for result in ask(question)["results"]}
    with Communities(without(story, dock.title), first_port):
        crawled = copied.run("crawl", "forum", "--full")
    assert f"{len(ids)} posts gone" in crawled.stderr
    assert not ids & {result["id"] for result in copied.search(question)["results"]}
