from . import test_fake_area
