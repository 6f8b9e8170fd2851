from . import core, audit, governance, facts, credit, target
