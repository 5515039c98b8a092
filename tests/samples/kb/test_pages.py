import re


def test_an_internal_page_is_linked_and_left_to_robots_to_respect(page):
    assert 'href="/internal/repair"' in page("/en")
    assert "<h1>Repair</h1>" in page("/internal/repair")


def test_an_article_stands_among_what_a_site_has_around_it(page):
    text = page("/en/articles/e17")
    for around in ("<header>", "<nav ", "<footer>", 'aria-label="Breadcrumb"', "Related articles"):
        assert around in text
    assert "8 of 10 readers found this helpful" in text


def test_a_german_page_says_so_and_knows_its_english_twin(page):
    text = page("/de/articles/reset")
    assert '<html lang="de">' in text
    assert "Aktualisiert am" in text
    assert 'hreflang="en" href="https://help.example/en/articles/reset"' in text
    assert 'hreflang="de" href="https://help.example/de/articles/reset"' in text
    assert 'rel="alternate"' not in page("/en/articles/e17")


def test_a_page_that_wants_no_index_says_so_and_is_in_no_sitemap(page):
    assert '<meta name="robots" content="noindex">' in page("/en/articles/draft")
    assert '<meta name="robots"' not in page("/en/articles/e17")
    assert "draft" not in page("/sitemap-en.xml")


def test_a_link_with_a_tracking_parameter_shows_the_same_page_and_its_true_address(page):
    path = "/en/articles/draft"
    assert f'href="{path}?utm_source=newsletter&amp;utm_medium=email"' in page("/en")
    tracked = page(f"{path}?utm_source=newsletter&utm_medium=email")
    assert f'<link rel="canonical" href="https://help.example{path}">' in tracked
    assert tracked == page(path)


def test_an_old_address_moved_for_good(kb_site, page):
    assert 'href="/articles/zebra"' in page("/en")
    answer = kb_site.get("/articles/zebra")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/en/articles/zebra")
    assert kb_site.get("/articles/repair").status_code == 404


def test_what_is_not_there_is_really_not_found(kb_site):
    for path in ("/en/articles/none", "/fr", "/internal/none", "/a/b/c", "/sitemap-fr.xml"):
        answer = kb_site.get(path)
        assert answer.status_code == 404
        assert 'rel="canonical"' not in answer.text
    assert "Diese Seite gibt es nicht" in kb_site.get("/de/articles/none").text


def test_every_link_within_the_site_leads_somewhere(kb_site, page):
    for start in ("/en", "/de", "/en/sections/mowers-and-more", "/en/articles/e17"):
        for link in set(re.findall(r'href="(/[^"]*)"', page(start))):
            assert kb_site.get(link.replace("&amp;", "&")).status_code in {200, 301, 302}, link


def test_the_company_links_back_to_the_profile_that_claims_the_site(page):
    assert '<a href="https://social.example/@nadia" rel="me">' in page("/en")
