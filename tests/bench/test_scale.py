from bench.scale import Step, told
from bench.scaled import Made, Waited


def made(cpu_s, embedded):
    return Made(
        seconds=cpu_s,
        cpu_s=cpu_s,
        posts=1000,
        passages=1500,
        embedded=embedded,
        bytes=4_000_000,
        peak_mb=300.0,
    )


def waited(p50_ms):
    return Waited(wall_ms=(p50_ms, 20.0), cpu_ms=(p50_ms, 19.0), held_mb=200.0, peak_mb=210.0)


def test_overhead_and_updates_are_told_with_the_time_the_model_would_take():
    step = Step(
        full=made(3.0, 1500),
        update=made(0.2, 15),
        hybrid=waited(12.0),
        words=waited(4.0),
        embedded_per_s=50.0,
    )
    assert step.encode_s == 30.0
    assert step.overhead == 0.1
    assert abs(step.update_share - 0.5 / 33.0) < 1e-9
    row = told([step]).splitlines()[-1]
    assert row.startswith("| 1,000 | 1,500 | 12.0 | 20.0 | 12.0 | 19.0 | 4.0 |")
    assert "| 10.0% | 0.2 | 1.5% | 4 | 300 |" in row
