def test_a_quote_is_cooked_to_an_aside(told):
    cooked = told("/posts/1046.json")["cooked"]
    aside, own = cooked.split("</aside>")
    assert 'data-username="Mira_O" data-post="1" data-topic="1"' in aside
    assert "<strong>stops</strong>" in aside
    assert own.strip() == "<p>Then restart it.</p>"
