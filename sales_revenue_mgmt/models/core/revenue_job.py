"""Long work, step by step: with progress, with the rights of who asked, and going on after a crash."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from .jobs import Step
from .roles import FINANCE

_logger = logging.getLogger(__name__)

OPEN = ("queued", "running")
# The number of the lock that the worker holds.
WORKER = 7_365_421_903
# So often a step is tried again that lost against somebody else.
TRIES = 5
# The results of ended jobs are kept so many days.
KEPT_DAYS = 90


class RevenueJob(models.Model):
    _name = "revenue.job"
    _description = "Job"
    _order = "id DESC"

    name = fields.Char(required=True, readonly=True, help="What is done, for people.")
    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    parameters = fields.Json(readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", required=True, readonly=True, index=True, ondelete="cascade")
    company_ids = fields.Json(readonly=True, help="Ids of the companies that were ticked.")
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        default="queued",
        required=True,
        readonly=True,
    )
    position = fields.Json(readonly=True, help="Where the next step begins.")
    done = fields.Integer(readonly=True)
    total = fields.Integer(readonly=True)
    sentence = fields.Char("Doing", readonly=True)
    result = fields.Json(readonly=True)
    error = fields.Text(readonly=True)
    started_at = fields.Datetime("Started on", readonly=True)
    ended_at = fields.Datetime("Ended on", readonly=True)

    _once = models.UniqueIndex(
        "(res_model, res_id, method) WHERE state IN ('queued', 'running')",
        "This is being done already. Wait until it is done, or cancel it.",
    )
    # Each form of a document asks for its newest.
    _by_document = models.Index("(res_model, res_id)")
    _open = models.Index("(id) WHERE state IN ('queued', 'running')")

    # ------------------------------------------------------------------
    # On every path: jobs are made by documents, and written by the worker
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("A job is started by the document that it is for."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("A job cannot be changed. Cancel it, or start it again."))

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A job cannot be copied. Start it again from its document."))

    def _create_past_guard(self, vals):
        return super().create(vals)  # pylint: disable=super-method-mismatch

    def _write_past_guard(self, vals):
        return super().write(vals)  # pylint: disable=super-method-mismatch

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.private
    @api.model
    def start(self, document, method, name, parameters=None, total=0):
        """Let a document do something long. The caller has checked that this user may ask for it.

        :param document: one record
        :param str method: of its model, marked with :func:`job`
        :param str name: what is done, for people
        :param dict parameters: for each step, as JSON can say them
        :param int total: of the whole job, where it is known
        :rtype: revenue.job
        :raises UserError: it is being done already
        """
        document.ensure_one()
        if not getattr(getattr(type(document), method, None), "_revenue_job", False):
            raise ValueError(f"{document._name}.{method} is no job: mark it with @job.")
        # Whoever may use the document may have its work done.
        jobs = self.sudo()
        open_job = jobs.search(
            [
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("method", "=", method),
                ("state", "in", OPEN),
            ],
            limit=1,
        )
        if open_job:
            raise UserError(
                self.env._(
                    "%(job)s: this is being done already, for %(user)s. Wait until it is done, or cancel it.",
                    job=open_job.name,
                    user=open_job.user_id.name,
                )
            )
        made = jobs._create_past_guard(
            {
                "name": name,
                "res_model": document._name,
                "res_id": document.id,
                "method": method,
                "parameters": parameters or {},
                "user_id": self.env.uid,
                "company_ids": self.env.companies.ids,
                "total": total,
            }
        )
        self._wake_worker()
        return made.sudo(False)

    def action_cancel(self):
        """Stop it after the step that it is doing; what is done stays."""
        self.check_access("read")
        for job in self.sudo():
            if job.user_id != self.env.user and not self.env.user.has_group(FINANCE):
                raise UserError(
                    self.env._("%(job)s: only %(user)s or Finance may cancel it.", job=job.name, user=job.user_id.name)
                )
            if job.state in OPEN:
                job._write_past_guard({"state": "cancelled", "ended_at": fields.Datetime.now()})
        return True

    def action_retry(self):
        """Go on where it has failed or was cancelled, with the rights of who asked first."""
        self.check_access("read")
        for job in self.sudo():
            if job.user_id != self.env.user:
                raise UserError(
                    self.env._("%(job)s: only %(user)s may start it again.", job=job.name, user=job.user_id.name)
                )
            if job.state in ("failed", "cancelled"):
                job._write_past_guard({"state": "queued", "error": False, "ended_at": False})
        self._wake_worker()
        return True

    @api.model
    @api.readonly
    def get_progress(self, res_model, res_id):
        """The newest job of a document, for the widget of its form.

        :param str res_model: the document's model
        :param int res_id: its id
        :return: ``id``, ``name``, ``state``, ``done``, ``total``, ``sentence``, ``error``, ``mine``; ``None`` where there is none
        :rtype: dict | None
        """
        job = self.search([("res_model", "=", res_model), ("res_id", "=", res_id)], limit=1)
        if not job:
            return None
        names = ("id", "name", "state", "done", "total", "sentence", "error")
        return {**{name: job[name] for name in names}, "mine": job.user_id == self.env.user}

    # ------------------------------------------------------------------
    # The worker
    # ------------------------------------------------------------------

    @api.model
    def _wake_worker(self):
        # Whoever may start a job may have it begun now.
        self.env.ref("sales_revenue_mgmt.revenue_job_cron").sudo()._trigger()

    @api.model
    def _cron_work(self):
        """Do what is waiting, the oldest first; the rest is for the next run, which comes at once.

        There is one worker at a time, by a lock of its connection, which goes with it: a job that is running when this begins is
        one whose worker has died.
        """
        ((alone,),) = self.env.execute_query(SQL("SELECT pg_try_advisory_lock(%s)", WORKER))
        if not alone:
            return
        try:
            self._work_through()
        finally:
            self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", WORKER))

    def _work_through(self):
        cron = self.env["ir.cron"]
        jobs = self.search([("state", "in", OPEN)], order="id")
        seconds_left = cron._commit_progress(remaining=len(jobs))
        while jobs and seconds_left:
            seconds_left = jobs[0]._work(cron)
            jobs = self.search([("state", "in", OPEN)], order="id")
            seconds_left = seconds_left and cron._commit_progress(1, remaining=len(jobs))
        if jobs:
            self._wake_worker()

    def _work(self, cron):
        """Steps of one job until it ends, or the time is over; each is committed.

        :return: seconds that are left for the worker
        """
        self.ensure_one()
        tries, seconds_left = 0, True
        while seconds_left:
            # What others have done since: somebody may have cancelled it.
            self.invalidate_recordset()
            if self.state not in OPEN:
                break
            try:
                ended = self._do_step()
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
                self.env.cr.rollback()
                tries += 1
                if tries >= TRIES:
                    self._fail(error)
                    ended = True
                else:
                    continue
            except Exception as error:
                self.env.cr.rollback()
                self._fail(error)
                ended = True
            tries, seconds_left = 0, cron._commit_progress()
            if ended:
                self._tell()
                cron._commit_progress()
                break
        return seconds_left

    def _do_step(self):
        """
        :return: whether the job is done
        """
        document = (
            self.env(user=self.user_id.id, su=False)[self.res_model]
            .with_context(allowed_company_ids=self.company_ids)
            .browse(self.res_id)
        )
        if not document.exists():
            raise UserError(self.env._("The document is not there any more."))
        if not self.user_id.active and not self.user_id._is_superuser():
            raise UserError(self.env._("%(user)s, who has asked for it, is archived.", user=self.user_id.name))
        step = getattr(document, self.method)(self.position, self.parameters)
        assert isinstance(step, Step), f"{self.res_model}.{self.method} answers a Step"
        self.env.flush_all()
        ended = step.position is None
        values = {
            "state": "done" if ended else "running",
            "position": step.position,
            "done": step.done,
            "total": step.total or self.total,
            "sentence": step.sentence,
        }
        if not self.started_at:
            values["started_at"] = fields.Datetime.now()
        if ended:
            values.update(result=step.result, ended_at=fields.Datetime.now())
        self._write_past_guard(values)
        return ended

    def _fail(self, error):
        if isinstance(error, UserError):
            sentence = str(error)
        else:
            _logger.error("Job %s, %s.%s: %s", self.id, self.res_model, self.method, error, exc_info=error)
            sentence = self.env._("Something went wrong that nobody has foreseen. The server's log says what.")
        self._write_past_guard({"state": "failed", "error": sentence, "ended_at": fields.Datetime.now()})

    def _tell(self):
        """Who asked hears that it has ended, with a link to the document."""
        words = {
            "done": self.env._("Done: %(job)s", job=self.name),
            "failed": self.env._("Failed: %(job)s", job=self.name),
        }.get(self.state)
        if words:
            text = self.error or self.sentence or ""
            self.user_id._revenue_notify(words, text, model=self.res_model, res_id=self.res_id)

    @api.autovacuum
    def _gc_jobs(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("state", "not in", OPEN), ("ended_at", "<", limit)], limit=10_000).unlink()
