from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from contract import Author
from indexer.columns import UNKNOWN
from ranker.people import People

ACCOUNTS = tuple(Author(author_id=f"qa:{name}", name=name) for name in ("Greta", "Nadia", "Rex"))


@given(st.lists(st.sampled_from([UNKNOWN, 0, 1, 2]), max_size=12))
def test_every_account_has_its_own_posts_and_nobody_has_those_of_nobody(table, authors):
    columns = table(*({"author": author} for author in authors))
    people = People(SimpleNamespace(names=SimpleNamespace(authors=ACCOUNTS), columns=columns))
    for account in range(len(ACCOUNTS)):
        own = [at for at, author in enumerate(authors) if author == account]
        assert people.posts_of(account).tolist() == own
