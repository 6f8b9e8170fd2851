"""What a dialog would make of a plan, as a table to look at before it is applied."""

# Rows and sentences that are shown; the rest is told as a number.
MAX_ROWS = 60
MAX_NOTES = 20


def preview_rows(plan, rows):
    """
    :param rows: of (name, depth, whole units now, whole units then)
    :return: what :func:`render_preview` shows
    :rtype: list[dict]
    """
    return [
        {
            "name": name,
            "depth": depth,
            "amounts": [plan._show_amount(units) for units in (old, new, new - old)],
        }
        for name, depth, old, new in rows
    ]


def render_preview(env, rows, notes, heading=None, adding=False):
    """
    :param list[dict] rows: with name, depth and, unless lines are added, amounts: now, then, difference
    :param list[str] notes: what the reader should know
    :param str heading: what rows are, if not lines
    :param bool adding: rows are lines to come, without amounts
    :rtype: Markup
    """
    return env["ir.qweb"]._render(
        "sales_revenue_mgmt.revenue_target_preview",
        {
            "rows": rows[:MAX_ROWS],
            "more": len(rows) - MAX_ROWS,
            "notes": notes[:MAX_NOTES],
            "more_notes": len(notes) - MAX_NOTES,
            "heading": heading or env._("Line"),
            "adding": adding,
        },
    )
