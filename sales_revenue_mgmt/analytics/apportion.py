"""Whole units, dealt out so that nothing is lost: the parts always add up to the whole. Plain Python, no Odoo."""

import math
from fractions import Fraction


class CannotSpread(ValueError):
    """A total that does not fit what is locked: ``locked`` is what the locked parts add up to."""

    def __init__(self, total, locked):
        super().__init__(f"{total} cannot be spread: locked parts add up to {locked}")
        self.total = total
        self.locked = locked


def apportion(total, weights):
    """Deal out whole units by weights: each part gets the whole part of its quota, and the units that are left go to the
    largest remainders (Hamilton's method), the first of equal ones.

    :param int total: how many units, 0 or more
    :param weights: one number of 0 or more per part; all zero counts as all equal
    :return: whole units per part, that add up to ``total``
    :rtype: list[int]
    :raises ValueError: a negative total or weight, or units for no parts
    """
    weights = list(weights)
    exact = _as_whole_numbers(weights)
    if total < 0 or any(weight < 0 for weight in exact):
        raise ValueError(f"Units and weights have to be 0 or more: {total}, {weights}.")
    if not exact:
        if total:
            raise ValueError(f"There are no parts for {total} units.")
        return []
    whole = sum(exact)
    if not whole:
        exact, whole = [1] * len(exact), len(exact)
    parts, remainders = map(list, zip(*(divmod(total * weight, whole) for weight in exact), strict=True))
    missing = total - sum(parts)
    if missing:
        # Sorting keeps the order of equal ones.
        for index in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:missing]:
            parts[index] += 1
    return parts


def _as_whole_numbers(weights):
    """Numbers in the same proportions, without fractions: exact, and much faster to compute with."""
    if all(type(weight) is int for weight in weights):
        return weights
    exact = [Fraction(weight) for weight in weights]
    common = math.lcm(*(weight.denominator for weight in exact))
    return [weight.numerator * (common // weight.denominator) for weight in exact]


def spread(total, current, locked, weights=None):
    """The same where some parts stay as they are: the others share what these leave.

    :param int total: what all parts are to add up to
    :param list[int] current: what each part is now
    :param list[bool] locked: which parts stay
    :param weights: what to go by; without it, by what the parts are now
    :rtype: list[int]
    :raises CannotSpread: the locked parts are more than the total, or nothing is free to take what is missing
    """
    weights = current if weights is None else weights
    kept = sum(part for part, stays in zip(current, locked, strict=True) if stays)
    free = [index for index, stays in enumerate(locked) if not stays]
    if kept > total or (kept != total and not free):
        raise CannotSpread(total, kept)
    parts = list(current)
    dealt = apportion(total - kept, [max(weights[index], 0) for index in free]) if free else []
    for index, part in zip(free, dealt, strict=True):
        parts[index] = part
    return parts


def share_out(total, weights, kept, free):
    """Deal out a total to groups that each keep something: by weights, but none less than it keeps.

    :param int total: what all groups are to add up to
    :param weights: one number of 0 or more per group
    :param list[int] kept: what each group keeps in any case
    :param list[bool] free: which groups can take more than they keep
    :return: units per group, and the indexes of groups that what they keep holds away from their share
    :rtype: tuple[list[int], list[int]]
    :raises CannotSpread: what is kept is more than the total, or nothing is free to take what is missing
    """
    stays = {index for index, can in enumerate(free) if not can}
    while True:
        rest = total - sum(kept[index] for index in stays)
        open_groups = [index for index in range(len(kept)) if index not in stays]
        if rest < 0 or (rest and not open_groups):
            raise CannotSpread(total, sum(kept))
        parts = list(kept)
        dealt = apportion(rest, [weights[index] for index in open_groups]) if open_groups else []
        for index, part in zip(open_groups, dealt, strict=True):
            parts[index] = part
        short = [index for index in open_groups if parts[index] < kept[index]]
        if not short:
            shares = apportion(total, weights) if weights else []
            return parts, sorted(index for index in stays if parts[index] != shares[index])
        stays |= set(short)
