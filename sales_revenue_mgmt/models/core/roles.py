"""External ids of the roles."""

USER = "sales_revenue_mgmt.revenue_group_user"
MANAGER = "sales_revenue_mgmt.revenue_group_manager"
FINANCE = "sales_revenue_mgmt.revenue_group_finance"
AUDITOR = "sales_revenue_mgmt.revenue_group_auditor"
ADMIN = "sales_revenue_mgmt.revenue_group_admin"

ROLES = (USER, MANAGER, FINANCE, AUDITOR, ADMIN)
# Who reads numbers, as the ``groups`` of a field.
READERS = ",".join((USER, FINANCE, AUDITOR))
# Who may decide, if a rule asks them.
APPROVERS = (MANAGER, FINANCE)
