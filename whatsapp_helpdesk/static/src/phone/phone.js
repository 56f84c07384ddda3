/** The page: header, conversation, composer, and what joins them. */
import {Api} from "./api";
import {Composer} from "./composer";
import {Conversation} from "./conversation";
import {h, icon} from "./dom";
import {_t, formatDay, formatNumber, pageData} from "./i18n";
import {messageView} from "./message_view";
import {openList, openReactions} from "./sheets";

const NEAR_END = 120; // pixels from the end at which new messages still scroll along

export class Phone {
    constructor(root, token) {
        this.root = root;
        this.page = pageData;
        this.conversation = new Conversation(new Api(pageData.base, token));
        this.composer = new Composer({
            page: this.page,
            onsend: (values, file) => this.conversation.send(values, file),
        });
        this.drawn = new Map(); // key → {node, source}
        this.unseen = 0;
        this.atEnd = true; // scrolled to the newest message
        this.actions = {
            press: (message, button) => this._press(message, button),
            openList: (message) =>
                openList(message.list, (row) => this._pick(message, row)),
            answerRequest: (message) => this._answerRequest(message),
            reply: (message) => this.composer.setQuote(message),
            react: (message, emoji) => this.conversation.react(message, emoji),
            pickReaction: (message) =>
                openReactions((emoji) => this.conversation.react(message, emoji)),
            discard: (message) => this.conversation.discard(message),
            show: (quote) => this._show(quote.external_id),
        };
        this._build();
        this._listen();
    }

    start() {
        return this.conversation.start();
    }

    // -- building ------------------------------------------------------------------

    _build() {
        this.status = h("p.status", {role: "status"});
        this.earlier = h(
            "button.earlier",
            {type: "button", hidden: true, onclick: () => this._showEarlier()},
            _t("Show earlier messages")
        );
        this.log = h("div.log", {
            role: "log",
            "aria-live": "polite",
            "aria-label": _t("Conversation"),
        });
        this.empty = h(
            "div.empty",
            {hidden: true},
            icon("smile"),
            h("p", {}, _t("You are the customer. Write the first message."))
        );
        this.scroller = h(
            "main.conversation",
            {tabIndex: 0, "aria-label": _t("Messages")},
            this.earlier,
            this.empty,
            this.log
        );
        this.jump = h(
            "button.jump",
            {type: "button", hidden: true, onclick: () => this._scrollToEnd()},
            icon("down")
        );
        this.screen = h(
            "div.screen",
            {},
            this._buildHeader(),
            this.scroller,
            h("div.jump-place", {}, this.jump),
            this.composer.element
        );
        this.root.replaceChildren(this.screen);
    }

    _buildHeader() {
        this.avatar = h("span.avatar", {"aria-hidden": "true"});
        this.title = h("bdi");
        return h(
            "header.header",
            {},
            this.avatar,
            h("div.header-text", {}, h("h1", {}, this.title), this.status)
        );
    }

    _listen() {
        const {conversation} = this;
        conversation.addEventListener("change", ({detail}) => this._draw(detail || {}));
        conversation.addEventListener("incoming", ({detail}) => this._announce(detail));
        conversation.addEventListener("gone", () => this.showEnd());
        this.scroller.addEventListener("scroll", () => this._onScroll(), {
            passive: true,
        });
        document.addEventListener("visibilitychange", () => this._markSeen());
        this.seen = new IntersectionObserver((entries) => this._onVisible(entries), {
            root: this.scroller,
            threshold: 0.6,
        });
        this.visible = new Set();
        // Pictures get their height late; the end stays the end.
        this.grown = new ResizeObserver(() => this.atEnd && this._scrollToEnd());
        this.grown.observe(this.log);
        this.grown.observe(this.scroller);
    }

    // -- drawing -------------------------------------------------------------------

    _drawTitle() {
        const title = this.conversation.title.trim();
        if (title !== this.page.title) {
            this.page.title = title;
            this.title.textContent = title;
            this.avatar.textContent = ([...title][0] || "").toUpperCase();
            this._setUnseen(this.unseen);
        }
    }

    _draw({first, own}) {
        this._drawTitle();
        const stay = !first && !own && !this.atEnd;
        const height = this.scroller.scrollHeight;
        this._drawMessages();
        this.empty.hidden = this.conversation.timeline.length > 0;
        this.earlier.hidden = !this.conversation.hasEarlier;
        this.status.textContent = this.conversation.online
            ? _t("Test channel")
            : _t("Waiting for the connection…");
        this.screen.classList.toggle("offline", !this.conversation.online);
        if (this.keepPlace) {
            this.scroller.scrollTop += this.scroller.scrollHeight - height;
            this.keepPlace = false;
        } else if (!stay) {
            this._scrollToEnd();
        }
    }

