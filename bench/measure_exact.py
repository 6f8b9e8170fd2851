"""exact: random changes to everything a number depends on; every measure by every dimension compared with the sources."""

import sys
import time
from collections import Counter

from .database import environment, parser
from .exact_parallel import Race
from .exact_world import World

# Runs on a database of its own.
SCRATCH = True


def main(argv=None):
    arguments = parser("Compare facts with sources under random changes.")
    arguments.add_argument("--steps", type=int, default=400, help="changes (default: 400)")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument(
        "--race", type=int, default=60, metavar="SECONDS", help="how long writers race (default: 60)"
    )
    arguments.add_argument(
        "--mutants", metavar="TRIGGERS", help="switch these triggers off in turn, or 'all': it must be noticed"
    )
    options = arguments.parse_args(argv)
    started = time.monotonic()
    with environment(options) as env:
        if options.mutants:
            sys.exit(mutants(env, options.mutants, options.steps, options.seed))
        world, done, refused, comparisons = run(env, options.steps, options.seed)
        world.fill(40)
        env.cr.commit()
        counts = Race(env.registry, world, writers=8, readers=2, seed=options.seed).run(options.race)
    print(
        f"{sum(done.values())} changes of {len(done)} kinds ({sum(refused.values())} refused by Odoo), {comparisons} comparisons"
        f" before, while and after refreshing: no difference ({time.monotonic() - started:.0f} s, seed {options.seed})"
    )
    print(
        f"{options.race} s with 8 writers, 2 readers and a refresher that is killed at random: no difference, nobody waited"
    )
    for what, count in counts.items():
        print(f"    {what}: {count}")
    never = [name for name in World.__dict__ if name.startswith("do_") and name not in done]
    if never:
        print(f"never happened: {', '.join(never)}")


def mutants(env, chosen, steps, seed):
    """Switch each trigger off in turn. A comparison that does not notice is worth nothing.

    :return: how many were not noticed
    """
    from odoo.addons.sales_revenue_mgmt.report.facts.schema import functions, log_everything
    from odoo.addons.sales_revenue_mgmt.report.facts.watches import WATCHES

    missed = 0
    for watch in WATCHES:
        for trigger in functions(watch):
            if trigger.endswith("truncate") or (chosen != "all" and trigger not in chosen.split(",")):
                continue
            env.cr.execute(f"ALTER TABLE {watch.table} DISABLE TRIGGER {trigger}")
            env.cr.commit()
            noticed = ""
            try:
                run(env, steps, seed)
            except AssertionError as error:
                noticed = str(error).splitlines()[1]
            env.cr.rollback()
            env.invalidate_all(flush=False)
            env.cr.execute(f"ALTER TABLE {watch.table} ENABLE ALWAYS TRIGGER {trigger}")
            log_everything(env.cr)
            env.cr.commit()
            print(f"{trigger:45} {noticed[:90] or 'NOT NOTICED'}", flush=True)
            missed += not noticed
    return missed


def run(env, steps, seed):
    """
    :return: the world; how often each kind of change happened, and was refused; the number of comparisons
    :raises AssertionError: a number was not the one of the sources
    """
    # Odoo finds its addons once the configuration is read.
    from .exact_oracle import differences, unused_measures

    assert not unused_measures(), unused_measures()
    env["revenue.fact.refresh"].refresh_all()
    world = World(env, seed)
    env, chance = world.env, world.random
    readers = [env, *(env(user=user.id, su=False) for user in world.users)]
    done, refused, comparisons = Counter(), Counter(), 0

    def compare(when, history):
        nonlocal comparisons
        reader = chance.choice(readers)
        cross = [tuple(chance.sample(("company", "team", "customer", "category", "product", "month", "day"), 2))]
        problems = differences(reader(cr=env.cr), world.companies, world.memory, cross)
        comparisons += 1
        assert not problems, f"seed {seed}, {when}, as {reader.user.name}, after {history}:\n" + "\n".join(
            problems[:10]
        )

    order = world.changes()
    history = []
    for _round in range(6):
        world.change("do_create_order")
    env.cr.commit()
    while sum(done.values()) < steps:
        # Each kind of change comes once per round, in an order of its own.
        chance.shuffle(order)
        for name in ["do_create_order", "do_create_order", "do_invoice", *order]:
            name, happened = world.change(name)
            (done if happened else refused)[name] += 1
            history = [*history[-8:], name]
            env.cr.commit()
            if chance.random() < 0.5:
                compare("before refreshing", history)
            if chance.random() < 0.3:
                _refresh_and_look(env, compare, chance, history)
    env["revenue.fact.refresh"].refresh_all()
    compare("at the end", history)
    return world, done, refused, comparisons


def _refresh_and_look(env, compare, chance, history):
    """Refresh a few documents at a time; look before each commit from outside, and after it; now and then a batch dies."""
    refresh = env["revenue.fact.refresh"]
    while refresh._dirty_count():
        refresh._refresh(limit=chance.choice((1, 2, 5, 50)))
        if chance.random() < 0.3:
            compare("inside a refresh", history)
        if chance.random() < 0.2:
            env.cr.rollback()
            env.invalidate_all(flush=False)
            compare("after a refresh that died", history)
            continue
        env.cr.commit()
        if chance.random() < 0.3:
            compare("between refreshes", history)
    compare("after refreshing", history)


if __name__ == "__main__":
    sys.exit(main())
