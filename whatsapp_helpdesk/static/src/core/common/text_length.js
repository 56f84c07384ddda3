/**
 * Length of a text in the unit in which a channel counts.
 *
 * @param {string} text
 * @param {"characters"|"utf8"|"utf16"} unit
 * @returns {number}
 */
export function measureText(text, unit) {
    switch (unit) {
        case "utf8":
            return new TextEncoder().encode(text).length;
        case "utf16":
            return text.length;
    }
    return [...text].length;
}
