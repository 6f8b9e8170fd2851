"""Amounts as people and programs give them: what can be promised, and what is said of the rest."""

from contextlib import contextmanager

from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, formatLang

from ...analytics.apportion import CannotSpread
from ..core.units import MAX_AMOUNT


def why_not_amount(plan, amount, whole=True):
    """What is wrong with an amount, after its value in a sentence; ``None`` where it can be promised.

    :param bool whole: whether what is counted has to be whole
    :rtype: str | None
    """
    if isinstance(amount, bool) or not isinstance(amount, (int, float)):
        return plan.env._("is not a number")
    # Neither is what is not a number, or infinite.
    if not 0 <= amount < MAX_AMOUNT:
        return plan.env._("is not possible")
    if whole and amount != int(amount) and plan._counts_whole():
        return plan.env._("is not a whole number, and %(measure)s are counted", measure=plan._measure_label())
    return None


def checked_amount(plan, value, line, date_start=None, to_units=None):
    """
    :param value: a number, or its text
    :param line: of the plan, that the amount is for
    :param date_start: of the period that the amount is for, if it is for one
    :param to_units: counts many amounts of the plan faster, see :meth:`Units.whole`
    :return: the amount in whole units
    :rtype: int
    :raises ValidationError: it cannot be promised
    """
    amount = plan._as_number(value)
    sentence = why_not_amount(plan, amount)
    if not sentence:
        return (to_units or plan._units().whole)(amount)
    raise ValidationError(
        plan.env._(
            "Target of %(where)s: %(value)s %(why)s. Enter a number from 0 to %(maximum)s.",
            where=place_in_words(line, date_start),
            value=value,
            why=sentence,
            maximum=formatLang(plan.env, MAX_AMOUNT, digits=0),
        )
    )


def place_in_words(line, date_start=None):
    """
    :rtype: str
    """
    return f"{line.display_name}, {format_date(line.env, date_start)}" if date_start else line.display_name


@contextmanager
def saying_what_is_locked(plan, line, date_start=None):
    """A sentence for what cannot be spread inside.

    :param line: whose amount is spread
    :param date_start: of the one period that it is about
    :raises UserError: in the place of :class:`CannotSpread`
    """
    try:
        yield
    except CannotSpread as error:
        raise UserError(
            plan.env._(
                "Target of %(where)s: %(total)s cannot be spread. What is locked, closed or outside the dates of a line adds "
                "up to %(locked)s. Unlock something, or enter another amount.",
                where=place_in_words(line, date_start),
                total=plan._units().amount(error.total),
                locked=plan._units().amount(error.locked),
            )
        ) from None
