"""Values that stand apart, told by median and MAD, which outliers themselves hardly move."""

from dataclasses import dataclass

from .checks import finite_vector

# Make MAD and mean absolute deviation estimate the standard deviation of a normal distribution.
NORMAL_PER_MAD = 0.6745
NORMAL_MEAN_DEVIATION = 1.253314


@dataclass(frozen=True, eq=False)
class Outliers:
    """:ivar score: (n,) modified z, signed, without unit
    :ivar is_outlier: (n,) bool
    :ivar float median: NaN without values
    :ivar float mad: median absolute deviation from the median; NaN without values
    """

    score: object
    is_outlier: object
    median: float
    mad: float


def outliers(values, threshold=3.5):
    """Modified z-scores (Iglewicz & Hoaglin 1993): 0.6745 (x − median) / MAD.

    Where more than half of the values are equal MAD is 0; then (x − median) / (1.253314 × mean absolute deviation), by
    the same authors. Where all are equal all scores are 0. With the fallback a single odd value among n is told apart
    from 5 values on at the usual threshold; its score is n / 1.253314, whatever its size.

    :param values: (n,) floats
    :param float threshold: an outlier's score is farther from 0 than this
    :rtype: Outliers
    :raises ValueError: NaN or infinity (names the index), threshold not positive
    """
    import numpy as np

    values = finite_vector(values, "values")
    if not threshold > 0:
        raise ValueError(f"threshold must be positive, not {threshold}")
    if not values.size:
        return Outliers(values, np.zeros(0, dtype=bool), float("nan"), float("nan"))
    median = np.median(values)
    distance = values - median
    mad = np.median(np.abs(distance))
    if mad > 0:
        score = NORMAL_PER_MAD * distance / mad
    else:
        mean_deviation = np.abs(distance).mean()
        score = distance / (NORMAL_MEAN_DEVIATION * mean_deviation) if mean_deviation > 0 else np.zeros(len(values))
    return Outliers(score, np.abs(score) > threshold, float(median), float(mad))
