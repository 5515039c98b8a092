"""When each source is due: cron lines, read in UTC.

Form: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html, by cronsim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cronsim import CronSim, CronSimError

from contract.errors import SettingsError

if TYPE_CHECKING:
    from datetime import datetime


def next_time(line: str, after: datetime) -> datetime | None:
    """The first time after an instant that a cron line names; None where the line is empty.

    Raises SettingsError where it is no cron line, or names a day that never comes.
    """
    if not line.strip():
        return None
    try:
        return next(CronSim(line, after))
    except (CronSimError, StopIteration) as error:
        raise SettingsError(
            f'"{line}" is no schedule',
            hint='Write five fields as cron does: "*/30 * * * *" is every half hour.',
        ) from error
