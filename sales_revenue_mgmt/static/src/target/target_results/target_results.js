import { Component, onMounted, onWillUpdateProps, status, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatAmount } from "@sales_revenue_mgmt/core/amount_field/amount_field";
import { formatRatio } from "@sales_revenue_mgmt/core/ratio_field/ratio_field";
import { sentenceOf } from "@sales_revenue_mgmt/target/target_grid/grid_errors";
import { chartOf } from "@sales_revenue_mgmt/target/target_results/target_chart";

const SEVERITY_CLASS = { danger: "text-bg-danger", warning: "text-bg-warning", info: "text-bg-info" };
const ALERTS_SHOWN = 5;

/** What became of a plan: its line chosen in the table, with chart, landing, alerts and the reasons of its gap. */
export class TargetResults extends Component {
    static template = "sales_revenue_mgmt.TargetResults";
    static props = {
        /** revenue.target, or revenue.target.line for a part of a plan. */
        model: String,
        resId: Number,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.head = useRef("head");
        this.state = useState({
            resId: null,
            results: null,
            error: null,
            line: null,
            column: -1,
            allAlerts: false,
            explained: null,
            charts: false,
            forecasting: false,
        });
        // Nothing here holds up the form around it: it is drawn at once, with a skeleton for what is on its way.
        onMounted(async () => {
            this.load(this.props.resId);
            await loadBundle("web.chartjs_lib");
            this.state.charts = true;
        });
        onWillUpdateProps((next) => {
            if (next.resId !== this.props.resId) {
                this.load(next.resId);
            }
        });
        useEffect(
            (line, charts) => {
                if (line && charts && this.canvas.el) {
                    const chart = new Chart(this.canvas.el, chartOf(this.state.results, line));
                    return () => chart.destroy();
                }
            },
            () => [this.line, this.state.charts]
        );
    }

    /** Reads the results; an answer that another question has overtaken is dropped. */
    async load(resId, line) {
        this.asked = resId;
        if (this.state.resId !== resId) {
            Object.assign(this.state, { resId, results: null, error: null, explained: null, allAlerts: false });
        }
        const results = await this.ask(this.props.model, "get_results", [resId]);
        if (results) {
            const known = results.lines.some((other) => other.id === line);
            const column = known ? this.state.column : -1;
            Object.assign(this.state, { results, line: known ? line : results.lines[0]?.id, column });
            await this.explain();
        }
    }

    async explain() {
        const { line } = this.state;
        this.state.explained = null;
        if (line === undefined) {
            return;
        }
        const explained = await this.ask(...this.ofLine("get_explanation", "get_explanation", line));
        if (line === this.state.line) {
            this.state.explained = explained;
        }
    }

    /** What to ask about a line: of the plan, by who may read it; else of the line itself. */
    ofLine(planMethod, lineMethod, line) {
        return this.props.model === "revenue.target"
            ? ["revenue.target", planMethod, [this.state.results.id, line]]
            : ["revenue.target.line", lineMethod, [line]];
    }

    /** The answer; nothing when it failed, which is said here while the rest of the form stays usable. */
    async ask(model, method, parameters) {
        const { asked } = this;
        let answer = null;
        let error = null;
        try {
            answer = await this.orm.call(model, method, parameters);
        } catch (reason) {
            error = sentenceOf(reason);
        }
        if (this.asked !== asked || status(this) === "destroyed") {
            return null;
        }
        this.state.error = error;
        return answer;
    }

    get line() {
        return this.state.results?.lines.find((line) => line.id === this.state.line);
    }

    /** Index of the shown numbers: a period's, or the last one, of the whole plan. */
    get column() {
        const { periods } = this.state.results;
        return this.state.column < 0 ? periods.length : this.state.column;
    }

    /** What belongs to a line and to none of its parts: shown behind the last of these. */
    restsAfter(row) {
        return this.state.results.rests.filter((rest) => rest.after === row.id);
    }

    get alerts() {
        const { alerts } = this.state.results;
        return this.state.allAlerts ? alerts : alerts.slice(0, ALERTS_SHOWN);
    }

    /** Forecasts are made for whole plans. */
    get canForecast() {
        return this.props.model === "revenue.target";
    }

    get forecastText() {
        const { forecast } = this.line;
        if (forecast.message) {
            return forecast.message;
        }
        const text =
            forecast.wape === null
                ? _t("Forecast by the method %s.", forecast.method.replaceAll("_", " "))
                : _t(
                      "Forecast by the method %(method)s: in %(origins)s tests on the past it missed by %(error)s on average.",
                      {
                          method: forecast.method.replaceAll("_", " "),
                          origins: forecast.origins,
                          error: formatRatio(forecast.wape),
                      }
                  );
        const season = forecast.season === 1 ? _t("Too little history to measure a season.") : "";
        const next =
            forecast.next === null
                ? ""
                : _t("The next plan of this length is forecast at %s.", this.amount(forecast.next));
        return [text, ...forecast.unusual, season, next].filter(Boolean).join(" ");
    }

    /** For who knows these measures. */
    get forecastErrors() {
        const { wape, mase, bias } = this.line.forecast;
        const scaled = typeof mase === "number" ? mase.toFixed(2) : "–";
        return `WAPE ${formatRatio(wape)}, MASE ${scaled}, bias ${formatRatio(bias)}`;
    }

    /** A share of next to nothing says nothing: where lines above and below cancel each other out, parts are many times the gap. */
    shareOfGap(row) {
        return this.state.column < 0 && Math.abs(row.share_of_gap) <= 1 ? formatRatio(row.share_of_gap) : "–";
    }

    get neededPerDay() {
        return _t("%s more needed per working day", this.amount(this.line.gap_per_day));
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

    /** What an alert is about. */
    async look(alert) {
        this.state.column = -1;
        await this.select({ id: alert.line_id });
        this.head.el?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    }

    async openDocuments() {
        const action = await this.ask(...this.ofLine("action_open_line", "action_open_actual", this.state.line));
        if (action) {
            this.action.doAction(action);
        }
    }

    async refreshForecast() {
        const { line, results } = this.state;
        this.state.forecasting = true;
        await this.ask("revenue.target", "action_refresh_forecast", [results.id]);
        this.state.forecasting = false;
        await this.load(this.props.resId, line);
    }
}

/** The same in a form: of the saved record. */
class TargetResultsWidget extends Component {
    static template = "sales_revenue_mgmt.TargetResultsWidget";
    static components = { TargetResults };
    static props = { record: Object, readonly: { type: Boolean, optional: true } };
}

registry.category("view_widgets").add("revenue_target_results", { component: TargetResultsWidget });
