"""Refusals that platforms explain: a quota used up, an API closed, a token that has run out.

What speaks of one page alone stays what it is: whatever stood there is not to be seen any more.
"""

import json

import pytest

from contract.errors import SourceError
from crawler.fetch import Explaining, Page
from tests.sources.recorded import CASES, HERE, source_of

URL = "https://api.example.com/x"
EXPLAINING = (
    "bluesky", "discourse", "facebook", "github", "github-discussions", "lemmy", "linkedin",
    "mastodon", "mediawiki", "reddit", "roundup", "stackexchange", "wordpress", "x", "youtube",
    "zendesk",
)  # fmt: skip


def refusal(platform, status, body, kind="list"):
    """What a source makes of a refusal: the body is text, a payload, or the name of a file."""
    if isinstance(body, str) and body.endswith(".json"):
        body = (HERE / platform / body).read_text()
    written = body if isinstance(body, str) else json.dumps(body)
    return source_of(platform).refusal(Page(kind=kind, url=URL, body=written.encode()), status)


def google(reason, said="Said so."):
    return {"error": {"code": 403, "message": said, "errors": [{"reason": reason}]}}


def graph(code, said="(#4) Limit reached", subcode=None):
    return {"error": {"message": said, "type": "OAuthException", "code": code,
                      "error_subcode": subcode, "fbtrace_id": "A1"}}  # fmt: skip


def stack(number, name, said):
    return {"error_id": number, "error_message": said, "error_name": name}


def wordpress(code, status, said="Sorry."):
    return {"code": code, "message": said, "data": {"status": status}}


def problem(kind, title, **more):
    return {
        "title": title,
        "detail": "See X.",
        "type": f"https://api.x.com/2/problems/{kind}",
    } | more


def discourse(kind, said):
    return {"errors": [said], "error_type": kind}


NO_DESK = {"error": {"title": "No help desk at brew.example.com", "message": "You can claim it."}}
SCOPES = {
    "error": "Forbidden",
    "description": "You are missing the following required scopes: read",
}
BLOCKED = {"message": "Repository access blocked", "block": {"reason": "dmca"}}
NEEDS_USER = "This method requires an authenticated user"
BAD_KEY = (
    "You are not permitted to view the requested resource. The API username or key is invalid."
)


@pytest.mark.parametrize("platform", EXPLAINING)
def test_a_source_whose_platform_explains_itself_says_so(platform):
    assert isinstance(source_of(platform), Explaining)