    _drawMessages() {
        const nodes = [];
        const kept = new Set();
        let day = "";
        for (const message of this.conversation.timeline) {
            const date = new Date(message.at);
            if (date.toDateString() !== day) {
                day = date.toDateString();
                nodes.push(
                    this._keep(kept, `day ${day}`, day, () => this._dayView(date))
                );
            }
            const key = message.reference || `id ${message.id}`;
            nodes.push(
                this._keep(kept, key, JSON.stringify(message), () =>
                    this._messageNode(message)
                )
            );
        }
        for (const key of this.drawn.keys()) {
            if (!kept.has(key)) {
                this.drawn.get(key).node.remove();
                this.drawn.delete(key);
            }
        }
        this._place(nodes);
    }

    /** Draw again only what changed: playing audio goes on, focus stays. */
    _keep(kept, key, source, build) {
        kept.add(key);
        const drawn = this.drawn.get(key);
        if (drawn && drawn.source === source) {
            return drawn.node;
        }
        const node = build();
        drawn?.node.replaceWith(node);
        this.drawn.set(key, {node, source});
        return node;
    }

    _place(nodes) {
        let current = this.log.firstChild;
        for (const node of nodes) {
            if (node === current) {
                current = current.nextSibling;
            } else {
                this.log.insertBefore(node, current);
            }
        }
    }

    _dayView(date) {
        return h("div.day", {}, h("span", {}, formatDay(date)));
    }

    _messageNode(message) {
        const node = messageView(message, this);
        if (message.direction === "out") {
            node.message = message;
            this.seen.observe(node);
        }
        return node;
    }

    // -- place in the conversation -------------------------------------------------

    _isNearEnd() {
        const {scrollHeight, scrollTop, clientHeight} = this.scroller;
        return scrollHeight - scrollTop - clientHeight < NEAR_END;
    }

    _scrollToEnd() {
        this.scroller.scrollTop = this.scroller.scrollHeight;
        this._onScroll();
    }

    _onScroll() {
        this.atEnd = this._isNearEnd();
        this.jump.hidden = this.atEnd;
        if (this.atEnd) {
            this._setUnseen(0);
        }
    }

    _showEarlier() {
        this.keepPlace = true;
        this.conversation.showEarlier();
    }

    _show(externalId) {
        const message = this.conversation.find(externalId);
        const node = message && this.log.querySelector(`[data-id="${message.id}"]`);
        if (node) {
            node.scrollIntoView({block: "center", behavior: "smooth"});
            node.focus({preventScroll: true});
        }
    }

    // -- new messages --------------------------------------------------------------

    _announce(messages) {
        if (document.hidden || !this.atEnd) {
            this._setUnseen(this.unseen + messages.length);
        }
    }

    _setUnseen(count) {
        this.unseen = count;
        const number = formatNumber(count);
        document.title = count ? `(${number}) ${this.page.title}` : this.page.title;
        const label = count
            ? _t("New messages: %(count)s", {count: number})
            : _t("Go to the last message");
        this.jump.setAttribute("aria-label", label);
        this.jump.title = label;
        this.jump.replaceChildren(
            count ? h("span.badge", {}, number) : "",
            icon("down")
        );
    }

    _onVisible(entries) {
        for (const {target, isIntersecting} of entries) {
            if (isIntersecting && target.isConnected) {
                this.visible.add(target);
            } else {
                this.visible.delete(target);
            }
        }
        this._markSeen();
    }

    _markSeen() {
        if (document.hidden) {
            return;
        }
        this.conversation.acknowledge(
            "read",
            [...this.visible].map((node) => node.message)
        );
        if (this.atEnd) {
            this._setUnseen(0);
        }
    }

    // -- answers -------------------------------------------------------------------

    _press(message, button) {
        this.conversation.send({
            type: "button",
            text: button.title,
            part: message.id,
            payload: button.payload,
            quote: message,
        });
    }

    _pick(message, row) {
        this.conversation.send({
            type: "list",
            text: row.title,
            part: message.id,
            payload: row.payload,
            quote: message,
        });
    }

    _answerRequest(message) {
        this.composer.setQuote(message);
        if (message.request === "location") {
            this.composer.askLocation();
        } else {
            this.composer.askContact({own: true});
        }
    }

    // -- end -----------------------------------------------------------------------

    /** Nothing can go on: say why, and what to do. */
    showEnd() {
        this.root.replaceChildren(endView());
        document.title = this.page.title || "";
    }
}

/** The server no longer knows the phone's language, so the page says it itself. */
export function endView() {
    const reason = _t(
        "This link has expired or was revoked, or the sandbox is switched off."
    );
    return h(
        "div.end",
        {role: "alert"},
        icon("warning"),
        h("p", {}, reason),
        h("p.muted", {}, _t("Ask for a new test phone in Helpdesk."))
    );
}
