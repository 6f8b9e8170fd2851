import { onWillUnmount, useComponent, useEffect } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

/** Rows that are drawn above and below those in sight. */
const SPARE = 12;

/**
 * Of many rows of one height draw only those in sight: a plan may have 2,000 lines.
 *
 * @param {Object} scroller ref of the element that scrolls
 * @param {Object} size
 * @param {() => number} size.count
 * @param {() => number} size.height of a row, in pixels
 * @returns {{first: number, last: number, above: number, below: number}} rows to draw, and the height of the others
 */
export function useRowWindow(scroller, { count, height }) {
    const component = useComponent();
    let frame = null;
    const visible = { first: 0, last: 0, above: 0, below: 0 };
    const look = () => {
        const [rows, pixels] = [count(), height()];
        const top = scroller.el ? scroller.el.scrollTop : 0;
        const span = scroller.el?.clientHeight || browser.innerHeight;
        // In steps, so that not every row that passes means drawing.
        const first = Math.max(0, Math.floor(top / pixels / 4) * 4 - SPARE);
        visible.first = Math.min(first, Math.max(0, rows - 1));
        visible.last = Math.min(rows, Math.ceil((top + span) / pixels / 4) * 4 + SPARE);
        visible.above = visible.first * pixels;
        visible.below = (rows - visible.last) * pixels;
        return `${visible.first}-${visible.last}`;
    };
    const onScroll = () => {
        frame ??= browser.requestAnimationFrame(() => {
            frame = null;
            const before = `${visible.first}-${visible.last}`;
            if (look() !== before) {
                component.render();
            }
        });
    };
    useEffect(
        (el) => {
            if (!el) {
                return;
            }
            const observer = new ResizeObserver(onScroll);
            observer.observe(el);
            el.addEventListener("scroll", onScroll, { passive: true });
            return () => {
                observer.disconnect();
                el.removeEventListener("scroll", onScroll);
            };
        },
        () => [scroller.el]
    );
    onWillUnmount(() => browser.cancelAnimationFrame(frame));
    return {
        get current() {
            look();
            return visible;
        },
    };
}
