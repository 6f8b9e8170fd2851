import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";

const COLORS = { target: "#6b7280", actual: "#0f766e", baseline: "#c4b5a0", landing: "#0f766e" };

function cumulated(values) {
    let sum = 0;
    return values.slice(0, -1).map((value) => (sum += value || 0));
}

/** A curve that ends with the last period that has begun. */
function untilNow(values, periods) {
    return values.map((value, index) => (periods[index].elapsed > 0 ? value : null));
}

/**
 * The curves of a line of a plan, period by period and added up: target, actual, last year, and where it lands.
 *
 * @param {Object} results as get_results of revenue.target answers
 * @param {Object} line one of its lines
 * @returns {Object} a configuration for Chart.js
 */
export function chartOf(results, line) {
    const { periods } = results;
    const curve = (label, data, color, options = {}) => ({
        label,
        data,
        borderColor: color,
        backgroundColor: color,
        borderWidth: 2,
        pointRadius: 2,
        tension: 0.2,
        ...options,
    });
    const lands = line.landing.every((value) => value !== null);
    return {
        type: "line",
        data: {
            labels: periods.map((period) => period.label),
            datasets: [
                curve(_t("Target"), cumulated(line.target), COLORS.target, { borderDash: [6, 4] }),
                curve(_t("Actual"), untilNow(cumulated(line.actual), periods), COLORS.actual, { borderWidth: 3 }),
                curve(_t("Last year"), cumulated(line.baseline), COLORS.baseline),
                ...(lands
                    ? [curve(_t("Landing"), cumulated(line.landing), COLORS.landing, { borderDash: [2, 3] })]
                    : []),
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false },
            plugins: { legend: { position: "bottom", labels: { boxWidth: 12 } } },
            scales: {
                x: { grid: { display: false } },
                y: {
                    beginAtZero: true,
                    ticks: { callback: (value) => formatFloat(value, { humanReadable: true, decimals: 1 }) },
                },
            },
        },
    };
}
