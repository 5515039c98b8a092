import pytest

from samples import qa
from samples.story import StoryError


def test_what_was_deleted_is_left_out_without_a_word(items):
    assert items("/questions/20") == []
    assert items("/answers/13;21") == []
    assert [p["post_id"] for p in items("/posts/10;13;20;11", order="asc")] == [10, 11]


def test_users_tell_how_much_of_theirs_still_stands(items):
    wanted = ".items;user.question_count;user.answer_count"
    (made,) = items("/filters/create", include=wanted, base="none")
    counts = items("/users/1;2", filter=made["filter"])
    assert counts == [
        {"question_count": 0, "answer_count": 1},
        {"question_count": 36, "answer_count": 0},
    ]


def test_two_posts_with_one_id_are_refused(story, retold):
    with pytest.raises(StoryError, match="post 10 is there twice"):
        qa.app(retold(questions=[story.questions[0], story.questions[0]]))
