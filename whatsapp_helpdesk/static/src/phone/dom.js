/**
 * Small helpers to build the page. Nodes are made one by one and text is always a text
 * node: no customer or agent can put markup into the page.
 */
const SVG = "http://www.w3.org/2000/svg";

/** Outlines on a 24 × 24 grid, drawn with the current text colour. */
const ICONS = {
    send: "M4 12 20 4l-4 16-4.5-6.5L4 12Zm7.5 1.5L20 4",
    mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3Zm-6 8a6 6 0 0 0 12 0M12 17v4m-3 0h6",
    plus: "M12 5v14M5 12h14",
    close: "M6 6l12 12M18 6 6 18",
    image: "M4 5h16v14H4V5Zm0 11 5-5 4 4 3-3 4 4M15.5 9.5h.01",
    file: "M7 3h7l4 4v14H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Zm7 0v4h4M9 13h6m-6 4h6",
    audio: "M9 18V6l10-2v12M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0Zm10-2a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
    location:
        "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
    contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9c0-4 3.6-6.5 8-6.5s8 2.5 8 6.5",
    reply: "M10 8V4l-7 7 7 7v-4c5 0 8 1.5 11 6-.5-7-4-11.5-11-12Z",
    smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-3.5-6.5c1 1.5 2.200 2 3.5 2s2.5-.5 3.5-2M9 9.5h.01M15 9.5h.01",
    down: "M6 9l6 6 6-6",
    list: "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
    link: "M14 4h6v6m0-6-9 9M10 5H5v14h14v-5",
    trash: "M5 7h14M10 7V4h4v3m-7 0 1 13h8l1-13",
    clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3 2",
    warning: "M12 4 2.5 20h19L12 4Zm0 6v5m0 2.5h.01",
    tick: "M5 12.5l4.5 4.5L19 7",
    ticks: "M2 12.5l4.5 4.5L16 7M12 16l1 1L22.5 7",
    download: "M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14",
    target: "M12 19a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm0-17v4m0 12v4M2 12h4m12 0h4",
};

/**
 * @param {keyof ICONS} name
 * @param {string} [className]
 * @returns {SVGElement}
 */
export function icon(name, className = "") {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `icon icon-${name} ${className}`.trim());
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
}

function applyProperty(element, name, value) {
    if (name.startsWith("on")) {
        element.addEventListener(name.slice(2), value);
    } else if (name in element && typeof value !== "string") {
        element[name] = value;
    } else {
        element.setAttribute(name, value === true ? "" : value);
    }
}

/**
 * Build an element.
 *
 * @param {string} tag tag and classes: `"div.bubble.out"`
 * @param {Object} [properties] attributes; `onclick` and the like are listeners;
 *  `undefined`, `null` and `false` are left out
 * @param {...(Node|string|Array|null|false)} children strings become text
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
    const [name, ...classes] = tag.split(".");
    const element = document.createElement(name);
    if (classes.length) {
        element.className = classes.join(" ");
    }
    for (const [key, value] of Object.entries(properties || {})) {
        if (value !== undefined && value !== null && value !== false) {
            applyProperty(element, key, value);
        }
    }
    element.append(...children.flat(3).filter((child) => child || child === 0));
    return element;
}

/** A button with a picture only; `label` is read aloud and shown as a hint. */
export function iconButton(name, label, onclick, className = "") {
    return h(
        `button.icon-button${className ? `.${className}` : ""}`,
        {type: "button", title: label, "aria-label": label, onclick},
        icon(name)
    );
}

/** An identifier nobody else has; `randomUUID` exists on secure pages only. */
export function newReference() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
