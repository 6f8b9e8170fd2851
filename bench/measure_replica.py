"""replica: a real streaming replica of the database; reads served there, and how many a second, with one server and two."""

import argparse
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.cookiejar import CookieJar

import psycopg2

from .clone import CONFIG, HOME, REPO
from .database import parser

# What a dashboard asks: a group of the year, a total, a page of lines.
YEAR = [["day", ">=", "2025-01-01"]]
QUESTIONS = (
    ("formatted_read_grouping_sets", [YEAR, [["day:month"], []], ["net:sum", "margin:sum"]]),
    ("formatted_read_group", [YEAR, ["team_id"], ["net:sum", "documents:sum"]]),
    ("formatted_read_group", [YEAR, ["category_id"], ["net:sum"]]),
)


def main():
    arguments = parser("Make a replica, and measure reads with and without it.")
    arguments.add_argument("--seconds", type=int, default=15, help="how long each arrangement is asked (default: 15)")
    arguments.add_argument("--clients", type=int, default=4)
    arguments.add_argument("--replica-port", type=int, required=True, help=argparse.SUPPRESS)
    measure(arguments.parse_args())


def connect(database, port):
    return psycopg2.connect(dbname=database, **({"port": port, "host": "127.0.0.1"} if port else {}))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """An Odoo server with two workers, on a port of its own."""

    def __init__(self, database, *arguments):
        self.database, self.port = database, free_port()
        self.log = HOME / "log" / f"bench-server-{self.port}.log"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "bench/odoo_server.py", "-c", CONFIG, "-d", database, "--db-filter", f"^{database}$"),
                *("--http-port", str(self.port), "--gevent-port", str(free_port()), "--workers", "2"),
                *("--max-cron-threads", "0", "--logfile", str(self.log), *arguments),
            ],
            cwd=REPO,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/web/login", timeout=30).read()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def modes(self):
        """How many calls of the facts ran read-only, and how many did not, by the server's own log."""
        lines = [line for line in self.log.read_text().splitlines() if "revenue.fact" in line and " 200 " in line]
        return sum(" ro " in f"{line} " for line in lines), len(lines)


class Client:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def call(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode()
        request = urllib.request.Request(self.base + path, body, {"Content-Type": "application/json"})
        answer = json.load(self.opener.open(request, timeout=60))
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def login(self, database):
        self.call("/web/session/authenticate", {"db": database, "login": "admin", "password": "admin"})

    def ask(self, number):
        method, args = QUESTIONS[number % len(QUESTIONS)]
        return self.call(
            f"/web/dataset/call_kw/revenue.fact.booked/{method}",
            {"model": "revenue.fact.booked", "method": method, "args": args, "kwargs": {}},
        )


def throughput(database, servers, clients, seconds):
    """Answers per second of all servers together."""
    counts, stop, errors = [0] * clients, time.monotonic() + seconds, []

    def ask(index):
        try:
            client = Client(servers[index % len(servers)].port)
            client.login(database)
            number = index
            while time.monotonic() < stop:
                client.ask(number)
                number += 1
                counts[index] += 1
        except Exception as error:  # to be told by the main thread
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(counts) / seconds


def backends(database, port):
    """Transactions that a PostgreSQL has finished in the database."""
    with connect(database, port) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s", [database])
        return cursor.fetchone()[0]


def measure(options):
    to_replica = ("--db_replica_host", "127.0.0.1", "--db_replica_port", str(options.replica_port))
    arrangements = (
        ("1 server, no replica", 1, ()),
        ("1 server, --dev=replica (same database, read-only)", 1, ("--dev=replica",)),
        ("1 server, reads on the replica", 1, to_replica),
        ("2 servers, no replica", 2, ()),
        ("2 servers, reads on the replica", 2, to_replica),
    )
    print(f"{'':54}{'answers/s':>10}{'read-only':>12}{'on primary':>12}{'on replica':>12}")
    for title, count, arguments in arrangements:
        servers = [Server(options.database, *arguments) for _ in range(count)]
        try:
            throughput(options.database, servers, options.clients, 2)
            before = backends(options.database, None), backends(options.database, options.replica_port)
            rate = throughput(options.database, servers, options.clients, options.seconds)
            time.sleep(1.5)  # statistics reach their view with a delay
            after = backends(options.database, None), backends(options.database, options.replica_port)
        finally:
            for server in servers:
                server.stop()
        modes = [server.modes() for server in servers]
        for server in servers:
            server.log.unlink()
        read_only = f"{sum(mode[0] for mode in modes)}/{sum(mode[1] for mode in modes)}" if arguments else "-"
        print(f"{title:54}{rate:10.1f}{read_only:>12}{after[0] - before[0]:12,}{after[1] - before[1]:12,}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
