"""What a job is made of. Plain Python, no Odoo."""

from typing import NamedTuple


class Step(NamedTuple):
    """What a step of a job answers.

    :param position: where the next step begins, as JSON can say it; ``None`` where the job is done
    :param int done: how much is done, of ``total``
    :param int total: of the whole job; 0 where nobody knows
    :param str sentence: what the job is doing, for people
    :param result: of the whole job, as JSON can say it; the last step's counts
    """

    position: object = None
    done: int = 0
    total: int = 0
    sentence: str = ""
    result: object = None


def job(method):
    """A method of a model that may run as a job: ``method(self, position, parameters)`` does a step and answers a :class:`Step`.

    ``position`` is ``None`` at first, then what the step before has answered. Each step is a transaction of its own: after a
    crash the job goes on where the last one ended. It runs with the rights of who asked, so that it needs no checks but those
    that a button would need.
    """
    method._revenue_job = True
    return method