@pytest.mark.parametrize(
    ("platform", "status", "body", "says", "hint"),
    [
        ("bluesky", 401, {"error": "AuthMissing", "message": "Authentication Required"},
         "Bluesky says AuthMissing: Authentication Required", "server it is for"),
        ("bluesky", 401, {"error": "AuthenticationRequired"}, "Required", "server it is for"),
        *[("bluesky", 400, {"error": error, "message": "Token has expired"},
           f"Bluesky says {error}: Token has expired", "lasts some hours")
          for error in ("ExpiredToken", "InvalidToken")],
        ("bluesky", 401, "", "Bluesky says 401", "api_key"),
        ("bluesky", 429, {"error": "RateLimitExceeded"}, "RateLimitExceeded", "delay_s"),
        ("bluesky", 400, {"error": "InvalidRequest", "message": "Profile not found"},
         "Bluesky says InvalidRequest: Profile not found", "accounts"),
        ("bluesky", 403, "<html>Forbidden</html>", "Bluesky says 403", "Searches"),
        ("discourse", 403, discourse("not_logged_in", "You need to be logged in to do that."),
         "Discourse says not_logged_in: You need to be logged in", "guests"),
        ("discourse", 403, discourse("invalid_access", BAD_KEY),
         "Discourse says invalid_access: .* key is invalid", "api_user"),
        ("discourse", 429, discourse("rate_limit", "Slow down.") | {"extras": {"wait_seconds": 9}},
         "Discourse says rate_limit: Slow down", "delay_s"),
        ("discourse", 503, discourse("read_only", "In read only mode."), "read_only", "worked on"),
        *[("facebook", 400, graph(code), rf"Facebook says {code}: \(#4\) Limit", "too many calls")
          for code in (4, 17, 32, 613)],
        *[("facebook", 403, graph(code), f"Facebook says {code}:", "pages_read_engagement")
          for code in (10, 200, 299)],
        ("facebook", 400, graph(190, "Session has expired"), "190: Session has expired", "new"),
        ("github", 401, {"message": "Bad credentials"}, "GitHub says 401: Bad cred", "new token"),
        ("github", 403, {"message": "Resource not accessible by personal access token"},
         "GitHub says 403: Resource not accessible", "leave to read"),
        ("github-discussions", 403, {"message": "Resource protected by organization SAML"},
         "GitHub says 403: Resource protected", "single sign-on"),
        ("github", 429, {"message": "API rate limit exceeded for 192.0.2.1."},
         "GitHub says 429: API rate limit exceeded", "5,000"),
        ("lemmy", 400, {"error": "not_logged_in"}, "Lemmy says not_logged_in", "private"),
        ("lemmy", 400, {"error": "instance_is_private"}, "instance_is_private", "api_key"),
        ("lemmy", 401, {"error": "incorrect_login"}, "incorrect_login", "Renew"),
        ("lemmy", 429, {"error": "rate_limit_error"}, "rate_limit_error", "delay_s"),
        ("lemmy", 404, {"error": "couldnt_find_community"}, "find_community", "communities"),
        ("linkedin", 401, {"serviceErrorCode": 65601, "message": "Revoked", "status": 401},
         "LinkedIn says 65601: Revoked", "new token"),
        ("linkedin", 403, {"serviceErrorCode": 100, "message": "Not enough permissions"},
         "LinkedIn says 100: Not enough permissions", "r_organization_social"),
        ("linkedin", 426, {"code": "NONEXISTENT_VERSION", "message": "Not active", "status": 426},
         "LinkedIn says NONEXISTENT_VERSION: Not active", "version"),
        ("linkedin", 429, {"serviceErrorCode": 101, "message": "DAY limit"}, "101", "midnight"),
        ("mastodon", 401, "error_needs_a_token.json", f"Mastodon says 401: {NEEDS_USER}", "token"),
        ("mastodon", 422, {"error": NEEDS_USER}, f"Mastodon says 422: {NEEDS_USER}", "account"),
        ("mastodon", 403, {"error": "This action is outside the authorized scopes"},
         "Mastodon says 403: This action is outside", "scope"),
        ("mediawiki", 403, "error_guests_may_not_read.json", "readapidenied: You need", "api_key"),
        ("mediawiki", 401, {"error": {"code": "mwoauth-invalid-authorization", "info": "No."}},
         "mwoauth-invalid-authorization: No", "Renew"),
        ("reddit", 403, {"reason": "private", "message": "Forbidden", "error": 403},
         "Reddit says private: Forbidden", "moderators"),
        ("reddit", 403, {"reason": "quarantined", "message": "Forbidden", "error": 403},
         "Reddit says quarantined: Forbidden", "opt in"),
        ("reddit", 404, {"reason": "banned", "message": "Not Found", "error": 404},
         "Reddit says banned: Not Found", "closed"),
        ("reddit", 404, {"message": "Not Found", "error": 404}, "Reddit says 404", "names"),
        ("reddit", 401, {"message": "Unauthorized", "error": 401}, "Reddit says 401", "renew"),
        ("reddit", 429, {"message": "Too Many Requests", "error": 429}, "says 429", "delay_s"),
        ("reddit", 403, "<html>blocked</html>", "Reddit says 403", "user_agent"),
        ("roundup", 403, "error_forbidden.json", "Roundup says 403: Forbidden", "Rest Access"),
        ("stackexchange", 400, "error_throttled.json",
         "Stack Exchange says throttle_violation: too many requests", "10,000"),
        ("stackexchange", 400, stack(400, "bad_parameter", "site"),
         "Stack Exchange says bad_parameter: site", "`site`"),
        *[("stackexchange", 400, stack(403, name, "No."), f"{name}: No", "api_key")
          for name in ("access_denied", "invalid_access_token", "key_required")],
        ("stackexchange", 400, stack(401, "access_token_required", "No."), "required", "everybody"),
        ("wordpress", 404, "error_no_route.json", "WordPress says rest_no_route", "permalinks"),
        ("wordpress", 404, "<html>Not found</html>", "WordPress says 404", "plain_permalinks"),
        ("wordpress", 401, wordpress("rest_cannot_access", 401, "DRA: members only."),
         "WordPress says rest_cannot_access: DRA: members only", "application password"),
        ("wordpress", 403, "REST API disabled", "WordPress says 403", "plugin"),
        ("wordpress", 400, wordpress("rest_invalid_param", 400), "invalid_param: Sorry", "check"),
        ("x", 403, problem("client-forbidden", "Client Forbidden", reason="client-not-enrolled"),
         "X says Client Forbidden: See X", "project"),
        ("x", 429, problem("usage-capped", "UsageCapExceeded", period="Monthly"),
         "X says UsageCapExceeded", "this month"),
        ("x", 402, problem("credits", "CreditsDepleted"), "X says CreditsDepleted", "credits"),
        ("x", 403, "", "X says 403", "plan"),
        ("x", 429, "", "X says 429", "delay_s"),
        ("x", 401, {"title": "Unauthorized", "type": "about:blank", "status": 401},
         "X says Unauthorized", "Renew"),
        ("youtube", 403, "error_quota_exceeded.json",
         "YouTube says quotaExceeded: .* exceeded your quota", "midnight"),
        ("youtube", 400, "error_key_invalid.json", "badRequest: API key not valid", "api_key"),
        *[("youtube", 400, google(reason), f"YouTube says {reason}: Said so", "api_key")
          for reason in ("keyInvalid", "keyExpired")],
        ("youtube", 403, google("dailyLimitExceeded"), "dailyLimitExceeded", "midnight"),
        ("youtube", 403, google("userRateLimitExceeded"), "userRateLimitExceeded", "delay_s"),
        ("youtube", 403, google("forbidden"), "forbidden", "YouTube Data API"),
        ("youtube", 403, google("ipRefererBlocked"), "ipRefererBlocked", "this machine"),
        ("youtube", 403, google("accessNotConfigured"), "accessNotConfigured", "Switch on"),
        ("youtube", 429, google("rateLimitExceeded"), "rateLimitExceeded", "delay_s"),
        ("zendesk", 404, NO_DESK, "No help desk at brew.example.com: You can", "`url`"),
        ("zendesk", 403, SCOPES, "Zendesk says Forbidden: .* scopes", "right"),
        ("zendesk", 429, {"error": "APIRateLimitExceeded"}, "APIRateLimitExceeded", "delay_s"),
    ],
)  # fmt: skip
def test_a_refusal_is_named_with_what_to_do(platform, status, body, says, hint):
    error = refusal(platform, status, body)
    assert isinstance(error, SourceError)
    with pytest.raises(SourceError, match=rf"^{URL}: .*{says}"):
        raise error
    assert hint in error.hint


