"""./dev load retail: real transactions as customers, products, categories, sales teams, confirmed orders and posted
invoices, consistent to the cent with Odoo's own sale and invoice reports; and their removal.

One transaction: whatever interrupts it, the database is as before. What was loaded is written down as blocks of ids in a
system parameter, which is what the removal goes by.
"""

import datetime
import json
import sys
import time
from contextlib import nullcontext
from zoneinfo import ZoneInfo

from . import bulk, retail_targets
from .database import Progress, environment, parser
from .retail_records import make_prototypes, make_records
from .retail_rows import copy_source, insert_invoices, insert_orders, insert_products, link_invoices, shift_source
from .retail_source import prepare

PARAMETER = "bench.retail"
# Children first: the order of deletion.
TABLES = [
    "account_move_line",
    "account_move",
    "sale_order_line",
    "sale_order",
    "product_product",
    "product_template",
]
# What the ORM made, and takes out again in this order.
MODELS = ["account.journal", "crm.team", "res.users", "res.company", "product.category", "res.partner"]
# The audit trail names them for good: they are archived, and the next load uses them again.
ARCHIVED = ("res.users", "res.company")
# Above so many lines it pays to drop the indexes and build them anew.
BIG = 200_000


# What an organised load ends with: name → the module that makes it, and takes it out again.
STEPS = {"targets": retail_targets}

AFTERWARDS = """
  Log in, each with the login as password, and open Revenue → Targets:
    retail.north1.1   My Targets: one's own, of a plan that goes from the company down to each person
    retail.north1     My Targets: the team that this one leads, and who of it is behind
    retail.north      My Targets: the branch; Reporting → Bookings: what came of it
    fay               Sales Targets → 'Retail plan': all of it, in the grid; the page Results says where the gap is
"""


class LoadError(Exception):
    """Something a person can mend; the text says how."""


def main(argv=None):
    args = parser("Load real retail transactions, or remove them.")
    args.add_argument("--lines", default="50000", help="how many order lines, or 'all' (default: 50000)")
    args.add_argument("--times", type=int, default=1, help="so many copies, each 52 weeks before the last (default: 1)")
    args.add_argument("--organised", action="store_true", help="in branches, with teams, people and their targets")
    args.add_argument(
        "--with",
        dest="steps",
        metavar="STEPS",
        help=f"what an organised load ends with: {', '.join(STEPS)} (default: all), or none; also afterwards",
    )
    args.add_argument("--remove", action="store_true", help="remove what was loaded")
    options = args.parse_args(argv)
    started = time.monotonic()
    try:
        limit, steps = _limit(options.lines), _steps(options.steps, options.organised)
        with environment(options) as env:
            if options.remove:
                text = remove(env, Progress(len(TABLES) + 1))
            elif options.steps and steps and env["ir.config_parameter"].get_param(PARAMETER):
                text = "The transactions are there already"
            else:
                text = load(env, limit, options.times, options.organised or bool(options.steps))
        with environment(options) as env:
            documents, seconds = env["revenue.fact.refresh"].refresh_all()
            print(f"  Refreshed the facts of {documents:,} orders and invoices in {seconds:.0f} s")
        if steps and not options.remove:
            with environment(options) as env:
                add_steps(env, steps)
    except LoadError as error:
        print(f"\n./dev load retail: {error}", file=sys.stderr)
        return 1
    print(f"  {text} ({time.monotonic() - started:.0f} s)")
    if "targets" in steps and not options.remove:
        print(AFTERWARDS)
    return 0


def _steps(text, organised):
    if text is None:
        return list(STEPS) if organised else []
    names = [] if text == "none" else list(dict.fromkeys(text.split(",")))
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        raise LoadError(f"--with knows {', '.join(STEPS)} and none, not '{unknown[0]}'.")
    return names


def add_steps(env, names):
    """What an organised load ends with; each step is written down, for the removal.

    :raises LoadError: there is no organised load, or the step was made already
    """
    parameters = env["ir.config_parameter"]
    loaded = json.loads(parameters.get_param(PARAMETER) or "{}")
    if not loaded.get("records", {}).get("res.company"):
        raise LoadError("--with needs branches and people; remove what is loaded, and load with --organised.")
    done = loaded.setdefault("steps", {})
    for name in names:
        if name in done:
            raise LoadError(f"'{name}' is loaded already. Remove all of it first: ./dev load retail --remove")
        print(f"  Making {name} ...", flush=True)
        try:
            done[name] = STEPS[name].make(env, loaded["records"])
        except ValueError as error:
            raise LoadError(str(error)) from error
    parameters.set_param(PARAMETER, json.dumps(loaded))


def _limit(text):
    if text == "all":
        return None
    if not text.isdigit() or int(text) < 100:
        raise LoadError(f"--lines must be a number of at least 100, or 'all', not '{text}'.")
    return int(text)


