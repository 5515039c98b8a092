def test_people_are_found_whatever_the_case_and_link_back_where_proven(forum_site, told):
    assert told("/u/mira_o.json")["user"]["username"] == "Mira_O"
    staff = told("/u/nadia.json")["user"]
    assert (staff["admin"], staff["website"]) == (True, "https://social.example/@nadia")
    assert 'rel="me"' in forum_site.get("/u/nadia").text
