/** Draws one message. */
import {h, icon, iconButton} from "./dom";
import {_t, formatSize, formatTime} from "./i18n";
import {markup, plain} from "./markup";

const TICKS = {
    sending: ["clock", () => _t("Sending")],
    sent: ["tick", () => _t("Sent")],
    received: ["ticks", () => _t("Arrived at the helpdesk")],
    read: ["ticks", () => _t("Read by an agent")],
    failed: ["warning", () => _t("Not sent")],
};
const PICTURES = ["image", "sticker"];

/** A short line for quotes, for the notice of a new message and for screen readers. */
export function summary(message) {
    if (message.text) {
        return plain(message.text);
    }
    if (message.file) {
        return message.file.voice ? _t("Voice message") : message.file.name;
    }
    if (message.location) {
        return message.location.name || _t("Location");
    }
    if (message.contact) {
        return message.contact.name || _t("Contact");
    }
    return "";
}

function authorName(message, page) {
    return message.direction === "in" ? _t("You") : page.title;
}

function text(value, className) {
    return value && h(`div.${className}`, {dir: "auto"}, markup(value));
}

function quoteView(quote, page, onclick) {
    return h(
        "button.quote",
        {type: "button", onclick, title: _t("Show the quoted message")},
        h("span.quote-author", {}, authorName(quote, page)),
        h("span.quote-text", {dir: "auto"}, summary(quote) || _t("Message"))
    );
}

function audioView(message, source) {
    const audio = h("audio", {controls: true, preload: "metadata", src: source});
    audio.setAttribute(
        "aria-label",
        message.file.voice ? _t("Voice message") : message.file.name
    );
    return audio;
}

function pictureView(message, source) {
    const name = message.file.name || _t("Picture");
    return h(
        "a.picture",
        {href: source, target: "_blank", rel: "noopener"},
        h("img", {src: source, alt: name, loading: "lazy"})
    );
}

function downloadView(message, source) {
    const {name, size} = message.file;
    return h(
        "a.file",
        {href: source, download: name},
        icon("file", "file-icon"),
        h(
            "span.file-text",
            {},
            h("bdi.file-name", {}, name),
            size ? h("span.file-size", {}, formatSize(size)) : false
        ),
        icon("download")
    );
}

function fileContent(message, source) {
    const {kind} = message.file;
    if (PICTURES.includes(kind)) {
        return pictureView(message, source);
    }
    if (kind === "audio") {
        return audioView(message, source);
    }
    if (kind === "video") {
        return h("video.picture", {controls: true, preload: "metadata", src: source});
    }
    return downloadView(message, source);
}

function fileView(message, conversation) {
    const place = h(`div.media.media-${message.file.kind}`);
    if (!message.file.ready) {
        place.append(h("div.media-wait", {}, icon("clock"), _t("File on its way")));
        return place;
    }
    place.append(h("div.media-wait", {}, h("span.spinner"), message.file.name));
    conversation
        .file(message)
        .then((source) => place.replaceChildren(fileContent(message, source)))
        .catch(() =>
            place.replaceChildren(
                h(
                    "div.media-wait",
                    {},
                    icon("warning"),
                    _t("The file cannot be loaded.")
                )
            )
        );
    return place;
}

function locationView({name, address, latitude, longitude}) {
    const position = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
    const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
    return h(
        "a.card",
        {href: map, target: "_blank", rel: "noopener noreferrer"},
        icon("location", "card-icon"),
        h(
            "span.card-text",
            {},
            h("bdi.card-title", {}, name || _t("Location")),
            address && h("bdi.card-line", {}, address),
            h("bdi.card-line", {dir: "ltr"}, position)
        )
    );
}

function contactView({name, phones = [], emails = []}) {
    return h(
        "div.card",
        {},
        icon("contact", "card-icon"),
        h(
            "span.card-text",
            {},
            h("bdi.card-title", {}, name),
            [...phones, ...emails].map((line) => h("bdi.card-line", {dir: "ltr"}, line))
        )
    );
}

