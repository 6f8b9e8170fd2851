import { SampleServer } from "@web/model/sample_server";
import { patch } from "@web/core/utils/patch";

const RATIOS = ["attainment", "pacing", "current_attainment"];

/** In sample data: ratios like those of real targets. Odoo takes up to 100, which is 10,000 %, and adds them up. */
patch(SampleServer.prototype, {
    _generateFieldValue(modelName, fieldName) {
        return this.isRevenueRatio(modelName, fieldName)
            ? this._sanitizeNumber(0.6 + 0.6 * Math.random())
            : super._generateFieldValue(...arguments);
    },
    _aggregateFields(measures, records) {
        const group = super._aggregateFields(...arguments);
        for (const { fieldName, func, name } of measures) {
            if (func === "avg" && RATIOS.includes(fieldName) && records.length) {
                group[name] = this._sanitizeNumber(group[name] / records.length);
            }
        }
        return group;
    },
    isRevenueRatio(modelName, fieldName) {
        return modelName.startsWith("revenue.") && RATIOS.includes(fieldName);
    },
});
