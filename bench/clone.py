"""A database of one's own, cloned from a template of ``./dev test``, for what must commit, install or uninstall."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg2
from psycopg2 import sql

REPO = Path(__file__).parents[1]
HOME = Path(os.environ.get("HOME_DIR", REPO / ".dev"))
CONFIG = str(HOME / "odoo.conf")


class Database:
    """A clone of a template, with its filestore."""

    def __init__(self, template):
        self.name = f"{template[:20]}_{uuid.uuid4().hex[:8]}"
        self._run("CREATE DATABASE {} TEMPLATE {}", self.name, template)
        files = HOME / "data" / "filestore"
        if (files / template).exists():
            shutil.copytree(files / template, files / self.name, copy_function=os.link)

    def drop(self):
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        shutil.rmtree(HOME / "data" / "filestore" / self.name, ignore_errors=True)

    @staticmethod
    def _run(statement, *names):
        connection = psycopg2.connect(dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        connection.close()

    def query(self, statement, *parameters):
        connection = psycopg2.connect(dbname=self.name)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def odoo(self, *arguments):
        """Run Odoo on the database to its end; its log must be clean.

        :return: the log
        """
        result = subprocess.run(
            [
                sys.executable,
                "-m",
                "odoo",
                "-c",
                CONFIG,
                "-d",
                self.name,
                "--no-http",
                "--stop-after-init",
                "--max-cron-threads=0",
                *arguments,
            ],
            capture_output=True,
            text=True,
            cwd=REPO,
            check=False,
        )
        log = result.stdout + result.stderr
        assert result.returncode == 0, log[-3000:]
        assert " ERROR " not in log and " CRITICAL " not in log and "external dependency" not in log, log[-3000:]
        return log

    def script(self, code):
        """Run Python in an Odoo shell on the database.

        :return: what it assigned to ``answer``, which must be JSON
        """
        result = subprocess.run(
            [sys.executable, "-m", "odoo", "shell", "-c", CONFIG, "-d", self.name, "--no-http", "--log-level=warn"],
            input=code + "\nimport json\nprint('ANSWER ' + json.dumps(answer))\n",
            capture_output=True,
            text=True,
            cwd=REPO,
            check=False,
        )
        answers = [line for line in result.stdout.splitlines() if "ANSWER " in line]
        assert answers, result.stdout[-3000:] + result.stderr[-3000:]
        return json.loads(answers[-1].split("ANSWER ", 1)[1])

    def retail(self, *arguments):
        return self.bench("retail", *arguments)

    def bench(self, module, *arguments):
        """Run a script of this folder on the database."""
        return subprocess.run(
            [sys.executable, "-m", f"bench.{module}", "--database", self.name, "--config", CONFIG, *arguments],
            capture_output=True,
            text=True,
            cwd=REPO,
            check=False,
        )
