import re
from xml.etree import ElementTree as ET

from bench.plot import plot

SVG = "{http://www.w3.org/2000/svg}"


def drawn(**lines):
    return ET.fromstring(plot("Wait & <size>", "posts", "ms", lines))  # noqa: S314  our own


def test_a_plot_is_a_picture_with_a_line_and_a_name_for_each():
    picture = drawn(hybrid=[(1_000, 5.0), (10_000, 9.0)], words=[(1_000, 1.0), (10_000, 2.0)])
    said = [text.text for text in picture.iter(f"{SVG}text")]
    assert said[0] == "Wait & <size>"
    assert {"hybrid", "words", "1k", "10k", "posts", "ms"} <= set(said)
    assert len(list(picture.iter(f"{SVG}polyline"))) == 2


def test_both_axes_are_logarithmic():
    (line,) = drawn(one=[(100, 1.0), (1_000, 10.0), (10_000, 100.0)]).iter(f"{SVG}polyline")
    places = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
    (x1, y1), (x2, y2), (x3, y3) = places
    assert abs((x2 - x1) - (x3 - x2)) < 0.2
    assert abs((y2 - y1) - (y3 - y2)) < 0.2
    assert x1 < x3
    assert y1 > y3


def test_every_line_stays_within_the_picture():
    picture = plot("t", "x", "y", {"one": [(3, 7.0), (300_000, 0.02)], "two": [(50_000, 900.0)]})
    pairs = re.findall(r'c[xy]="([\d.]+)"', picture)
    assert pairs
    assert all(0 <= float(place) <= 640 for place in pairs)
