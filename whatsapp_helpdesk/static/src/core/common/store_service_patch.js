import {Store} from "@mail/core/common/store_service";
import {fields} from "@mail/core/common/record";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {ConnectionLostError, rpc} from "@web/core/network/rpc";
import {patch} from "@web/core/utils/patch";

const {DateTime} = luxon;

/** How often windows and waiting times are looked at again. */
export const CLOCK_INTERVAL = 30000;

/** Errors whose text was written for the person who reads it. */
const EXPLAINED_ERRORS = [
    "odoo.exceptions.UserError",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.ValidationError",
];

/** @type {import("models").Store} */
const storePatch = {
    setup() {
        super.setup(...arguments);
        /** Grows while customer conversations are known, so that views follow the clock. */
        this.helpdeskNow = DateTime.now();
        this.helpdeskThreads = fields.Many("Thread", {
            inverse: "storeAsHelpdeskThreads",
            onUpdate() {
                this.startHelpdeskClock();
            },
        });
    },
    startHelpdeskClock() {
        if (this.helpdeskClock || !this.helpdeskThreads.length) {
            return;
        }
        this.helpdeskClock = browser.setInterval(() => {
            this.store.helpdeskNow = DateTime.now();
        }, CLOCK_INTERVAL);
    },
    /** @override a reply goes by the channel that was chosen for it */
    async getMessagePostParams({postData}) {
        const params = await super.getMessagePostParams(...arguments);
        if (postData.helpdeskIdentityId) {
            params.post_data.messaging_identity_id = postData.helpdeskIdentityId;
        }
        return params;
    },
    /**
     * Core shows a failed post as a silent icon. In a customer conversation the person
     * reads why, and can try again or take the text back.
     *
     * @override
     */
    async doMessagePost(params, tmpMessage) {
        if (!tmpMessage?.thread?.isHelpdesk) {
            return super.doMessagePost(...arguments);
        }
        const {messaging_identity_id: identityId, subtype_xmlid} = params.post_data;
        const isNote = subtype_xmlid === "mail.mt_note";
        tmpMessage.update({
            helpdeskPostError: undefined,
            helpdesk_author_kind: isNote ? undefined : "agent",
            messaging_direction: isNote ? false : "out",
            messaging_state: isNote ? false : "queued",
            messaging_via: isNote
                ? false
                : tmpMessage.thread.getHelpdeskChannel(identityId),
            subtype_id: isNote ? this.mt_note : undefined,
        });
        return this.messagePostMutex.exec(async () => {
            try {
                return await rpc("/mail/message/post", params, {silent: true});
            } catch (error) {
                tmpMessage.helpdeskPostError = this.getHelpdeskPostError(error);
                tmpMessage.messaging_state = false;
                tmpMessage.postFailRedo = async () => {
                    tmpMessage.postFailRedo = undefined;
                    const data = await this.doMessagePost(params, tmpMessage);
                    if (data) {
                        this.replaceHelpdeskPending(tmpMessage, data);
                    }
                };
            }
        });
    },
    /** Put the stored message in the place of the one that waited. */
    replaceHelpdeskPending(tmpMessage, {message_id, store_data}) {
        const thread = tmpMessage.thread;
        this.insert(store_data);
        const message = this["mail.message"].get(message_id);
        thread.addOrReplaceMessage(message, tmpMessage);
        thread.onNewSelfMessage(message);
        tmpMessage.delete();
    },
    /**
     * @param {Error} error
     * @returns {string} a sentence for the person who wrote the message
     */
    getHelpdeskPostError(error) {
        if (error instanceof ConnectionLostError) {
            return _t("No connection to the server. The message was not sent.");
        }
        if (EXPLAINED_ERRORS.includes(error.data?.name) && error.data.message) {
            return error.data.message;
        }
        return _t("The message could not be posted.");
    },
};
patch(Store.prototype, storePatch);
