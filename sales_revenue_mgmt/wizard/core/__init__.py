from . import revenue_dialog_previewed, revenue_sheet_import_mixin

# What others inherit comes first.
from . import revenue_sheet_import
