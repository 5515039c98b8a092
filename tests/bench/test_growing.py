import json

import pytest

from bench.growing import first, growing, mixed


def line(native, text, parent=None, title=""):
    return {
        "id": f"mower:{native}",
        "type": "question" if parent is None else "answer",
        "url": f"https://mower.example/{native}",
        "title": title,
        "body_text": text,
        "parent": parent and f"mower:{parent}",
    }


@pytest.fixture
def community(tmp_path):
    lines = [
        line(1, "It stops beside the pond.", title="Mower stops"),
        line(2, "Move the antenna up.", parent=1),
        line(3, "Does it swim far out?", title="Swimming mower"),
    ]
    said = "\n".join(map(json.dumps, lines))
    (tmp_path / "mower.posts.jsonl").write_text(said, "utf-8")
    return tmp_path


def test_real_threads_come_first_and_then_there_is_no_end(community):
    posts = list(first(growing(community), 3))
    assert {post.post_id for post in posts} == {"mower:1", "mower:2", "mower:3"}
    many = list(first(growing(community), 50))
    assert len(many) >= 50
    assert len({post.post_id for post in many}) == len(many)
    assert all(post.text for post in many)


def test_a_smaller_community_is_the_beginning_of_a_larger_one(community):
    small, large = (list(first(growing(community), size)) for size in (7, 20))
    assert large[: len(small)] == small


def test_a_mixed_thread_has_the_form_of_one_and_words_of_both(community):
    threads = growing(community)
    one, other = sorted((next(threads), next(threads)), key=len, reverse=True)
    question, reply = mixed(one, other, 4)
    assert (question.post_id, reply.parent_id) == ("mower:1~4", question.post_id)
    assert question.text == "It stops beside far out?"
    assert reply.text == "Move the antenna far out?"


def test_a_folder_without_posts_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no <site>\.posts\.jsonl"):
        next(growing(tmp_path))
