/**
 * The cells of a table as spreadsheets put it on the clipboard: tabs between cells, quotes around what holds tabs, quotes or
 * line breaks.
 *
 * @param {string} text
 * @returns {string[][]} rows of the same length
 */
export function parseTable(text) {
    const rows = [[]];
    let cell = "";
    let quoted = false;
    const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    for (let i = 0; i < source.length; i++) {
        const character = source[i];
        if (quoted && character === '"' && source[i + 1] === '"') {
            cell += '"';
            i++;
        } else if (character === '"' && (quoted || !cell)) {
            quoted = !quoted;
        } else if (!quoted && (character === "\t" || character === "\n")) {
            rows.at(-1).push(cell);
            cell = "";
            if (character === "\n") {
                rows.push([]);
            }
        } else {
            cell += character;
        }
    }
    rows.at(-1).push(cell);
    const width = Math.max(...rows.map((row) => row.length));
    return rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
}

/**
 * @param {string[][]} rows
 * @returns {string}
 */
export function writeTable(rows) {
    const quote = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return rows.map((row) => row.map(quote).join("\t")).join("\n");
}
