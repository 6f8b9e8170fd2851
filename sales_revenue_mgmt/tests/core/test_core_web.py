"""HOOT: the addon's own JavaScript unit tests, in the browser."""

from odoo.tests import HttpCase, tagged


def suite_hash(name):
    """The id that HOOT gives to a suite."""
    value = 0
    for character in name:
        value = ((value << 5) - value + ord(character)) & 0xFFFFFFFF
    return f"{value:08x}"


@tagged("post_install", "-at_install")
class TestRevenueWeb(HttpCase):
    def test_hoot(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite_hash('@sales_revenue_mgmt')}",
            "",
            "",
            login="admin",
            timeout=180,
            success_signal="[HOOT] Test suite succeeded",
        )
