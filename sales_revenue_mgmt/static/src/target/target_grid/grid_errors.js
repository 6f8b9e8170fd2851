import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { GridError } from "./grid_store";

/**
 * What to say of an error to the person who edits. What is nobody's sentence is a mistake of ours: it is shown as one.
 *
 * @param {Error} error
 * @returns {string}
 */
export function sentenceOf(error) {
    if (error instanceof GridError) {
        return error.message;
    }
    if (error instanceof ConnectionLostError) {
        return _t("There is no connection; nothing was changed.");
    }
    if (error instanceof RPCError && error.exceptionName?.startsWith("odoo.exceptions.")) {
        return error.data.message;
    }
    Promise.reject(error);
    return _t("Something went wrong; nothing was changed.");
}
