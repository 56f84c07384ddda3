/**
 * The conversation as this phone knows it: what the server told, and what was written
 * here and is on its way. Emits `change` (something to draw), `incoming` (messages that
 * were not there before), `gone` (the link no longer works).
 */
import {LinkGone, Offline} from "./api";
import {newReference} from "./dom";

const POLL = 1500; // milliseconds while somebody looks at the page
const POLL_IDLE = 5000; // after a while without news
const POLL_HIDDEN = 15000; // while the page is in the background
const IDLE_AFTER = 3 * 60 * 1000;
const POLL_MAX = 30000; // while the server does not answer
const SOON = 400; // after an own message: the answer may be automatic
const PAGE = 60; // messages asked for at first, and more with each "earlier"

export class Conversation extends EventTarget {
    constructor(api) {
        super();
        this.api = api;
        this.messages = [];
        this.pending = new Map(); // reference → message on its way
        this.files = new Map(); // reference or id → address of the file in this page
        this.acknowledged = {delivered: new Set(), read: new Set()};
        this.limit = PAGE;
        this.version = "";
        this.title = "";
        this.hasEarlier = false;
        this.loaded = false;
        this.online = true;
        this.failures = 0;
        this.lastNews = Date.now();
        this.timer = null;
        this.syncing = null;
        this.stopped = false;
    }

    start() {
        document.addEventListener("visibilitychange", () => this.syncSoon(0));
        window.addEventListener("online", () => this.syncSoon(0));
        return this.sync();
    }

    stop() {
        this.stopped = true;
        clearTimeout(this.timer);
    }

    /** All messages in the order they are shown; those on their way come last. */
    get timeline() {
        return [...this.messages, ...this.pending.values()];
    }

    find(externalId) {
        return this.messages.find((message) => message.external_id === externalId);
    }

    _emit(name, detail) {
        this.dispatchEvent(new CustomEvent(name, {detail}));
    }

    // -- from the server -----------------------------------------------------------

    syncSoon(delay = SOON) {
        clearTimeout(this.timer);
        if (!this.stopped) {
            this.timer = setTimeout(() => this.sync(), delay);
        }
    }

    async sync() {
        // One question at a time: a second one waits for the answer to the first.
        this.syncing = (this.syncing || Promise.resolve()).then(() => this._sync());
        await this.syncing;
    }

    async _sync() {
        if (this.stopped) {
            return;
        }
        try {
            const answer = await this.api.call("/sync", {
                version: this.version,
                limit: this.limit,
            });
            this._setOnline(true);
            if (!answer.unchanged) {
                this._accept(answer);
            }
        } catch (error) {
            this._handleFailure(error);
        }
        this.syncSoon(this._nextDelay());
    }

    _nextDelay() {
        if (this.failures) {
            return Math.min(POLL * 2 ** this.failures, POLL_MAX);
        }
        if (document.hidden) {
            return POLL_HIDDEN;
        }
        return Date.now() - this.lastNews > IDLE_AFTER ? POLL_IDLE : POLL;
    }

    _handleFailure(error) {
        if (error instanceof LinkGone) {
            this.stop();
            this._emit("gone", error.message);
        } else {
            this._setOnline(!(error instanceof Offline));
            this.failures += 1;
        }
    }

    _setOnline(online) {
        if (online) {
            this.failures = 0;
        }
        if (online !== this.online) {
            this.online = online;
            this._emit("change");
        }
    }

    _accept(answer) {
        const known = new Set(this.messages.map((message) => message.id));
        const first = !this.loaded;
        this.version = answer.version;
        this.title = answer.title;
        this.messages = answer.messages;
        this.hasEarlier = answer.has_earlier;
        this.loaded = true;
        this.lastNews = Date.now();
        for (const message of this.messages) {
            this.pending.delete(message.reference);
        }
        this._emit("change", {first});
        const incoming = this.messages.filter(
            (message) => message.direction === "out" && !known.has(message.id)
        );
        this.acknowledge("delivered", incoming);
        if (incoming.length && !first) {
            this._emit("incoming", incoming);
        }
    }

    showEarlier() {
        this.limit += PAGE;
        this.version = "";
        return this.sync();
    }

    /**
     * Tell the helpdesk that messages arrived here, or that they were seen.
     *
     * @param {"delivered"|"read"} state
     * @param {Object[]} messages
     */
    async acknowledge(state, messages) {
        const done = this.acknowledged[state];
        const fresh = messages.filter(
            (message) =>
                message.direction === "out" &&
                !done.has(message.id) &&
                message.state !== "read" &&
                message.state !== state
        );
        if (!fresh.length) {
            return;
        }
        fresh.forEach((message) => done.add(message.id));
        try {
            await this.api.call("/receipts", {
                state,
                messages: fresh.map((message) => message.id),
            });
        } catch {
            fresh.forEach((message) => done.delete(message.id));
        }
    }

    // -- to the server -------------------------------------------------------------

    /**
     * Send something; it shows at once and settles when the server answers.
     *
     * @param {Object} values what the server gets, and enough to draw it
     * @param {File} [file]
     */
    async send(values, file) {
        const message = {
            reference: newReference(),
            direction: "in",
            at: new Date().toISOString(),
            state: "sending",
            reactions: [],
            ...values,
        };
        if (file) {
            message.file = {
                name: file.name,
                size: file.size,
                mime: file.type,
                kind: values.media,
                voice: Boolean(values.voice),
                ready: true,
            };
            this.files.set(message.reference, URL.createObjectURL(file));
        }
        message.resend = () => this._deliver(message, values, file);
        this.pending.set(message.reference, message);
        await message.resend();
    }

    async _deliver(message, values, file) {
        this._setState(message, "sending");
        const request = {...values, reference: message.reference};
        delete request.quote;
        request.reply_to = values.quote ? values.quote.external_id : "";
        try {
            if (file) {
                await this.api.upload("/file", request, file);
            } else {
                await this.api.call("/send", request);
            }
            this._setState(message, "sent");
            this.syncSoon();
        } catch (error) {
            message.error = error.message;
            this._setState(message, "failed");
            if (error instanceof LinkGone) {
                this._handleFailure(error);
            }
        }
    }

    _setState(message, state) {
        message.state = state;
        this.lastNews = Date.now();
        this._emit("change", {own: true});
    }

    discard(message) {
        this.pending.delete(message.reference);
        this._emit("change");
    }

    /** Put a reaction on a message; the same one again takes it away. */
    async react(message, emoji) {
        const own = message.reactions.find((reaction) => reaction.mine);
        const removed = own && own.emoji === emoji;
        message.reactions = message.reactions.filter((reaction) => !reaction.mine);
        if (!removed) {
            message.reactions.push({emoji, mine: true});
        }
        this._emit("change");
        try {
            await this.api.call("/send", {
                type: "reaction",
                reference: newReference(),
                target: message.external_id,
                emoji: removed ? "" : emoji,
            });
        } catch (error) {
            this._handleFailure(error);
            this.version = ""; // shows again what the server knows
        }
        this.syncSoon();
    }

    /** @returns {Promise<string>} address of a message's file inside this page */
    async file(message) {
        const key = message.reference || message.id;
        if (!this.files.has(key)) {
            this.files.set(key, await this.api.media(message.id));
        }
        return this.files.get(key);
    }
}
