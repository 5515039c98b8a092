"""A server that dies while it is crawled, and comes back."""

from tests.servers.server import until


def die_half_way(askaround, server, settings):
    """Crawl all again from a server that dies meanwhile: nothing is buried for that."""
    source = settings.partition('name = "')[2].partition('"')[0]
    kept, buried, asked = askaround.kept(source), askaround.buried(source), len(server.asked())
    askaround.set_up(settings, delay_s=0.3)
    running = askaround.start("--full")
    until("it has begun", lambda: len(server.asked(asked)) > 2 or running.poll() is not None)
    server.kill()
    assert "pages failed" in askaround.ended(running, status=2)
    assert askaround.kept(source) == kept
    assert askaround.buried(source) == buried
    server.start()
    askaround.set_up(settings)
