"""The tools that work on a plan's amounts. Each changes a :class:`PlanTable` and says what it could not honour; the wizard
shows what would come of it, and saves it when asked to.
"""

from ...analytics.apportion import CannotSpread, share_out, spread


class Tools:
    """What can be done to the amounts of a plan in one step.

    Each method gives sentences on what could not be honoured.
    """

    def __init__(self, table):
        """
        :param PlanTable table: that is changed, and not saved
        """
        self.table, self.plan, self.env = table, table.target, table.target.env

    def spread(self, line, weights):
        """Deal out a line's amount of each period to the lines below it.

        :param line: a line with parts
        :param dict weights: part id → weight, or a list of one weight per period
        :return: what could not be honoured
        :rtype: list[str]
        """
        table, parts, notes = self.table, line.child_ids, []
        if not parts:
            return [self.env._("%(line)s has no lines below it.", line=line.display_name)]
        for index, start in enumerate(table.starts):
            keys = [table.leaves(part.id, start) for part in parts]
            kept = [sum(table.units[key] for key in own if table.fixed(key)) for own in keys]
            free = [any(not table.fixed(key) for key in own) for own in keys]
            total = sum(table.units[key] for own in keys for key in own)
            per_part = [weights.get(part.id, 0) for part in parts]
            per_part = [max(weight[index] if isinstance(weight, list) else weight, 0) for weight in per_part]
            try:
                amounts, over = share_out(total, per_part, kept, free)
            except CannotSpread:
                notes.append(
                    self.env._(
                        "%(line)s, %(period)s: everything is locked or closed.", line=line.display_name, period=start
                    )
                )
                continue
            notes += [
                self.env._(
                    "%(line)s, %(period)s: keeps %(amount)s, which is locked or closed; its share would be another.",
                    line=table.lines[parts.ids[part]].display_name,
                    period=start,
                    amount=self.plan._units().amount(kept[part]),
                )
                for part in over
                if any(map(table.presence, keys[part]))
            ]
            for own, amount in zip(keys, amounts, strict=True):
                self._put_by_shape(own, amount)
        return notes

    def phase(self, line, weights):
        """Deal out the amount of a line, and of each line below it, to the periods; each line keeps its amount.

        :param list weights: one per period
        """
        table, notes = self.table, []
        for leaf in table.leaf_lines(line.id):
            keys = table.leaves(leaf)
            current, fixed = [table.units[key] for key in keys], [table.fixed(key) for key in keys]
            there = [weight * table.presence(key) for weight, key in zip(weights, keys, strict=True)]
            try:
                table.units.update(zip(keys, spread(sum(current), current, fixed, there), strict=True))
            except CannotSpread:
                notes.append(
                    self.env._("%(line)s: everything is locked or closed.", line=table.lines[leaf].display_name)
                )
        if any(table.locked[key] for key in table.leaves(line.id)):
            notes.append(self.env._("Locked amounts stay; the other periods of their lines share the rest."))
        return notes

    def raise_by(self, line, factor):
        """Make what is not locked larger or smaller.

        :param float factor: 1.05 is five percent more
        """
        table = self.table
        keys = [key for key in table.leaves(line.id) if not table.fixed(key)]
        current = [table.units[key] for key in keys]
        total = round(sum(current) * factor)
        table.units.update(zip(keys, spread(total, current, [False] * len(keys)), strict=True))
        kept = sum(table.units[key] for key in table.leaves(line.id) if table.fixed(key))
        if kept:
            return [self.env._("%(amount)s is locked or closed and stays.", amount=self.plan._units().amount(kept))]
        return []

    def put(self, line, amounts, nothing):
        """Give the lines without parts, below a line, given amounts.

        :param dict amounts: line id → amounts per period, ``None`` where there is none
        :param str nothing: the sentence for lines that have none
        """
        table, notes = self.table, []
        for leaf in table.leaf_lines(line.id):
            given = amounts.get(leaf)
            if given is None or not any(given):
                notes.append(f"{table.lines[leaf].display_name}: {nothing}")
                continue
            for key, amount in zip(table.leaves(leaf), given, strict=True):
                if amount is None:
                    continue
                if table.fixed(key):
                    if table.presence(key) and table.units[key] != table.to_units(max(amount, 0)):
                        notes.append(
                            self.env._(
                                "%(line)s, %(period)s: locked or closed, stays %(amount)s.",
                                line=table.lines[leaf].display_name,
                                period=key[1],
                                amount=self.plan._units().amount(table.units[key]),
                            )
                        )
                    continue
                table.units[key] = table.to_units(max(amount, 0))
        return notes

    def _put_by_shape(self, keys, amount):
        """Amounts that fit what is fixed, by what they are; else alike."""
        table = self.table
        current, fixed = [table.units[key] for key in keys], [table.fixed(key) for key in keys]
        shaped = any(units for units, stays in zip(current, fixed, strict=True) if not stays)
        weights = current if shaped else [1] * len(keys)
        table.units.update(zip(keys, spread(amount, current, fixed, weights), strict=True))
