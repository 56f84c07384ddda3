/**
 * Formatting as messengers write it (*bold*, _italic_, ~struck~, ```code```) and links,
 * turned into nodes.
 */
import {h} from "./dom";

const STYLES = [
    {mark: "```", tag: "code", nested: false},
    {mark: "`", tag: "code", nested: false},
    {mark: "*", tag: "strong", nested: true},
    {mark: "_", tag: "em", nested: true},
    {mark: "~", tag: "s", nested: true},
];
const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}،؛؟]/gi;
const WORD = /[\p{L}\p{N}]/u;
const MAX_DEPTH = 6;

/** Where a span opened at `start` ends, or -1: marks hug the text they enclose. */
function findEnd(text, start, mark) {
    const first = start + mark.length;
    if (!text[first] || /\s/.test(text[first])) {
        return -1;
    }
    if (start > 0 && WORD.test(text[start - 1])) {
        return -1;
    }
    for (
        let end = text.indexOf(mark, first + 1);
        end !== -1;
        end = text.indexOf(mark, end + 1)
    ) {
        const after = text[end + mark.length] || " ";
        if (!/\s/.test(text[end - 1]) && !WORD.test(after)) {
            return end;
        }
    }
    return -1;
}

function withLinks(text) {
    const nodes = [];
    let last = 0;
    for (const match of text.matchAll(LINK)) {
        nodes.push(text.slice(last, match.index));
        nodes.push(
            h(
                "a",
                {
                    href: match[0],
                    target: "_blank",
                    rel: "noopener noreferrer",
                    dir: "ltr",
                },
                match[0]
            )
        );
        last = match.index + match[0].length;
    }
    nodes.push(text.slice(last));
    return nodes.filter(Boolean);
}

/** Position after a web address that starts here: its signs are no marks. */
function skipLink(text, position) {
    LINK.lastIndex = position;
    const match = LINK.exec(text);
    LINK.lastIndex = 0;
    return match && match.index === position ? position + match[0].length : position;
}

/**
 * @param {string} text
 * @param {number} [depth]
 * @returns {Array<Node|string>}
 */
export function markup(text, depth = 0) {
    const nodes = [];
    let plain = 0;
    let position = 0;
    while (position < text.length) {
        const skipped = text[position] === "h" ? skipLink(text, position) : position;
        if (skipped > position) {
            position = skipped;
            continue;
        }
        const style = STYLES.find(({mark}) => text.startsWith(mark, position));
        const end =
            style && depth < MAX_DEPTH ? findEnd(text, position, style.mark) : -1;
        if (end === -1) {
            position += 1;
            continue;
        }
        const inner = text.slice(position + style.mark.length, end);
        nodes.push(...withLinks(text.slice(plain, position)));
        nodes.push(h(style.tag, {}, style.nested ? markup(inner, depth + 1) : inner));
        position = plain = end + style.mark.length;
    }
    nodes.push(...withLinks(text.slice(plain)));
    return nodes;
}

/** The text without its marks. */
export function plain(text) {
    return h("span", {}, markup(text)).textContent;
}
