"""What belongs to a line of a plan and to none of its parts: sold in the company but by no team, in the team but by nobody."""


def rests(lines, columns, decimals):
    """The rest of each line that has parts: what is missing until the parts add up to it, or what they have in common.

    :param lines: of a plan, in the order of its tree
    :param dict columns: ``actual`` and ``baseline``, each a list per line: a number per period, then the whole
    :param int decimals: of the plan's amounts
    :return: each with parent_id, after (id of the line behind which it stands: the last one below its parent), depth, name,
        help, actual and baseline, the deepest of those that stand behind the same line first
    :rtype: list[dict]
    """
    place = {line.id: index for index, line in enumerate(lines)}
    last, parts = {}, {}
    for line in lines:
        if line.parent_id.id in place:
            parts.setdefault(line.parent_id, []).append(line)
        above = line
        while above.id in place:
            last[above.id] = line.id
            above = above.parent_id
    found = []
    for parent, children in parts.items():
        numbers = {
            name: _differences(values[place[parent.id]], [values[place[child.id]] for child in children], decimals)
            for name, values in columns.items()
        }
        if not any(any(values) for values in numbers.values()):
            continue
        # Of a document with products of two categories, both count the document.
        shared = numbers["actual"][-1] < 0
        env = lines.env
        found.append(
            {
                "parent_id": parent.id,
                "after": last[parent.id],
                "depth": parent._depth() - lines[0]._depth() + 1,
                "name": env._("In several lines") if shared else env._("In none of these lines"),
                "help": _help(env, shared, len(children) < len(parent.child_ids)),
                **numbers,
            }
        )
    return sorted(found, key=lambda rest: -rest["depth"])


def _differences(whole, parts, decimals):
    # Adding zero turns -0.0 into 0.0.
    return [round(total - sum(members), decimals) + 0.0 for total, *members in zip(whole, *parts, strict=True)]


def _help(env, shared, unread):
    if shared:
        return env._("Counted in more than one of the lines above, and once in the line that they are part of.")
    if unread:
        return env._(
            "Part of the line above, but in none of the lines that you see: sold in lines that you may not read, in no team, "
            "by nobody, or by somebody without a line."
        )
    return env._(
        "Part of the line above, but in none of its lines: for example sold in no team, by nobody, or by somebody without "
        "a line or on days outside of it."
    )
