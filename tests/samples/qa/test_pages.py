def test_short_and_old_addresses_lead_to_the_question(qa_site):
    path = "/questions/10/e17-says-no-position-b-stops-b"
    for short in ("/q/10", "/questions/10", "/questions/10/other-words"):
        assert qa_site.get(short).headers["Location"] == path
    for short in ("/a/12", f"{path}/12"):
        assert qa_site.get(short).headers["Location"] == f"{path}#12"
    assert qa_site.get(path).status_code == 200


def test_the_page_of_a_question_shows_what_stands(qa_site):
    page = qa_site.get("/questions/10/e17-says-no-position-b-stops-b").text
    assert 'id="12"' in page
    assert "spam" not in page
    assert page.index('id="11"') < page.index('id="12"')
    assert qa_site.get("/questions/20/gone").status_code == 404
    assert qa_site.get("/a/21").status_code == 404


def test_a_profile_links_back_to_the_account_that_claims_it(qa_site):
    page = qa_site.get("/users/1").text
    assert '<a href="https://social.example/@nadia" rel="me">' in page
    assert 'rel="me"' not in qa_site.get("/users/2").text
    assert qa_site.get("/users/77").status_code == 404