function choicesView(message, actions) {
    const buttons = (message.buttons || []).map((button) =>
        h(
            "button.choice",
            {
                type: "button",
                dir: "auto",
                onclick: () => actions.press(message, button),
            },
            button.title
        )
    );
    if (message.list) {
        buttons.push(
            h(
                "button.choice",
                {type: "button", onclick: () => actions.openList(message)},
                icon("list"),
                h("bdi", {}, message.list.button)
            )
        );
    }
    if (message.link) {
        buttons.push(
            h(
                "a.choice",
                {href: message.link.url, target: "_blank", rel: "noopener noreferrer"},
                icon("link"),
                h("bdi", {}, message.link.title)
            )
        );
    }
    if (message.request) {
        const label =
            message.request === "location" ? _t("Send location") : _t("Send contact");
        buttons.push(
            h(
                "button.choice",
                {type: "button", onclick: () => actions.answerRequest(message)},
                icon(message.request),
                label
            )
        );
    }
    return buttons.length ? h("div.choices", {}, buttons) : false;
}

function metaView(message) {
    const at = new Date(message.at);
    const time = h("time", {datetime: message.at}, formatTime(at));
    if (message.direction === "out") {
        return h("span.meta", {}, time);
    }
    const [name, label] = TICKS[message.state] || TICKS.received;
    const tick = h(
        `span.tick.tick-${message.state}`,
        {role: "img", "aria-label": label(), title: label()},
        icon(name)
    );
    return h("span.meta", {}, time, tick);
}

function failureView(message, actions) {
    return (
        message.state === "failed" &&
        h(
            "div.failure",
            {role: "alert"},
            h(
                "span",
                {},
                message.error || _t("No connection. The message was not sent.")
            ),
            h(
                "button.link",
                {type: "button", onclick: message.resend},
                _t("Try again")
            ),
            h(
                "button.link",
                {type: "button", onclick: () => actions.discard(message)},
                _t("Remove")
            )
        )
    );
}

function toolsView(message, actions) {
    return (
        message.external_id &&
        h(
            "div.tools",
            {},
            iconButton("smile", _t("React"), () => actions.pickReaction(message)),
            iconButton("reply", _t("Reply"), () => actions.reply(message))
        )
    );
}

function reactionsView(message, actions) {
    const removable = (reaction) =>
        h(
            "button.reaction",
            {
                type: "button",
                title: _t("Remove your reaction"),
                onclick: () => actions.react(message, reaction.emoji),
            },
            reaction.emoji
        );
    const fixed = (reaction) => h("span.reaction", {}, reaction.emoji);
    return (
        message.reactions.length > 0 &&
        h(
            "div.reactions",
            {"aria-label": _t("Reactions")},
            message.reactions.map((each) => (each.mine ? removable(each) : fixed(each)))
        )
    );
}

/**
 * @param {Object} message
 * @param {{page: Object, conversation: Object, actions: Object}} context
 * @returns {HTMLElement}
 */
export function messageView(message, {page, conversation, actions}) {
    const own = message.direction === "in";
    const onlyPicture =
        message.file && PICTURES.includes(message.file.kind) && !message.text;
    return h(
        `article.message.${own ? "own" : "other"}`,
        {
            "data-id": message.id,
            "data-reference": message.reference,
            tabIndex: -1,
            "aria-label": authorName(message, page),
        },
        h(
            `div.bubble${onlyPicture ? ".bare" : ""}`,
            {},
            message.quote &&
                quoteView(message.quote, page, () => actions.show(message.quote)),
            text(message.header, "header-text"),
            message.file && fileView(message, conversation),
            message.location && locationView(message.location),
            message.contact && contactView(message.contact),
            text(message.text, "text"),
            text(message.footer, "footer-text"),
            message.unsupported &&
                h(
                    "em.unsupported",
                    {},
                    _t("This test phone cannot show this message.")
                ),
            metaView(message),
            choicesView(message, actions),
            reactionsView(message, actions)
        ),
        toolsView(message, actions),
        failureView(message, actions)
    );
}
