/**
 * Talks to the server. The link's secret is the part of the address after `#`, which a
 * browser never sends by itself; here it travels in a header, so that other pages cannot
 * use it.
 */
import {_t} from "./i18n";

const HEADER = "X-Phone-Token";

/** The server understood and refused; `message` is a sentence for the person. */
export class Refused extends Error {}

/** The link has expired, was revoked, or the sandbox is off: nothing can go on. */
export class LinkGone extends Refused {}

/** No answer; trying again may help. */
export class Offline extends Error {}

async function readRefusal(response) {
    try {
        return (await response.json()).error || "";
    } catch {
        return "";
    }
}

export class Api {
    constructor(base, token) {
        this.base = base;
        this.token = token;
    }

    async _fetch(path, body, headers = {}) {
        let response;
        try {
            response = await fetch(this.base + path, {
                method: "POST",
                body,
                headers: {...headers, [HEADER]: this.token},
                credentials: "same-origin",
                cache: "no-store",
            });
        } catch {
            throw new Offline();
        }
        if (response.ok) {
            return response;
        }
        const message = await readRefusal(response);
        if (response.status === 404 || response.status === 403) {
            throw new LinkGone(message);
        }
        if (response.status < 500) {
            throw new Refused(message || _t("This could not be sent."));
        }
        throw new Offline();
    }

    async call(path, values) {
        const headers = {"Content-Type": "application/json"};
        const response = await this._fetch(path, JSON.stringify(values), headers);
        return response.json();
    }

    async upload(path, values, file) {
        const form = new FormData();
        form.append("values", JSON.stringify(values));
        form.append("file", file, file.name);
        const response = await this._fetch(path, form);
        return response.json();
    }

    /** @returns {Promise<string>} an address of the file inside this page */
    async media(messageId) {
        const response = await this._fetch(`/media/${messageId}`, null);
        return URL.createObjectURL(await response.blob());
    }
}
