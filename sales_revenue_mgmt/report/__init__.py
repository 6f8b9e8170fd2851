from . import facts, sheet
