from crawler.sources import youtube
from tests.sources.case import PUBLIC_ONLY, Case, Proof

API = "https://api.example.com/youtube/v3"
ABOUT = {"video": "kb2descale01", "channel": "UCx0kettlebrook", "first": f"{API}/comments?x=1"}
CASE = Case(
    API,
    youtube.Options(channels=("@kettlebrook",), videos=("kb2descale01",)),
    {
        "channel": {"named": "@kettlebrook"},
        "uploads": {"first": f"{API}/playlistItems?x=1"},
        "videos": {"comments": "yes"},
        "threads": {"first": f"{API}/commentThreads?x=1", "channel": "UCx0kettlebrook"},
        "replies": ABOUT,
    },
    {
        "channel_": "channel",
        "uploads_": "uploads",
        "videos_": "videos",
        "threads_": "threads",
        "replies_": "replies",
    },
    proof=Proof(recorded="2019", not_offered=("reputation", "acceptance"), instead=PUBLIC_ONLY),
)
