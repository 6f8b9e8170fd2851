"""Who may read and change documents of a kind: the eight record rules, from one declaration."""

from odoo import api, models

from ..core.roles import AUDITOR, FINANCE, MANAGER, USER

READ = ("read",)
CHANGE = ("write", "create", "unlink")
ALL = (*READ, *CHANGE)
EVERYTHING = "[(1, '=', 1)]"


class RevenueDocumentRights(models.AbstractModel):
    _name = "revenue.document.rights"
    _description = "Record Rules of Revenue Documents"

    @api.private
    @api.model
    def declare(self, model, what, path="", route="route_user_ids", owner="user_id", team="team_id", changes_own=True):
        """Make the rules of a model that are not there yet. They are records like others, which an administrator may change; the
        trail notes it. For a data file::

            <function model="revenue.document.rights" name="declare" eval="['revenue.target', 'Sales targets']" />

        :param str model: of the documents, or of what belongs to them
        :param str what: what the names of the rules call them
        :param str path: what leads to the company, owner and team, such as ``line_id.``
        :param str route: the field with the people on the route of approval
        :param str owner: the field with the owner; empty where documents have none, so that everybody of the company reads them
        :param str team: the field with the sales team; empty where documents have none
        :param bool changes_own: whether an owner may change them
        """
        rules = []

        def rule(suffix, words, domain, group=None, operations=ALL):
            rules.append((suffix, f"{what}: {words}", domain, group, operations))

        own, teams = f"('{path}{owner}', '=', user.id)", f"('{path}{team}.crm_team_member_ids.user_id', '=', user.id)"
        rule("company", "own companies", f"[('{path}company_id', 'in', company_ids)]")
        if owner and team:
            rule("user_read", "a user reads own and own teams'", f"['|', {own}, {teams}]", USER, READ)
        elif owner:
            rule("user_read", "a user reads own", f"[{own}]", USER, READ)
        else:
            rule("user_read", "a user reads all", EVERYTHING, USER, READ)
        if owner and changes_own:
            rule("user_write", "a user changes own", f"[{own}]", USER, CHANGE)
        if team:
            leads = f"[('{path}{team}.user_id', '=', user.id)]"
            rule("manager", "a manager changes those of teams led", leads, MANAGER)
        manages = f"[('{path}company_id.revenue_manager_id', '=', user.id)]"
        rule("manager_branch", "a manager changes those of branches managed", manages, MANAGER)
        rule("route", "who is asked to decide reads", f"[('{route}', 'in', [user.id])]", MANAGER, READ)
        rule("finance", "finance changes all", EVERYTHING, FINANCE)
        rule("auditor", "an auditor reads all", EVERYTHING, AUDITOR, READ)
        self._make(model, rules)

    def _make(self, model, rules):
        """
        :param list[tuple] rules: the end of its external id, name, domain, external id of the group or ``None``, operations
        """
        model_id = self.env["ir.model"]._get_id(model)
        self.env["ir.rule"]._load_records(
            [
                {
                    "xml_id": f"{self._module_of(model)}.{model.replace('.', '_')}_rule_{suffix}",
                    "noupdate": True,
                    "values": {
                        "name": name,
                        "model_id": model_id,
                        "domain_force": domain,
                        "groups": [self.env.ref(group).id] if group else [],
                        **{f"perm_{operation}": operation in operations for operation in ALL},
                    },
                }
                for suffix, name, domain, group, operations in rules
            ],
            # Those that are there stay as they are.
            update=True,
        )

    def _module_of(self, model):
        """The addon that declares a model."""
        return self.env.registry[model]._original_module