@pytest.mark.parametrize(
    ("platform", "status", "body"),
    [
        ("bluesky", 400, {"error": "NotFound", "message": "Post not found: at://did:plc:a/x/y"}),
        ("bluesky", 502, "<html>Bad gateway</html>"),
        ("discourse", 403, discourse("invalid_access", "You are not permitted to view this.")),
        ("discourse", 404, discourse("not_found", "The requested URL could not be found.")),
        ("facebook", 400, graph(100, "Unsupported get request.", 33)),
        ("github", 404, {"message": "Not Found"}),
        ("github", 410, {"message": "This issue was deleted"}),
        ("github", 403, BLOCKED),
        ("lemmy", 404, {"error": "couldnt_find_post"}),
        ("linkedin", 404, {"serviceErrorCode": 0, "message": "Not Found", "status": 404}),
        ("mastodon", 404, {"error": "Record not found"}),
        ("mastodon", 410, {"error": "Gone"}),
        ("mediawiki", 404, {"error": {"code": "missingtitle", "info": "Not there."}}),
        ("roundup", 404, {"error": {"status": 404, "msg": "Not found"}}),
        ("youtube", 403, "error_comments_disabled.json"),
        ("youtube", 404, "error_comment_not_found.json"),
        ("youtube", 404, google("videoNotFound")),
        ("zendesk", 404, {"error": "RecordNotFound", "description": "Not found"}),
        ("zendesk", 403, {"error": {"title": "Forbidden", "message": "You do not have access"}}),
    ],
)
def test_what_is_said_of_the_page_itself_means_what_it_says(platform, status, body):
    assert refusal(platform, status, body, "one") is None


@pytest.mark.parametrize(
    ("status", "body", "hint"),
    [
        (401, {"error": "Couldn't authenticate you"}, "guests"),
        (404, {"error": "InvalidEndpoint", "description": "Not found"}, "community = false"),
    ],
)
def test_of_zendesk_a_list_that_is_refused_says_what_one_article_does_not(status, body, hint):
    assert hint in refusal("zendesk", status, body, "posts").hint
    assert refusal("zendesk", status, body, "article") is None


@pytest.mark.parametrize("platform", EXPLAINING)
def test_a_refusal_that_explains_nothing_is_read_without_a_fuss(platform):
    source = source_of(platform)
    for body in (b"", b"null", b"[]", b"{}", b'{"error": 5}', b'"x"', b"<html>", b"\xff"):
        for kind in CASES[platform].kinds.values():
            page = Page(kind=kind, url=URL, body=body)
            for status in (400, 401, 403, 404, 410, 429, 500):
                assert isinstance(source.refusal(page, status), SourceError | None)
