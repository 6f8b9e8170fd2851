"""Who is behind what happens: the user of the session or API key, and whether there is a request at all.

Code can act in another user's name (``with_user``, ``sudo``); it cannot change who has signed in to the request.
"""

import threading
from contextvars import ContextVar
from typing import NamedTuple

from odoo.http import request

REQUEST = "request"
NO_REQUEST = "no request"
JOB = "job"

# Id and name of the scheduled action that runs in this thread; anyone may give theirs the name of another.
# The context of an environment can be given by any code, this cannot.
running_job = ContextVar("revenue_running_job", default=None)


class Actor(NamedTuple):
    """``login_id``: id of the user who has signed in, ``None`` outside a request or before signing in.
    ``origin``: ``request``, ``no request``, or ``job ID: NAME`` of a scheduled action (earlier entries: ``job: NAME``).
    """

    login_id: int | None
    origin: str


def actor(_env=None):
    """Who is behind the present call, whatever the environment says.

    :rtype: Actor
    """
    if request:
        # XML-RPC and JSON-RPC sign in per call, without an environment of the request; Odoo keeps that user on the thread.
        # After a request has failed, its environment is gone already when the refused attempt is written down.
        login_id = request.env and request.env.uid
        login_id = login_id or getattr(threading.current_thread(), "uid", None) or request.session.uid
        return Actor(login_id, REQUEST)
    if job := running_job.get():
        return Actor(None, f"{JOB} {job}")
    return Actor(None, NO_REQUEST)


def is_of_somebody_else(env):
    """Whether this is the request of somebody else than the user who acts, so that only code can have put the name there.

    :rtype: bool
    """
    login_id, origin = actor(env)
    return origin == REQUEST and login_id != env.uid
