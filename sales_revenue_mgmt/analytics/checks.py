"""What every function here asks of the numbers it is given."""


class TooLittleHistory(ValueError):
    """A series is too short for a sound answer.

    :ivar int given: how many points there were
    :ivar int needed: how many there must be at least
    """

    def __init__(self, given, needed):
        super().__init__(f"{given} points of history, at least {needed} needed")
        self.given = given
        self.needed = needed

    def __reduce__(self):
        return type(self), (self.given, self.needed)


def finite_vector(values, name):
    """The values as floats in one dimension.

    :raises ValueError: more than one dimension, or NaN or infinity: the message names the first index
    :rtype: numpy.ndarray
    """
    import numpy as np

    vector = np.asarray(values, dtype=float)
    if vector.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {vector.ndim}")
    wrong = np.flatnonzero(~np.isfinite(vector))
    if wrong.size:
        raise ValueError(f"{name}[{wrong[0]}] is {vector[wrong[0]]}, not a number to reckon with")
    return vector


def check_level(level):
    """:raises ValueError: not the probability of an interval"""
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")


def check_whole(number, name):
    """:raises ValueError: not a whole number from 1 on
    :rtype: int
    """
    if int(number) != number or number < 1:
        raise ValueError(f"{name} must be a whole number from 1 on, not {number}")
    return int(number)
