import pytest
from starlette.testclient import TestClient

from samples import forum
from samples.story import ForumPost, StoryError, Topic


def test_sitemaps_lead_to_every_open_topic(forum_site):
    assert "/sitemap_1.xml" in forum_site.get("/sitemap.xml").text
    listed = forum_site.get("/sitemap_1.xml").text
    assert listed.count("<url>") == 64
    assert "<loc>https://forum.example/t/mower-stops-i-waits-i/1</loc>" in listed
    assert forum_site.get("/sitemap_recent.xml").text.count("<url>") == 4
    assert "Sitemap: https://forum.example/sitemap.xml" in forum_site.get("/robots.txt").text


def test_a_forum_where_nobody_spoke_yet_has_empty_sitemaps(retold):
    site = TestClient(forum.app(retold(topics=[])))
    for path in ("/sitemap.xml", "/sitemap_1.xml", "/sitemap_recent.xml"):
        answer = site.get(path)
        assert (answer.status_code, "<loc>" in answer.text) == (200, False)
    assert site.get("/latest.json").json()["topic_list"]["topics"] == []


def test_a_story_that_does_not_fit_is_refused_with_its_reason(story, retold):
    lost = {key: who for key, who in story.people.items() if key != "otto"}
    with pytest.raises(StoryError, match=r"nobody in people.toml has the key 'otto'"):
        forum.app(retold(people=lost))
    with pytest.raises(StoryError, match="there is no room 'insiders'"):
        forum.app(retold(categories={"mowers": story.categories["mowers"]}))
    first = ForumPost(id=1, by="mira", at=story.topics[0].post[0].at, text="?", reply_to=1)
    early = Topic(id=1, title="?", category="mowers", post=[first])
    with pytest.raises(StoryError, match="post 1 replies to number 1, which is not before it"):
        forum.app(retold(topics=[early]))
    with pytest.raises(StoryError, match="topic 1 is there twice"):
        forum.app(retold(topics=[*story.topics, story.topics[1]]))
