import {convertBrToLineBreak} from "@mail/utils/common/format";

import {markup} from "@odoo/owl";

import {browser} from "@web/core/browser/browser";

/**
 * @typedef {Object} Draft What core's composer keeps of a text that was not sent.
 * @property {string|["markup", string]} composerHtml
 * @property {boolean} emailAddSignature
 * @property {boolean} [helpdeskNoteMode]
 * @property {number} [replyToMessageId]
 */

/**
 * @param {import("models").Composer} composer
 * @returns {Draft|undefined}
 */
export function readDraft(composer) {
    try {
        return JSON.parse(browser.localStorage.getItem(composer.localId)) ?? undefined;
    } catch {
        return undefined;
    }
}

/**
 * @param {import("models").Composer} composer
 * @param {Draft} draft
 */
export function writeDraft(composer, draft) {
    browser.localStorage.setItem(composer.localId, JSON.stringify(draft));
}

/**
 * @param {import("models").Composer} composer
 * @returns {string} what is written there, on the screen or kept from before
 */
function getText(composer) {
    if (composer.composerText) {
        return composer.composerText;
    }
    const html = readDraft(composer)?.composerHtml ?? "";
    return convertBrToLineBreak(Array.isArray(html) ? markup(html[1]) : html).trim();
}

function isNote(composer) {
    return Boolean(
        composer.composerText
            ? composer.helpdeskNoteMode
            : readDraft(composer)?.helpdeskNoteMode || composer.helpdeskNoteMode
    );
}

/**
 * Move what was not sent yet to another conversation, behind what is written there.
 *
 * If one of both is a note, all of it is: a note must not leave by accident.
 *
 * @param {import("models").Composer} source
 * @param {import("models").Composer} target
 */
export function moveDraft(source, target) {
    const text = getText(source);
    const hasFiles = source.attachments.length > 0;
    if (text || hasFiles) {
        const there = getText(target);
        target.helpdeskNoteMode = isNote(source) || (Boolean(there) && isNote(target));
        target.composerText = [there, text].filter(Boolean).join("\n");
        target.attachments.add(...source.attachments);
        target.replyToMessage ??= source.replyToMessage;
        writeDraft(target, {
            composerHtml: ["markup", target.composerHtml.toString()],
            emailAddSignature: true,
            helpdeskNoteMode: target.helpdeskNoteMode,
            replyToMessageId: target.replyToMessage?.id,
        });
    }
    source.clear();
    source.helpdeskNoteMode = false;
    browser.localStorage.removeItem(source.localId);
}
