/** What an approval and a rejection do on the server, wherever they are clicked. */

const METHODS = {
    "mail.activity": { approve: "action_revenue_approve", ask: "action_revenue_ask_reason" },
    "revenue.approval.step": { approve: "action_approve", ask: "action_ask_reason" },
};

/**
 * What was decided is said in a notification.
 *
 * @param {import("@web/env").OdooEnv} env
 * @param {string} model of what stands for the decision: an activity or a step
 * @param {number} id
 */
export async function approve(env, model, id) {
    const said = await env.services.orm.call(model, METHODS[model].approve, [[id]]);
    await env.services.action.doAction(said);
}

/** Rejecting asks why, in a dialog. */
export async function reject(env, model, id, onClose) {
    const action = await env.services.orm.call(model, METHODS[model].ask, [[id]], {
        context: { revenue_action: "reject" },
    });
    await env.services.action.doAction(action, { onClose });
}
