"""Amounts in whole units: cents, whole orders. Sums of whole units are exact; a sum of floats may lose a cent.

Plain Python, no Odoo.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Beyond it a float no longer holds cents.
MAX_AMOUNT = 1e15
# So far a float tells one unit from the next.
_EXACT = 2**50


@dataclass(frozen=True)
class Units:
    """The smallest units that amounts are made of.

    :param int decimals: of an amount; 2 for cents, 0 for what is counted
    :param str currency: name of the currency; empty for what is no money
    """

    decimals: int = 0
    currency: str = ""

    def whole(self, amount):
        """An amount as whole units, half a unit away from zero.

        :param float amount: finite
        :rtype: int
        """
        exact = amount * 10**self.decimals
        guess = round(exact)
        if abs(guess) < _EXACT and abs(exact - guess) < 0.25:
            return guess
        # What is not in whole units is rounded by its text: 1.005 is a little less than that as a float.
        return int(Decimal(repr(float(amount))).scaleb(self.decimals).to_integral_value(ROUND_HALF_UP))

    def amount(self, units):
        """Whole units as an amount: the float nearest to it.

        :param int units:
        :rtype: float
        """
        return units / 10**self.decimals

    def rounded(self, amount):
        """An amount as it is kept.

        :rtype: float
        """
        return self.amount(self.whole(amount))

    @property
    def unit(self):
        """One unit, exact.

        :rtype: decimal.Decimal
        """
        return Decimal(1).scaleb(-self.decimals)
