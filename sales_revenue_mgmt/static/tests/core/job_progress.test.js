import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView, onRpc } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Policy extends models.Model {
    _name = "policy";
    name = fields.Char();
    _records = [{ id: 1, name: "Winter" }];
}

class Job extends models.Model {
    _name = "revenue.job";
    name = fields.Char();
}

defineMailModels();
defineModels([Policy, Job]);

const ARCH = `<form><widget name="revenue_job_progress"/><sheet><field name="name"/></sheet></form>`;
const JOB = { id: 7, name: "Replay", total: 2000, sentence: "Lines of March", error: false, mine: true };

test("a job is followed until it has ended, then the form is loaded again", async () => {
    const answers = [
        { ...JOB, state: "queued", done: 0 },
        { ...JOB, state: "running", done: 1500 },
        { ...JOB, state: "done", done: 2000 },
    ];
    onRpc("revenue.job", "get_progress", ({ args }) => {
        expect.step(`asked ${args.join(" ")}`);
        return answers.length > 1 ? answers.shift() : answers[0];
    });
    onRpc("policy", "web_read", () => expect.step("read"));
    await mountView({ type: "form", resModel: "policy", resId: 1, arch: ARCH });
    expect.verifySteps(["read", "asked policy 1"]);
    expect(queryAllTexts(".o_revenue_job span")).toEqual(["Lines of March · 0 of 2,000"]);
    await advanceTime(2000);
    await animationFrame();
    expect(".o_revenue_job .progress-bar").toHaveStyle({ width: "75%" }, { inline: true });
    await advanceTime(2000);
    await animationFrame();
    expect(".o_revenue_job").toHaveCount(0);
    expect.verifySteps(["asked policy 1", "asked policy 1", "read"]);
    await advanceTime(10000);
    expect.verifySteps([]);
});

test("who asked may cancel it, and start it again", async () => {
    let state = "running";
    onRpc("revenue.job", "get_progress", () => ({ ...JOB, state, done: 10 }));
    onRpc("revenue.job", "action_cancel", ({ args }) => {
        expect.step(`cancel ${args}`);
        state = "cancelled";
        return true;
    });
    onRpc("revenue.job", "action_retry", ({ args }) => {
        expect.step(`retry ${args}`);
        state = "queued";
        return true;
    });
    await mountView({ type: "form", resModel: "policy", resId: 1, arch: ARCH });
    await contains(".o_revenue_job button:contains(Cancel)").click();
    await contains(".o_revenue_job button:contains(Start Again)").click();
    expect(".o_revenue_job button:contains(Cancel)").toHaveCount(1);
    expect.verifySteps(["cancel 7", "retry 7"]);
});
