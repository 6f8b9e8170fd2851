"""The distribution around a forecast: Student's t, wider to one side where errors were, and with a floor."""


def interval(middle, sd, freedom, below, above, floor, level):
    """Central interval of middle + sd × T, T wider to one side than to the other; arrays of one shape.

    What lies below the floor lies on it. An interval that begins on the floor leaves out nothing below, so that it ends
    earlier: it is to hold ``level`` and no more.

    :param middle: median
    :param sd: (…) deviation of the error, >= 0
    :param freedom: of T; infinite: normal
    :param below, above: the shares of ``sd`` to either side
    :param floor: NaN: none
    :rtype: tuple[numpy.ndarray, numpy.ndarray]
    """
    import numpy as np
    from scipy import special

    tail = (1 - level) / 2
    under = np.nan_to_num(chance(middle, sd, freedom, below, np.where(np.isnan(floor), -np.inf, floor)))
    used = np.clip(under - tail, 0, tail)
    low = middle - special.stdtrit(freedom, 1 - tail) * sd * below
    high = middle + special.stdtrit(freedom, 1 - tail - used) * sd * above
    return np.fmax(low, floor), np.fmax(high, floor)


def chance(middle, sd, freedom, scale, border):
    """Probability of less than ``border``: with ``scale`` the share of ``sd`` on its side.

    :rtype: numpy.ndarray
    """
    import numpy as np
    from scipy import special

    certain = sd * scale == 0
    with np.errstate(invalid="ignore", over="ignore"):
        gap = (border - middle) / np.where(certain, 1.0, sd * scale)
        return np.where(certain, np.where(border > middle, 1.0, 0.0), special.stdtr(freedom, gap))
