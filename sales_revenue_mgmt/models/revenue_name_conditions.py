"""Conditions on what records are called: each asks several tables, so a search takes a bounded number of them."""

import functools

from odoo.exceptions import UserError
from odoo.fields import Domain

MAX_NAMES = 100
NESTED = ("any", "any!", "not any", "not any!")


def asks_for_a_name(model, path, operator, value):
    """Whether a condition is on what records are called, or on something else that a function has to look for.

    :param str path: field, or fields with dots between them
    :rtype: bool
    """
    *steps, last = path.split(".")
    if last == "display_name":
        return True
    like = "like" in operator.lower()
    for step in steps:
        field = model._fields.get(step)
        if field is None or not field.relational or field.comodel_name not in model.env:
            return like
        model = model.env[field.comodel_name]
    field = model._fields.get(last)
    if field is None:
        return like
    if field.relational:
        # A text in place of an id is searched for by name.
        values = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        return like or any(isinstance(item, str) for item in values)
    if field.search and not field.store and not field.related:
        return True
    return like and bool(steps)


def names_in(model, domain):
    """How many conditions of a domain are on what records are called, also inside of others.

    :rtype: int
    """
    found, stack = 0, [(model, Domain(domain))]
    while stack:
        model, domain = stack.pop()
        for condition in domain.iter_conditions():
            path, operator, value = condition.field_expr, condition.operator, condition.value
            found += asks_for_a_name(model, path, operator, value)
            if operator in NESTED and isinstance(value, (Domain, list, tuple)):
                inner = model
                for step in path.split("."):
                    field = inner._fields.get(step)
                    inner = inner.env.get(field.comodel_name) if field is not None and field.relational else None
                    if inner is None:
                        break
                else:
                    stack.append((inner, Domain(value)))
    return found


def refuse_names(env):
    raise UserError(
        env._(
            "There are more than %(maximum)s conditions on names. Search for fewer, or by the ids of the records.",
            maximum=MAX_NAMES,
        )
    )


def bounded(search):
    """``_search`` of a model of ours: every way to search, count, group or export comes through it, on any path."""

    @functools.wraps(search)
    def call(self, domain, *args, **kwargs):
        if names_in(self, domain) > MAX_NAMES:
            refuse_names(self.env)
        return search(self, domain, *args, **kwargs)

    call._revenue_bounded = True
    return call
