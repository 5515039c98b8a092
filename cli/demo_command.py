"""Try it: four fictional communities, gathered over loopback, indexed and served.

Nothing leaves this machine. The communities stay up beside the site, so that every link leads
somewhere; Ctrl-C stops everything.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from cli.crawl_command import crawl, told
from cli.progress import Bars
from cli.serve_command import listen, serve
from cli.workplace import SETTINGS, Workplace, read_settings, say
from contract.errors import PortError
from contract.settings import ServeSettings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

DATA = Path("demo-data")
LAST_PORT = 65535
TEMPLATE = Path(__file__).with_name("demo.toml")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--port",
        type=int,
        default=8800,
        metavar="N",
        help="port of the site; the four communities take the next ones (default: 8800)",
    )
    parser.add_argument("--no-serve", action="store_true", help="gather and index, then stop")
    parser.set_defaults(data=DATA)


def run(args: argparse.Namespace) -> int:
    """Run the demonstration."""
    from samples.serve import APPS, Communities, PortTakenError
    from samples.story import tell

    host, story = ServeSettings().host, tell()
    if args.port + len(APPS) > LAST_PORT:
        raise PortError(f"above port {args.port} is no room for the {len(APPS)} communities")
    if not args.no_serve:
        listen(host, args.port).close()  # a port that is taken is told before a minute of work
    with ExitStack() as stack:
        try:
            communities = stack.enter_context(Communities(story, first_port=args.port + 1))
        except (PortTakenError, OSError) as error:
            raise PortError(str(error)) from error
        place = prepare(args.data, communities.urls, args.port)
        gather(place)
        if not args.no_serve:
            serve(place, host, args.port)
    return 0


def prepare(data: Path, urls: Mapping[str, str], port: int) -> Workplace:
    """Write the settings for communities at these addresses, and read them like any others."""
    from samples.forum import DEMO_KEY

    data.mkdir(parents=True, exist_ok=True)
    text = Template(TEMPLATE.read_text("utf-8"))
    filled = text.substitute(urls, port=port, forum_key=DEMO_KEY)
    (data / SETTINGS).write_text(filled, "utf-8")
    return Workplace(read_settings(data / SETTINGS), data)


def gather(place: Workplace) -> None:
    """Crawl the communities and index what they hold."""
    say("Gathering four sample communities (openly fictional) over loopback")
    for outcome in crawl(place, list(place.settings.source)):
        say(f"  {told(outcome)}")
    with Bars() as bars:
        manifest = place.build(bars)
    say(f"Indexed {manifest.posts:,} posts as {manifest.passages:,} passages")
