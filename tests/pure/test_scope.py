from datetime import date, datetime

import pytest

DAYS = {"date_from": date(2026, 1, 1), "date_to": date(2026, 1, 31)}


def test_selectors_are_sorted_and_unique_so_that_equal_scopes_are_equal(scope_module):
    one = scope_module.Scope(**DAYS, teams=[3, 1, 3])
    other = scope_module.Scope(**DAYS, teams=(1, 3))
    assert one == other and hash(one) == hash(other) and one.teams == (1, 3)


def test_it_cannot_be_changed_but_narrowed(scope_module):
    scope = scope_module.Scope(**DAYS)
    with pytest.raises(AttributeError):
        scope.teams = (1,)
    assert scope.narrow(users=(7,)).users == (7,) and scope.users == ()
    assert scope.days == 31


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("date_to", date(2025, 12, 31)),
        ("date_to", None),
        ("date_from", "2026-01-01"),
        ("date_from", datetime(2026, 1, 1)),
        ("teams", 5),
        ("users", ["7"]),
        ("products", [0]),
        ("categories", [True]),
        ("channels", "x"),
        ("currency", "EUR"),
        ("currency", 0),
    ],
)
def test_bad_input_names_the_field(scope_module, field, value):
    with pytest.raises(scope_module.ScopeError) as caught:
        scope_module.Scope(**{**DAYS, field: value})
    assert caught.value.field == field
    assert field in str(caught.value)
