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
