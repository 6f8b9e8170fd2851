"""What comes from outside: a call of the web client or of an API may bring values of any type, size and shape.

Methods check what they are given and say what is wrong with it. This is the net below them, for every public method of every
model of ours: text that a database cannot hold, numbers that are none, conditions without end, and what Python or PostgreSQL
says to values of the wrong type, become a sentence.
"""

import functools
import inspect
import logging
import math

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from .name_conditions import MAX_NAMES, asks_for_a_name, bounded, refuse_names

_logger = logging.getLogger(__name__)

PACKAGE = __name__.rpartition(".models.")[0]
# Of Odoo's own methods, those that take values, conditions or names of fields from outside.
ENTRANCES = (
    "copy",
    "copy_data",
    "create",
    "default_get",
    "export_data",
    "filtered_domain",
    "formatted_read_group",
    "get_empty_list_help",
    "formatted_read_grouping_sets",
    "load",
    "message_post",
    "name_create",
    "name_search",
    "onchange",
    "read",
    "read_progress_bar",
    "search",
    "search_count",
    "search_fetch",
    "search_panel_select_multi_range",
    "search_panel_select_range",
    "search_read",
    "unlink",
    "update_field_translations",
    "web_name_search",
    "web_override_translations",
    "web_read",
    "web_read_group",
    "web_resequence",
    "web_save",
    "web_save_multi",
    "web_search_read",
    "write",
)
WRITES = ("create", "write", "web_save", "web_save_multi")
MAX_ID = 2**31 - 1
# A pivot table of four fields down and three across asks in 20 ways at once.
MAX_GROUPINGS, MAX_GROUP_FIELDS = 48, 8
# What values of a wrong type lead to.
WRONG = (
    *(TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError, AssertionError),
    *(psycopg2.DataError, psycopg2.ProgrammingError),
)


class RevenueCallGuard(models.AbstractModel):
    _name = "revenue.call.guard"
    _description = "What Calls from Outside May Bring"

    def _register_hook(self):
        super()._register_hook()
        # A method that is set on a class others inherit from would stand between them and their other parents, and skip these.
        parents = {parent for cls in self.env.registry.values() for parent in cls.__mro__[1:]}
        for name, cls in self.env.registry.items():
            if cls in parents:
                continue
            own = name.startswith("revenue.") and name != self._name
            if own and not hasattr(cls._search, "_revenue_bounded"):
                cls._search = bounded(cls._search)
            for method_name, method in inspect.getmembers(cls, inspect.isfunction):
                if method_name.startswith("_") or hasattr(method, "_revenue_guarded"):
                    continue
                # Of Odoo's models, what we have added to them.
                added = method.__module__.startswith(PACKAGE) and (own or "revenue_" in method_name)
                if added or (own and method_name in ENTRANCES):
                    setattr(cls, method_name, guarded(method))

    def _unregister_hook(self):
        for cls in self.env.registry.values():
            for method_name, value in list(vars(cls).items()):
                if hasattr(value, "_revenue_guarded") or hasattr(value, "_revenue_bounded"):
                    delattr(cls, method_name)
        return super()._unregister_hook()


def guarded(method):
    """The method as calls from outside meet it."""

    @functools.wraps(method)
    def call(self, *args, **kwargs):
        # Only the call that comes from outside; what it calls in turn is ours.
        if not request or getattr(request, "revenue_guarded", False):
            return method(self, *args, **kwargs)
        request.revenue_guarded = True
        try:
            check_values(self, [args, kwargs, dict(self.env.context)])
            # Whoever may not write at all hears that, and nothing of the fields.
            if method.__name__ in WRITES and self.browse().has_access("write" if self else "create"):
                given = [args[0]] if args else [kwargs.get(name) for name in ("vals", "vals_list")]
                check_fields(self, given)
            return method(self, *args, **kwargs)
        except WRONG as error:
            # Odoo tries again what two have done at the same time.
            _logger.info("%s.%s was called with values that it cannot use", self._name, method.__name__, exc_info=True)
            raise UserError(
                self.env._(
                    "%(model)s: %(method)s cannot use these values (%(error)s). Check their names and types.",
                    model=self._description,
                    method=method.__name__,
                    error=str(error).strip().split("\n")[0][:200] or type(error).__name__,
                )
            ) from error
        finally:
            request.revenue_guarded = False

    call._revenue_guarded = True
    return call


