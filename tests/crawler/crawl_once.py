"""A crawl in a process of its own, since Scrapy's reactor can run once in each.

`runpy.run_path` it with DATA, a folder with settings, and FULL. In DATA it writes how each source
ended (ended.json), and all that it says (log.txt).
"""

import json
import logging
import os
import warnings
from dataclasses import asdict
from pathlib import Path

from contract import SystemClock, parse_settings
from crawler.crawl import crawl, locked
from crawler.gather import Gathering
from crawler.registry import build, options
from crawler.store import Store


def main(data, full):
    log = (data / "log.txt").open("w", encoding="utf-8")
    for stream in (1, 2):
        os.dup2(log.fileno(), stream)
    logging.basicConfig(level=logging.DEBUG, stream=log)
    warnings.simplefilter("error")
    settings = parse_settings((data / "askaround.toml").read_text("utf-8"), options())
    store, clock = Store(data / "archive.db"), SystemClock()
    with locked(data, settings.source):
        gatherings = [
            Gathering(build(source), source, store, clock, full=full) for source in settings.source
        ]
        ended = crawl(gatherings, settings, clock)
    store.close()
    told = json.dumps({outcome.source: asdict(outcome) for outcome in ended})
    (data / "ended.json").write_text(told, "utf-8")


if "DATA" in globals():
    main(Path(globals()["DATA"]), globals()["FULL"])
