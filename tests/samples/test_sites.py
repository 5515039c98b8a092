from samples.sites import Sites

HERE = Sites(
    qa="http://127.0.0.1:1",
    forum="http://127.0.0.1:2",
    kb="http://127.0.0.1:3",
    social="http://127.0.0.1:4",
)


def test_placeholders_become_real_wherever_they_stand(story):
    told = HERE.settle(story)
    assert told.questions[0].post[0].text == "See http://127.0.0.1:2/t/1."
    assert told.topics[1].post[0].text.endswith("http://127.0.0.1:1/q/10")
    assert [url for _, url, _ in told.people["nadia"].social.links][:3] == [
        "http://127.0.0.1:2/u/nadia",
        "http://127.0.0.1:1/users/1",
        "http://127.0.0.1:3/",
    ]


def test_an_address_at_the_end_of_a_sentence_is_one_and_a_longer_name_is_not(story, retold):
    article = story.articles[0]
    text = "See https://qa.example. Not https://qa.example.org, nor https://qa.example-two/."
    changed = type(article)(
        slug="x", title="x", section="x", summary=text, by="nadia", at=article.at
    )
    (told,) = HERE.settle(retold(articles=[changed])).articles
    assert told.summary == (
        "See http://127.0.0.1:1. Not https://qa.example.org, nor https://qa.example-two/."
    )


def test_with_the_placeholders_themselves_nothing_changes(story):
    assert Sites().settle(story) == story
