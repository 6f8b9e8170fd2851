from . import revenue_dialog_previewed
