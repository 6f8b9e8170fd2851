"""Days that a company works."""

import datetime

import pytz
from dateutil.relativedelta import relativedelta


def count_working_days(company, start, end):
    """Days worked by a company's calendar, public holidays taken off; without a calendar, Monday to Friday.

    :param datetime.date start: the first day
    :param datetime.date end: the last day; before the first one there is none
    :rtype: int
    """
    calendar = company.sudo().resource_calendar_id
    days = {start + relativedelta(days=offset) for offset in range((end - start).days + 1)}
    if not calendar or not days:
        return sum(day.weekday() < 5 for day in days)
    zone = pytz.timezone(calendar.tz or "UTC")
    intervals = calendar._work_intervals_batch(
        zone.localize(datetime.datetime.combine(start, datetime.time.min)),
        zone.localize(datetime.datetime.combine(end, datetime.time.max)),
    )[False]
    return len(days & {moment[0].date() for moment in intervals})
