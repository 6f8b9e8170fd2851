from . import core, audit, governance, credit, target
