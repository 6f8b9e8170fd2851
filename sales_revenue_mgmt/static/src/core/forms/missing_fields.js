import { Record } from "@web/model/relational_model/record";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** What is missing in a form of ours is named, and no longer said once it is complete. */
patch(Record.prototype, {
    _checkValidity({ displayNotification } = {}) {
        if (displayNotification && this.isOfRevenue) {
            this._closeInvalidFieldsNotification();
            this._closeInvalidFieldsNotification = () => {};
        }
        return super._checkValidity(...arguments);
    },
    _displayInvalidFieldNotification() {
        if (!this.isOfRevenue || !this._unsetRequiredFields.size) {
            return super._displayInvalidFieldNotification(...arguments);
        }
        const names = [...this._unsetRequiredFields].map(
            (name) => this.activeFields[name]?.string || this.fields[name].string
        );
        return this.model.notification.add(_t("Still missing: %(fields)s", { fields: names.join(", ") }), {
            type: "danger",
        });
    },
    get isOfRevenue() {
        return this.resModel.startsWith("revenue.");
    },
});