def load(env, limit, times=1, organised=False):
    """Load at most ``limit`` lines (``None``: all) into the current company, and copies of them from earlier years.

    :param bool organised: into branches of the current company, see :func:`bench.retail_staff.organisation`
    :return: a sentence that says what was loaded
    """
    if env["ir.config_parameter"].get_param(PARAMETER):
        raise LoadError("Retail data is loaded already. Remove it first: ./dev load retail --remove")
    company = env.company
    zone = company.revenue_tz or "UTC"
    yesterday = datetime.datetime.now(ZoneInfo(zone)).date() - datetime.timedelta(days=1)
    print("  Reading the source ...", flush=True)
    retail = prepare(limit, yesterday, zone)
    lines, baskets = len(retail.lines), len(retail.baskets)
    progress = Progress(3 * lines * times)
    progress("customers, categories, teams and salespeople")
    records = make_records(env, retail, organised)
    progress("source tables")
    copy_source(env.cr, retail, records)
    prototypes = {journal: make_prototypes(journal) for journal in records["staff"].journals}
    companies = [company.id, *(journal.company_id.id for journal in prototypes if journal.company_id != company)]
    counts = {
        "product_template": len(retail.products),
        "product_product": len(retail.products),
        "sale_order": baskets * times,
        "sale_order_line": lines * times,
        "account_move": baskets * times,
        "account_move_line": (lines + baskets) * times,
    }
    first = {table: bulk.reserve_ids(env.cr, table, count) for table, count in counts.items()}
    big = ["sale_order", "sale_order_line", "sale_order_line_invoice_rel", "account_move", "account_move_line"]
    with bulk.without_indexes(env.cr, big) if lines * times > BIG else nullcontext():
        insert_products(env.cr, next(iter(prototypes.values())), first, companies)
        for copy in range(times):
            if copy:
                shift_source(env.cr, copy)
            here = {
                table: start + copy * (counts[table] // times if table in big else 0) for table, start in first.items()
            }
            for rows in prototypes.values():
                insert_orders(env.cr, rows, here, lines, progress)
            for journal, rows in prototypes.items():
                insert_invoices(env.cr, rows, here, lines, journal, progress)
            link_invoices(env.cr, here, lines, progress)
        progress("indexes and foreign keys" if lines * times > BIG else "done")
    for table in counts:
        env.cr.execute(f"ANALYZE {table}")
    env["ir.config_parameter"].set_param(
        PARAMETER,
        json.dumps(
            {
                "blocks": {table: [first[table], first[table] + count - 1] for table, count in counts.items()},
                "records": {model: list(ids) for model, ids in records["made"].items()},
            }
        ),
    )
    progress.end("")
    start = retail.baskets["day"].min() - datetime.timedelta(days=364 * (times - 1))
    return f"Loaded {lines * times:,} lines in {baskets * times:,} orders and invoices, {start} to {yesterday}"


def remove(env, progress):
    """Take out what :func:`load` put in, and what hangs on it (chatter, activities, attachments). People and branches are
    archived: the audit trail names them.

    :return: a sentence that says what was removed
    :raises LoadError: something made by others stands on the retail data
    """
    parameters = env["ir.config_parameter"]
    loaded = parameters.get_param(PARAMETER)
    if not loaded:
        raise LoadError("No retail data is loaded; there is nothing to remove.")
    loaded = json.loads(loaded)
    for name, records in loaded.get("steps", {}).items():
        STEPS[name].remove(env, records)
    blocks = {table: tuple(loaded["blocks"][table]) for table in TABLES}
    held = [hold for table in TABLES for hold in bulk.release(env.cr, table, *blocks[table], blocks)]
    if held:
        rows = "; ".join(f"{count} in {table} ({column})" for table, column, count in held)
        raise LoadError(f"Other records stand on the retail data, and have to be deleted first: {rows}.")
    with bulk.without_indexes(env.cr, TABLES, incoming=True):
        for table in TABLES:
            progress(table.replace("_", " "), 1)
            for polymorphic, model_column in (
                ("mail_message", "model"),
                ("mail_followers", "res_model"),
                ("mail_activity", "res_model"),
                ("ir_attachment", "res_model"),
                ("ir_model_data", "model"),
            ):
                env.cr.execute(
                    f"DELETE FROM {polymorphic} WHERE {model_column} = %s AND res_id BETWEEN %s AND %s",
                    [table.replace("_", "."), *blocks[table]],
                )
            env.cr.execute(f"DELETE FROM {table} WHERE id BETWEEN %s AND %s", blocks[table])
    env.invalidate_all(flush=False)
    progress("customers, categories, teams and salespeople", 1)
    for model in (model for model in MODELS if model in loaded["records"]):
        try:
            with env.cr.savepoint():
                records = env[model].with_context(active_test=False).browse(loaded["records"][model]).exists()
                if model == "res.company":
                    # Not left to the foreign key: Odoo takes the role of several companies from who has one only.
                    others = records.env["res.users"].search([("company_ids", "in", records.ids)])
                    others.write({"company_ids": [(3, branch.id) for branch in records]})
                if model in ARCHIVED:
                    records.active = False
                else:
                    records.unlink()
        except Exception as error:
            raise LoadError(
                f"A record of {model} is still used, and what uses it has to be deleted first: {error}"
            ) from error
    parameters.search([("key", "=", PARAMETER)]).unlink()
    progress.end("")
    return "Removed the retail data; its people and branches are archived"


if __name__ == "__main__":
    sys.exit(main())
