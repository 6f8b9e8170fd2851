"""What decides who sees and who decides, and leaves a note when it changes: roles, rights on our models, leaders, jobs, accounts.

Odoo's own models call :func:`noted` around whatever changes one of these; what differs afterwards goes into the trail, on
whichever path it came: form, import, code, another module's data.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from ..core.roles import ROLES

ADDON = "sales_revenue_mgmt"
# The outermost of nested changes notes for all of them; by cursor, since a job may open another one.
_running = ContextVar("revenue_noted", default=None)


class _Watch:
    """What is looked at before and after. Nested changes add what they are about."""

    def __init__(self):
        self.looks, self.everything = [], False

    def look(self, read, everything):
        if not self.everything:
            self.looks.append((read(), read))
            self.everything = everything

    def compared(self):
        """
        :return: what was said before, and what is said now; of each thing as of the first who looked at it, since to a change
            inside of what makes a thing, it is there already
        """
        before, after, seen = {}, {}, set()
        for old, read in self.looks:
            new = read()
            before |= {key: old[key] for key in old.keys() - seen}
            after |= {key: new[key] for key in new.keys() - seen}
            seen |= old.keys() | new.keys()
        return before, after


@contextmanager
def _watched(env, event, read, everything, note):
    """
    :param read: gives a dict of what → what is said of it; called before and after
    :param bool everything: whether it reads all that there is, so that nested changes have nothing to add
    :param note: takes both answers
    """
    mark, running = (id(env.cr), event), _running.get() or {}
    if mark in running:
        running[mark].look(read, everything)
        yield
        return
    if not is_in_place(env):
        yield
        return
    watch = _Watch()
    watch.look(read, everything)
    token = _running.set({**running, mark: watch})
    try:
        yield
        note(*watch.compared())
    finally:
        _running.reset(token)


def our_models(env):
    """Names of the addon's models.

    :rtype: list[str]
    """
    return sorted(name for name, cls in env.registry.items() if cls._original_module == ADDON and not cls._abstract)


def is_in_place(env):
    """Whether there is a trail to write into. While the addon is uninstalled, what guards the trail goes first."""
    env.cr.execute("SELECT to_regprocedure('revenue_audit_refuse()') IS NOT NULL")
    return env.cr.fetchone()[0] and "revenue.audit.journal" in env


def noted(env, event, read, everything=False):
    """Compare what is there before and after, and note what differs in the journal of who does it.

    :param str event: one word
    :param read: gives a dict of label → text; called before and after
    :param bool everything: see :func:`_watched`
    """

    def note(before, after):
        labels = {label for label in before.keys() | after.keys() if before.get(label) != after.get(label)}
        if labels:
            env["revenue.audit.journal"].note(
                event,
                {label: after.get(label) for label in labels},
                before={label: before.get(label) for label in labels},
            )

    return _watched(env, event, read, everything, note)


def noted_roles(env, people):
    """The same for roles, each in the journal of the person who has them; see :class:`Roles`.

    :param people: gives the users who are looked at; ``None`` for everybody
    """
    roles = Roles(env)
    return _watched(env, "roles", lambda: roles.of(people), people is None, roles.note)


def named(records):
    """Records as a text that stays unique when somebody renames them."""
    return ", ".join(f"{record.display_name} ({record.id})" for record in records) or "–"


def ours(records):
    """Those rules or access rights that are about our models."""
    names = set(our_models(records.env))
    return _plain(records).filtered(lambda record: record.model_id.model in names)


def rights(records):
    """
    :param records: of ``ir.rule`` or ``ir.model.access``
    :return: label → text
    :rtype: dict[str, str]
    """
    said = {}
    for record in ours(records):
        may = [word for word in ("read", "write", "create", "unlink") if record[f"perm_{word}"]]
        is_rule = record._name == "ir.rule"
        parts = [
            record.model_id.model,
            ", ".join(may) or "–",
            named(record.groups if is_rule else record.group_id),
            *([record.domain_force or "[]"] if is_rule else []),
            *([] if record.active else ["archived"]),
        ]
        said[f"{record._description} {record.name} ({record.id})"] = "; ".join(parts)
    return said


def all_rights(env):
    names = our_models(env)
    said = {}
    for model in ("ir.rule", "ir.model.access"):
        said |= rights(_plain(env[model]).search([("model_id.model", "in", names)]))
    return said


def jobs(crons):
    """
    :param crons: of ``ir.cron``; others than ours are left out
    :return: label → text
    :rtype: dict[str, str]
    """
    crons = _plain(crons).exists()
    if not crons:
        return {}
    data = crons.env["ir.model.data"].search(
        [("module", "=", ADDON), ("model", "=", "ir.cron"), ("res_id", "in", crons.ids)]
    )
    names, known = set(our_models(crons.env)), set(data.mapped("res_id"))
    return {
        f"{cron._description} {cron.id}": "; ".join(
            [
                cron.cron_name or "–",
                "active" if cron.active else "switched off",
                f"{cron.interval_number} {cron.interval_type}",
                f"next {cron.nextcall}",
                named(cron.user_id),
                cron.state,
                cron.code or "–",
            ]
        )
        for cron in crons
        if cron.id in known or cron.model_id.model in names
    }


def teams(records):
    """
    :return: label → leader, members and company
    :rtype: dict[str, str]
    """
    return {
        f"{team._description} {team.name} ({team.id})": "; ".join(
            f"{word}: {named(people)}"
            for word, people in (
                ("leader", team.user_id),
                ("members", team.crm_team_member_ids.filtered("active").user_id.sorted("id")),
                ("company", team.company_id),
            )
        )
        for team in _plain(records).exists()
    }


def companies(records):
    """
    :return: label → branch manager, and from which share of a plan's amount somebody counts as its owner
    :rtype: dict[str, str]
    """
    return {
        f"{company._description} {company.name} ({company.id})": (
            f"branch manager: {named(company.revenue_manager_id)}; owners from: {company.revenue_owner_share:.4f}"
        )
        for company in _plain(records).exists()
    }


def _plain(records):
    """As everybody knows them, the archived ones too; read to be written down, not to be shown."""
    return records.sudo().with_context(active_test=False, lang="en_US")


class Roles:
    """Who has which role in which companies; somebody who is archived has none."""

    def __init__(self, env):
        self.env = env(su=True, context={**env.context, "lang": "en_US", "active_test": False})

    def of(self, people=None):
        """
        :param people: gives the users who are looked at; ``None`` for everybody
        :return: user id → what the trail says of the roles, and of the companies that they reach
        :rtype: dict[int, dict]
        """
        # External ids are looked up past the ORM.
        self.env.flush_all()
        # While the addon is being installed, roles come one by one.
        groups = [group for xmlid in ROLES if (group := self.env.ref(xmlid, raise_if_not_found=False))]
        users = people() if people else self.env["res.users"].union(*(group.all_user_ids for group in groups))
        said = {}
        for user in users.with_env(self.env).exists().filtered("active"):
            own = [self._reference(group, group.name) for group in groups if group in user.all_group_ids]
            if own:
                companies_ = user.company_ids.sorted("id")
                said[user.id] = {"roles": own, "companies": [self._reference(item, item.name) for item in companies_]}
        return said

    @staticmethod
    def _reference(record, name):
        return {"id": record.id, "name": name}

    def note(self, before, after, reason=None):
        """Write down whose roles differ.

        :param dict before: what ``of`` said
        :param dict after: likewise, later
        :return: those people
        :rtype: res.users
        """
        none = {"roles": [], "companies": []}
        changed = [
            user_id
            for user_id in sorted(before.keys() | after.keys())
            if self._ids(before.get(user_id, none)) != self._ids(after.get(user_id, none))
        ]
        # Somebody who was deleted stands nowhere in the trail, else it could not have been.
        people = self.env["res.users"].browse(changed).exists()
        what = {}
        for user in people:
            old, new = before.get(user.id, none), after.get(user.id, none)
            what[user.id] = {
                "user": self._reference(user, user.name),
                "before": old["roles"],
                "after": new["roles"],
                "companies": new["companies"],
            }
        self.env["revenue.audit.journal"].note_about(people, "roles", what, reason)
        return people

    @staticmethod
    def _ids(said):
        return [[item["id"] for item in said[name]] for name in ("roles", "companies")]

    def last_said(self):
        """What the trail said last of everybody, in the form of :meth:`of`.

        :rtype: dict[int, dict]
        """
        return {
            after["user"]["id"]: {"roles": after["after"], "companies": after["companies"]}
            for after in self.env["revenue.audit.journal"]._last_of_each("roles")
            # Entries of an earlier form have names only, and stood in the journal of who gave the role.
            if isinstance(after.get("user"), dict) and after["after"]
        }
