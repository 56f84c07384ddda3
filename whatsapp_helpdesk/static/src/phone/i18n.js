/**
 * Terms of the test phone. The page brings its translations along, so nothing of the
 * web client is loaded.
 */
const DATA_ELEMENT = "phone-data";

function readData() {
    const element = document.getElementById(DATA_ELEMENT);
    return element ? JSON.parse(element.textContent) : {};
}

/** What the server wrote into the page: language, addresses, limits, terms. */
export const pageData = readData();

const terms = pageData.terms || {};

/**
 * @param {string} source the English term
 * @param {Object<string, string|number>} [values] for `%(name)s` placeholders
 * @returns {string}
 */
export function _t(source, values = {}) {
    const text = terms[source] || source;
    return text.replace(/%\((\w+)\)s/g, (match, name) =>
        name in values ? String(values[name]) : match
    );
}

const locale = (pageData.lang || "en").replace("_", "-");

export function formatTime(date) {
    return new Intl.DateTimeFormat(locale, {
        hour: "2-digit",
        minute: "2-digit",
    }).format(date);
}

export function formatDay(date) {
    const today = new Date();
    const yesterday = new Date(today.getTime() - 24 * 3600 * 1000);
    if (date.toDateString() === today.toDateString()) {
        return _t("Today");
    }
    if (date.toDateString() === yesterday.toDateString()) {
        return _t("Yesterday");
    }
    return new Intl.DateTimeFormat(locale, {
        day: "numeric",
        month: "long",
        year: date.getFullYear() === today.getFullYear() ? undefined : "numeric",
    }).format(date);
}

export function formatNumber(value, options) {
    return new Intl.NumberFormat(locale, options).format(value);
}

export function formatDuration(seconds) {
    const pad = (value) => formatNumber(value, {minimumIntegerDigits: 2});
    return `${formatNumber(Math.floor(seconds / 60))}:${pad(Math.floor(seconds % 60))}`;
}

export function formatSize(bytes) {
    if (bytes >= 1024 * 1024) {
        const value = formatNumber(bytes / 1024 / 1024, {maximumFractionDigits: 1});
        return _t("%(size)s MB", {size: value});
    }
    const kilobytes = Math.max(1, Math.round(bytes / 1024));
    return _t("%(size)s KB", {size: formatNumber(kilobytes)});
}
