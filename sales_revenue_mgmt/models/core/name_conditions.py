"""Conditions on what records are called: each asks several tables, so a search takes a bounded number of them."""

import functools

from odoo.exceptions import UserError
from odoo.fields import Domain

MAX_NAMES = 100
MAX_LETTERS = 1000
# From one record to others; each asks one more table, with its rules.
MAX_DEPTH = 8
MAX_STEPS = 100
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


def check_domain(model, domain):
    """Refuse conditions that would keep a server busy: too many on what records are called, too many steps from record to
    record, texts without end.

    :raises UserError: says which
    """
    env, names, steps = model.env, 0, 0
    stack = [(model, Domain(domain), 0)]
    while stack:
        model, domain, depth = stack.pop()
        for condition in domain.iter_conditions():
            path, operator, value = condition.field_expr, condition.operator, condition.value
            by_name = asks_for_a_name(model, path, operator, value)
            names += by_name
            taken = path.split(".")
            nested = operator in NESTED and isinstance(value, (Domain, list, tuple))
            deeper = depth + len(taken) - 1 + nested
            steps += len(taken) - 1 + nested
            if names > MAX_NAMES:
                refuse_names(env)
            if deeper > MAX_DEPTH or steps > MAX_STEPS:
                raise UserError(
                    env._(
                        "The conditions go from record to record more than %(depth)s times in a row, or %(steps)s times in "
                        "all. Search in several steps.",
                        depth=MAX_DEPTH,
                        steps=MAX_STEPS,
                    )
                )
            if isinstance(value, str) and len(value) > MAX_LETTERS and (by_name or "like" in operator):
                raise UserError(
                    env._(
                        "The text to search for has %(letters)s letters. Enter at most %(maximum)s.",
                        letters=len(value),
                        maximum=MAX_LETTERS,
                    )
                )
            if nested:
                inner = model
                for step in taken:
                    field = inner._fields.get(step)
                    inner = inner.env.get(field.comodel_name) if field is not None and field.relational else None
                    if inner is None:
                        break
                else:
                    stack.append((inner, Domain(value), deeper))


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
        check_domain(self, domain)
        return search(self, domain, *args, **kwargs)

    call._revenue_bounded = True
    return call
