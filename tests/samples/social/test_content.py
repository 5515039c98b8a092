from samples.social.content import Content


def test_content_is_html_as_mastodon_writes_it(told):
    assert told("/api/v1/statuses/500")["content"] == (
        '<p>Why &amp; how, <span class="h-card" translate="no"><a href="https://social.example/@'
        'nadia" class="u-url mention">@<span>nadia</span></a></span>? 3 &lt; 4<br />See <a href="'
        'https://help.example/en/articles/a-very-long-address" target="_blank" rel="nofollow '
        'noopener" translate="no"><span class="invisible">https://</span><span class="ellipsis">'
        'help.example/en/articles/a-ver</span><span class="invisible">y-long-address</span></a>'
        '</p><p><a href="https://social.example/tags/e17" class="mention hashtag" rel="tag">'
        "#<span>E17</span></a></p>"
    )


def test_strangers_and_numbers_are_neither_mentions_nor_hashtags():
    text = "@ghost asks about #1 in mail@nadia.example, see https://a.example/#top."
    cooked = Content("https://s.example", {"nadia"}).html(text)
    assert "mention" not in cooked
    assert cooked.endswith('<span class="invisible"></span></a>.</p>')
