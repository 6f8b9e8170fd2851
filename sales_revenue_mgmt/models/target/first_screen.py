"""The first screen of targets: where there is none yet, it offers to make one."""

from markupsafe import Markup


def with_new_target(env, help_message):
    """
    :param str help_message: what an empty list says
    :return: the same, with a button for who may make a target
    """
    if not env["revenue.target"].has_access("create"):
        return help_message
    return Markup(
        '%s<p><a type="action" class="btn btn-primary" data-model="revenue.target" data-views="[[False, \'form\']]"'
        ' title="%s">%s</a></p>'
    ) % (Markup(help_message or ""), env._("New Target"), env._("New Target"))
