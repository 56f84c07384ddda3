import {_t} from "@web/core/l10n/translation";

/**
 * @typedef {Object} MessagingState How a sending state is shown.
 * @property {string} label
 * @property {0|1|2} [ticks] drawn as ticks
 * @property {string} [icon] or as an icon
 * @property {string} [className]
 */

const CLOCK = "fa fa-clock-o";
const FAILED = {className: "text-danger", icon: "fa fa-exclamation-circle"};

/** @type {Object<string, MessagingState>} */
export const MESSAGING_STATES = {
    queued: {icon: CLOCK, label: _t("Waiting to be sent")},
    held: {icon: "fa fa-pause-circle-o", label: _t("Held back by the channel")},
    sending: {icon: CLOCK, label: _t("Being sent")},
    accepted: {label: _t("Sent"), ticks: 1},
    sent: {label: _t("Sent"), ticks: 1},
    delivered: {label: _t("Delivered"), ticks: 2},
    read: {className: "o-read", label: _t("Read"), ticks: 2},
    played: {className: "o-read", label: _t("Played"), ticks: 2},
    failed: {...FAILED, label: _t("Not sent")},
    expired: {...FAILED, label: _t("Not sent in time")},
    unknown: {
        className: "text-warning",
        icon: "fa fa-question-circle",
        label: _t("Not known whether it arrived"),
    },
};

const PART_KINDS = {
    audio: _t("Audio"),
    contacts: _t("Contact"),
    document: _t("Document"),
    image: _t("Picture"),
    location: _t("Location"),
    sticker: _t("Sticker"),
    template: _t("Template"),
    text: _t("Text"),
    video: _t("Video"),
};

/**
 * @param {{kind: string, state: string, text: string}} part
 * @returns {string} one line of the tooltip
 */
export function describePart({kind, state, text}) {
    const label = MESSAGING_STATES[state]?.label ?? state;
    const values = {kind: PART_KINDS[kind] ?? kind, reason: text, state: label};
    return text
        ? _t("%(kind)s: %(state)s, %(reason)s", values)
        : _t("%(kind)s: %(state)s", values);
}
