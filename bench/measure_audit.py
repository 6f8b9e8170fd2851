"""audit: entries per second written, sealed and verified, and the memory that takes."""

import io
import resource
import time

from .database import environment, parser


def main():
    arguments = parser("Measure the audit trail.")
    arguments.add_argument("--entries", type=int, default=100_000)
    options = arguments.parse_args()
    with environment(options, commit=False) as env:
        targets = env["revenue.target"].create(
            [
                {
                    "measure": "orders",
                    "period_type": "custom",
                    "date_start": f"{1970 + index % 230}-{index // 230 % 12 + 1:02}-{index // 2760 + 1:02}",
                    "date_end": f"{1970 + index % 230}-{index // 230 % 12 + 1:02}-{index // 2760 + 1:02}",
                    "amount": index,
                    "active": False,
                }
                for index in range(1000)
            ]
        )
        rounds = options.entries // len(targets)
        values = targets._audit_values()
        started = time.monotonic()
        for _ in range(rounds):
            env["revenue.audit.entry"].append(targets, "measured", before=values, after=values)
        written = time.monotonic() - started

        seals = env["revenue.audit.seal"]
        started = time.monotonic()
        sealed = seals._seal(env.company.id)
        sealing = time.monotonic() - started

        before = memory()
        result = seals.verify()
        grown = memory() - before
        assert not result["problems"], result["problems"]
        assert result["entries"] > rounds * len(targets)

        file = io.BytesIO()
        seals._write_export(file)
        size = len(file.getvalue())
        from odoo.addons.sales_revenue_mgmt.models.audit.chain import verify_lines

        started = time.monotonic()
        verdict = verify_lines(file.getvalue().splitlines())
        offline = time.monotonic() - started
        assert not verdict.problems, verdict.problems[:5]
    rows = [
        ("append (batches of 1,000)", rounds * len(targets), written),
        ("seal", sealed, sealing),
        ("verify", result["entries"], result["seconds"]),
        ("verify an export offline", verdict.entries, offline),
    ]
    print(f"{'':28}{'entries':>10}{'seconds':>10}{'per second':>12}")
    for name, count, seconds in rows:
        print(f"{name:28}{count:>10,}{seconds:>10.2f}{count / seconds:>12,.0f}")
    print(f"peak memory grew by {grown / 1024:.1f} MiB during verify; the export has {size / 1e6:.0f} MB")


def memory():
    """Peak resident memory of this process so far, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
