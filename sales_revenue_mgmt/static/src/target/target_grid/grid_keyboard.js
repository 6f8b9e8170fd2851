import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";

const MIRRORED = { arrowleft: "arrowright", arrowright: "arrowleft" };

/**
 * Whether columns go from right to left. What is shown decides: without the program that mirrors styles, an Arabic page has
 * them from left to right.
 *
 * @param {Element} el
 * @returns {boolean}
 */
export function isMirrored(el) {
    return getComputedStyle(el).direction === "rtl";
}

/**
 * The pressed keys as left-to-right languages have them: where columns go from right to left, left is the next column.
 *
 * @param {KeyboardEvent} ev
 * @returns {string}
 */
export function gridHotkey(ev) {
    const hotkey = getActiveHotkey(ev);
    return isMirrored(ev.target) ? hotkey.replace(/arrowleft|arrowright/, (arrow) => MIRRORED[arrow]) : hotkey;
}

/**
 * @param {KeyboardEvent} ev
 * @returns {boolean} whether an input method (for Japanese, Chinese, accents …) has taken the key, so that the text comes later
 */
export function isComposed(ev) {
    // 229 is how browsers say so where they say nothing else.
    const isTaken = ev.isComposing || ev.keyCode === 229 || ["Process", "Dead", "Unidentified"].includes(ev.key);
    return isTaken && !ev.ctrlKey && !ev.metaKey && !ev.altKey;
}

/** The key of the number pad that gives a point or a comma, whichever the keyboard has, is the reader's decimal sign. */
export function isNumpadDecimal(ev) {
    return ev.code === "NumpadDecimal" && [".", ","].includes(ev.key);
}
