from . import revenue_audit, revenue_export, revenue_sheet
