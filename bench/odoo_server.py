"""Odoo's own command, as a file: a server with workers starts itself again by its file's name."""

from odoo.cli import main

if __name__ == "__main__":
    main()
