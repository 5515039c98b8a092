"""One file a platform, each pure: bytes in, posts and further wishes out."""