def check_values(records, values):
    """Refuse what no field, condition or argument can be.

    :param values: nested lists and dictionaries of anything
    :raises UserError: names the value
    """
    env, names = records.env, 0
    stack = [(values, records)]
    while stack:
        value, model = stack.pop()
        if isinstance(value, str):
            _check_text(env, value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise UserError(env._("%(value)s is not a number. Enter a finite number.", value=value))
        elif isinstance(value, dict):
            stack += [(item, model) for pair in value.items() for item in pair]
        elif isinstance(value, (list, tuple)):
            names += _asks_for_a_name(model, value)
            if names > MAX_NAMES:
                refuse_names(env)
            stack += [(item, model) for item in value]


def _check_text(env, text):
    if "\0" in text:
        raise UserError(env._("%(text)s contains a null character, which is no text. Remove it.", text=repr(text[:60])))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UserError(
                env._("%(text)s contains half a character (a lone surrogate). Enter it again.", text=ascii(text[:60]))
            ) from None


def _asks_for_a_name(model, condition):
    """Whether a list is a condition on what records are called.

    :rtype: bool
    """
    if len(condition) != 3 or not isinstance(condition[0], str) or not isinstance(condition[1], str):
        return False
    return asks_for_a_name(model, *condition)


def check_fields(records, values):
    """Refuse values that their fields cannot have, down to the lines of a document.

    :param values: dictionaries of values and lists of them, as for ``create`` and ``write``
    :raises UserError: names the field and the value
    """
    stack = [(values, records)]
    while stack:
        value, model = stack.pop()
        if isinstance(value, (list, tuple)):
            stack += [(item, model) for item in value]
            continue
        for name, item in value.items() if isinstance(value, dict) else ():
            field = model._fields.get(name)
            if field is None:
                continue
            if not _fits(field, item, model.env):
                raise UserError(
                    model.env._(
                        "%(field)s: %(value)s is no value for it. Enter %(kind)s.",
                        field=field._description_string(model.env),
                        value=repr(item)[:60],
                        kind=_kind_in_words(field, model.env),
                    )
                )
            if field.type in ("one2many", "many2many") and field.comodel_name in model.env:
                stack.append((item, model.env[field.comodel_name]))


def _fits(field, value, env):
    if value is None or value is False:
        return True
    match field.type:
        case "many2one":
            return type(value) is int and 0 < value <= MAX_ID
        case "integer":
            return type(value) is int and abs(value) <= MAX_ID
        case "float" | "monetary":
            return type(value) in (int, float) and math.isfinite(float_or_nan(value))
        case "char" | "text" | "html":
            return isinstance(value, str)
        case "selection":
            return value in field.get_values(env) if isinstance(value, str) else False
        case "date" | "datetime":
            try:
                return bool(fields.Datetime.to_datetime(value))
            except (TypeError, ValueError):
                return False
        case "one2many" | "many2many":
            return isinstance(value, (list, tuple))
    return True


def float_or_nan(number):
    """A number as PostgreSQL keeps it; integers may be larger than any.

    :rtype: float
    """
    try:
        return float(number)
    except OverflowError:
        return math.nan


def _kind_in_words(field, env):
    if field.type == "selection":
        return env._("one of: %(values)s", values=", ".join(field.get_values(env)))
    return {
        "many2one": env._("the id of a record"),
        "integer": env._("a whole number"),
        "float": env._("a number"),
        "monetary": env._("a number"),
        "date": env._("a day as YYYY-MM-DD"),
        "datetime": env._("a moment as YYYY-MM-DD HH:MM:SS"),
        "one2many": env._("a list of commands"),
        "many2many": env._("a list of commands"),
    }.get(field.type, env._("text"))


class Base(models.AbstractModel):
    # Each room extends Odoo's models by what is its own.
    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def default_get(self, fields_list):
        """What is shown as HTML without being cleaned is made by us alone: nothing of it comes from a context."""
        defaults = super().default_get(fields_list)
        if self._name.startswith("revenue."):
            for name in [name for name in defaults if getattr(self._fields.get(name), "sanitize", True) is False]:
                del defaults[name]
        return defaults

    def export_data(self, fields_to_export):
        if self._name.startswith("revenue."):
            for path in fields_to_export:
                self._check_path(path)
        return super().export_data(fields_to_export)

    @api.model
    def _read_group(self, domain, groupby=(), *args, **kwargs):
        self._check_groupings([groupby])
        return super()._read_group(domain, groupby, *args, **kwargs)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        self._check_groupings(grouping_sets)
        return super()._read_grouping_sets(domain, grouping_sets, *args, **kwargs)

    def _check_groupings(self, groupings):
        """Each grouping counts all lines once more, and each field in it makes more groups."""
        if not self._name.startswith("revenue."):
            return
        if len(groupings) > MAX_GROUPINGS or any(
            not isinstance(grouping, str) and len(grouping) > MAX_GROUP_FIELDS for grouping in groupings
        ):
            raise UserError(
                self.env._(
                    "Group by at most %(fields)s fields, and in at most %(groupings)s ways at once. Take some out.",
                    fields=MAX_GROUP_FIELDS,
                    groupings=MAX_GROUPINGS,
                )
            )

    def _check_path(self, path):
        """Whether the reader may read what a path of an export passes. Odoo asks only what it has not in memory yet, and what
        others have read for the reader is there too.
        """
        records = self
        for step in path.split("/")[:-1]:
            field = records._fields.get(step)
            if field is None or not field.relational:
                return
            records = records[step]
            if records._name.startswith("revenue."):
                records.check_access("read")
