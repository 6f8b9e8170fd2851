"""The demo world; imported only while demo data are loaded."""
