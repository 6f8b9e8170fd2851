import { deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";

const COLORS = {
    target: "#6b7280",
    expected: "#d1d5db",
    actual: "#0f766e",
    baseline: "#c4b5a0",
    landing: "#0f766e",
    cone: "#0f766e22",
};

function cumulated(values) {
    let sum = 0;
    return values.slice(0, -1).map((value) => (sum += value || 0));
}

/** A curve that ends with the last period that has begun. */
function untilNow(values, periods) {
    return values.map((value, index) => (periods[index].elapsed > 0 ? value : null));
}

/** The interval of the landing: around where it lands, from nothing now to its full width with the last period. */
function cone(bound, line, now) {
    const landing = cumulated(line.landing);
    const last = landing.length - 1;
    const width = line[bound].at(-1) - line.landing.at(-1);
    return landing.map((value, index) => (index < now ? null : value + (width * (index - now)) / (last - now)));
}

/** What there is of a plan with one period: a bar each, since a curve of one point shows nothing. */
function barsOf(line) {
    const bars = [
        [_t("Target"), line.target, COLORS.target],
        [_t("Expected by now"), line.expected, COLORS.expected],
        [_t("Actual"), line.actual, COLORS.actual],
        [_t("Landing"), line.landing, COLORS.cone],
        [_t("Last year"), line.baseline, COLORS.baseline],
    ].filter(([, values]) => values.at(-1) !== null);
    return {
        type: "bar",
        data: {
            labels: bars.map(([label]) => label),
            datasets: [
                {
                    data: bars.map(([, values]) => values.at(-1)),
                    backgroundColor: bars.map(([, , color]) => color),
                    maxBarThickness: 32,
                },
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            indexAxis: "y",
            plugins: { legend: { display: false } },
            scales: {
                x: {
                    beginAtZero: true,
                    ticks: { callback: (value) => formatFloat(value, { humanReadable: true, decimals: 1 }) },
                },
                y: { grid: { display: false } },
            },
        },
    };
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
    if (periods.length === 1) {
        return barsOf(line);
    }
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
    // The period that runs: what the plan expects of it by today, beside what is there.
    const now = periods.findIndex(({ elapsed }) => elapsed > 0 && elapsed < 1);
    const expected = cumulated(line.expected);
    const open = lands && now >= 0 && now < periods.length - 1;
    const edge = { borderWidth: 0, pointRadius: 0, tension: 0.2 };
    return {
        type: "line",
        data: {
            // A point is what there is at the end of its period.
            labels: periods.map(({ end }) => _t("to %s", deserializeDate(end).toFormat("d MMM yy"))),
            datasets: [
                curve(_t("Target"), cumulated(line.target), COLORS.target, { borderDash: [6, 4] }),
                curve(_t("Actual"), untilNow(cumulated(line.actual), periods), COLORS.actual, { borderWidth: 3 }),
                curve(_t("Last year"), cumulated(line.baseline), COLORS.baseline),
                ...(now >= 0
                    ? [
                          curve(
                              _t("Expected by now"),
                              expected.map((value, index) => (index === now ? value : null)),
                              COLORS.target,
                              { pointRadius: 6, pointStyle: "rectRot", showLine: false }
                          ),
                      ]
                    : []),
                ...(lands
                    ? [curve(_t("Landing"), cumulated(line.landing), COLORS.landing, { borderDash: [2, 3] })]
                    : []),
                ...(open
                    ? [
                          curve(_t("80 % at least"), cone("low", line, now), COLORS.cone, edge),
                          curve(_t("80 % of cases"), cone("high", line, now), COLORS.cone, { ...edge, fill: "-1" }),
                      ]
                    : []),
            ],
        },
        options: {
            animation: false,
            maintainAspectRatio: false,
            interaction: { mode: "index", intersect: false },
            plugins: {
                legend: {
                    position: "bottom",
                    labels: { boxWidth: 12, filter: ({ text }) => text !== _t("80 % at least").toString() },
                },
            },
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
