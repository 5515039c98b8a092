from datetime import timedelta

import msgspec
import pytest

from samples.story import StoryError, last_change, tell


def test_the_shipped_stories_fit_their_types_and_stand_in_order():
    story = tell()
    assert all((story.questions, story.topics, story.articles, story.statuses))
    for told in (
        [question.post[0].at for question in story.questions],
        [topic.post[0].at for topic in story.topics],
        [(article.section, article.slug) for article in story.articles],
        [status.at for status in story.statuses],
    ):
        assert told == sorted(told)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[person]]\nkey = 1", r"Expected `str`, got `int`"),
        ('[[person]]\nkey = "a"\nname = "A"\njoined = 2024-01-01\nrolle = ""', "`rolle`"),
        ("[[person", "Expected ']]'"),
    ],
)
def test_a_file_that_does_not_fit_is_named_with_its_fault(tmp_path, text, fault):
    (tmp_path / "people.toml").write_text(text)
    with pytest.raises(StoryError, match=rf"people\.toml: .*{fault}"):
        tell(tmp_path)


def test_a_change_is_the_edit_or_else_the_writing(story):
    status = story.statuses[0]
    edited = msgspec.structs.replace(status, edited=status.at + timedelta(days=1))
    assert status.changed_at == status.at
    assert last_change([edited, status]) == edited.edited
    assert last_change([]) is None
