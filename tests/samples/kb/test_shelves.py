import pytest

from samples import kb
from samples.story import StoryError


def test_two_articles_cannot_share_an_address(story, retold):
    twice = [*story.articles, story.articles[0]]
    with pytest.raises(StoryError, match="article /en/articles/draft is there twice"):
        kb.app(retold(articles=twice))
