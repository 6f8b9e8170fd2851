"""Opening the database of ``./dev run`` from a script of this folder."""

import argparse
import sys
from contextlib import contextmanager

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config


def parser(description):
    """The arguments that ``./dev`` hands to every script here."""
    result = argparse.ArgumentParser(description=description, prog="./dev")
    result.add_argument("--database", required=True, help=argparse.SUPPRESS)
    result.add_argument("--config", required=True, help=argparse.SUPPRESS)
    return result


@contextmanager
def environment(arguments, commit=True):
    """The superuser's environment; committed at the end unless something raised."""
    config.parse_config(["-c", arguments.config, "-d", arguments.database, "--log-level=error"], setup_logging=True)
    registry = Registry(arguments.database)
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, {"tracking_disable": True, "mail_create_nosubscribe": True})
        yield env
        if commit:
            env.flush_all()
            cr.commit()
            # A running server must forget what it cached about products, teams and currencies.
            registry.clear_all_caches()
            registry.signal_changes()
        else:
            cr.rollback()


class Progress:
    """A bar on a terminal, a line per stage elsewhere."""

    def __init__(self, total, out=sys.stdout):
        self.total, self.done, self.out = total, 0, out
        self.bar = out.isatty()

    def __call__(self, stage, amount=0):
        self.done = min(self.done + amount, self.total)
        share = self.done / self.total
        if self.bar:
            filled = int(30 * share)
            self.out.write(f"\r\033[K  [{'#' * filled}{'.' * (30 - filled)}] {share:4.0%}  {stage}")
        else:
            self.out.write(f"  {share:4.0%}  {stage}\n")
        self.out.flush()

    def end(self, text):
        self.out.write(f"\r\033[K  {text}\n" if self.bar else f"  {text}\n")
