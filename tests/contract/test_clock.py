from datetime import UTC, datetime, timedelta

from contract import FixedClock, SystemClock


def test_the_systems_clock_is_aware_and_runs():
    first, second = SystemClock().now(), SystemClock().now()
    assert first.utcoffset() == timedelta(0)
    assert timedelta(0) <= second - first < timedelta(minutes=1)


def test_a_fixed_clock_stands_where_it_is_put():
    at = datetime(2026, 5, 4, tzinfo=UTC)
    clock = FixedClock(at)
    assert clock.now() == clock.now() == at
    clock.at = at + timedelta(days=1)
    assert clock.now() == at + timedelta(days=1)
