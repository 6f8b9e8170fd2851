# Odoo's loader takes the tests that are attributes of this package.
from .core import *
from .audit import *
from .governance import *
from .facts import *
from .credit import *
from .target import *
from .fake_area import *
