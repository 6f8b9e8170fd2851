import { Component, onWillStart, onWillUpdateProps, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatAmount } from "@sales_revenue_mgmt/amount_field/amount_field";
import { formatRatio } from "@sales_revenue_mgmt/ratio_field/ratio_field";
import { chartOf } from "@sales_revenue_mgmt/target_results/target_chart";

const SEVERITY_CLASS = { danger: "text-bg-danger", warning: "text-bg-warning", info: "text-bg-info" };
const ALERTS_SHOWN = 5;

/** What became of a plan: its line chosen in the table, with chart, landing, alerts and the reasons of its gap. */
export class TargetResults extends Component {
    static template = "sales_revenue_mgmt.TargetResults";
    static props = { targetId: Number };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.state = useState({
            results: null,
            error: null,
            line: null,
            column: -1,
            allAlerts: false,
            explained: null,
        });
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load(this.props.targetId)]));
        onWillUpdateProps((next) => next.targetId !== this.props.targetId && this.load(next.targetId));
        useEffect(
            (line) => {
                const chart = line && this.canvas.el && new Chart(this.canvas.el, chartOf(this.state.results, line));
                return () => chart?.destroy();
            },
            () => [this.line]
        );
    }

    async load(targetId) {
        try {
            const results = await this.orm.call("revenue.target", "get_results", [targetId]);
            Object.assign(this.state, { results, error: null, line: results.lines[0]?.id, column: -1 });
            await this.explain();
        } catch (error) {
            // The rest of the form stays usable.
            this.state.error = error.data?.message || error.message;
        }
    }

    async explain() {
        const { line } = this.state;
        this.state.explained = null;
        const explained = await this.orm.call("revenue.target", "get_explanation", [this.props.targetId, line]);
        if (line === this.state.line) {
            this.state.explained = explained;
        }
    }

    get line() {
        return this.state.results?.lines.find((line) => line.id === this.state.line);
    }

    /** Index of the shown numbers: a period's, or the last one, of the whole plan. */
    get column() {
        const { periods } = this.state.results;
        return this.state.column < 0 ? periods.length : this.state.column;
    }

    get alerts() {
        const { alerts } = this.state.results;
        return this.state.allAlerts ? alerts : alerts.slice(0, ALERTS_SHOWN);
    }

    get forecastText() {
        const { forecast } = this.line;
        if (forecast.message) {
            return forecast.message;
        }
        const error = forecast.wape === null ? "–" : formatRatio(forecast.wape);
        const bias = forecast.bias === null ? "–" : formatRatio(forecast.bias);
        const mase = forecast.mase === null ? "–" : forecast.mase.toFixed(2);
        const text = _t(
            "Forecast by %(method)s, back-tested %(origins)s times: WAPE %(error)s, MASE %(mase)s, bias %(bias)s.",
            {
                method: forecast.method.replaceAll("_", " "),
                origins: forecast.origins,
                error,
                mase,
                bias,
            }
        );
        const season = forecast.season === 1 ? _t("Too little history to measure a season.") : "";
        const next = forecast.next === null ? "" : _t("The next cycle is signalled at %s.", this.amount(forecast.next));
        return [text, season, next].filter(Boolean).join(" ");
    }

    amount(value) {
        return value === null ? "–" : formatAmount(value, { currencyId: this.state.results.currency_id || undefined });
    }

    ratio(value) {
        return formatRatio(value);
    }

    number(line, name) {
        return line[name][this.column];
    }

    alertClass(alert) {
        return SEVERITY_CLASS[alert.severity];
    }

    paceClass(line) {
        const pacing = this.number(line, "pacing");
        if (pacing === null) {
            return "text-muted";
        }
        return pacing >= 1 ? "text-success" : pacing >= 0.9 ? "text-warning-emphasis" : "text-danger";
    }

    barStyle(line) {
        const share = Math.max(Math.min(this.number(line, "attainment") || 0, 1), 0);
        return `width: ${(share * 100).toFixed(1)}%`;
    }

    select(line) {
        this.state.line = line.id;
        return this.explain();
    }

    onRowKey(ev, line) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.select(line);
        }
    }

    async openDocuments() {
        this.action.doAction(await this.orm.call("revenue.target.line", "action_open_actual", [this.state.line]));
    }

    async refreshForecast() {
        await this.orm.call("revenue.target", "action_refresh_forecast", [this.props.targetId]);
        const { line } = this.state;
        await this.load(this.props.targetId);
        this.state.line = line;
    }
}

/** The same in a form: of the saved record. */
class TargetResultsWidget extends Component {
    static template = "sales_revenue_mgmt.TargetResultsWidget";
    static components = { TargetResults };
    static props = { record: Object, readonly: { type: Boolean, optional: true } };
}

registry.category("view_widgets").add("revenue_target_results", { component: TargetResultsWidget });
