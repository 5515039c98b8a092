def test_an_article_tells_machines_author_dates_language_and_votes(markup):
    article, crumbs = markup("/en/articles/e17")
    assert article["@type"] == "TechArticle"
    assert article["headline"] == "E17"
    assert article["author"] == {"@type": "Person", "name": "Nadia O'Hara"}
    assert article["datePublished"] == article["dateModified"] == "2026-03-01T09:00:00Z"
    assert article["inLanguage"] == "en"
    assert [c["userInteractionCount"] for c in article["interactionStatistic"]] == [8, 2]
    assert [c["name"] for c in crumbs["itemListElement"]] == [
        "Meadowlark Help",
        "Mowers and more",
        "E17",
    ]


def test_a_howto_tells_its_steps_as_words(markup):
    howto, _ = markup("/en/articles/reset")
    assert howto["@type"] == "HowTo"
    assert [s["text"] for s in howto["step"]] == ["Lift the lid.", "Press: reset", "Wait."]


def test_a_page_of_questions_tells_each_with_its_answer(markup):
    faq, _ = markup("/en/articles/faq")
    assert faq["@type"] == "FAQPage"
    first, second = faq["mainEntity"]
    assert first["name"] == "Is it loud?"
    assert first["acceptedAnswer"]["text"] == "<p>No, <em>58 dB</em>.</p>\n"
    assert second["name"] == "Is it <safe>?"
    assert "<script>" in second["acceptedAnswer"]["text"]
