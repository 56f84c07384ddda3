import {fields} from "@mail/core/common/record";
import {Thread} from "@mail/core/common/thread_model";
import {moveDraft} from "@whatsapp_helpdesk/core/common/draft";

import {toRaw} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

import "@whatsapp_helpdesk/core/web/thread_model_patch";

/**
 * A conversation that was joined with another one is empty: its messages are there now.
 * Whoever has it in front of them is taken along, with what they were writing.
 *
 * @type {import("models").Thread}
 */
const threadPatch = {
    setup() {
        super.setup(...arguments);
        /** @type {number|{id: number}|false|undefined} */
        this.helpdesk_merged_into_id = fields.Attr(undefined, {
            onUpdate() {
                if (this.helpdeskMergedIntoId) {
                    this.helpdeskLeaveMerged();
                }
            },
        });
        this.helpdesk_channels = fields.Attr([], {
            onUpdate() {
                this.onHelpdeskChannelsChanged();
            },
        });
        /** Somebody looks at an empty conversation: it should not be. */
        this.isHelpdeskGhostShown = fields.Attr(false, {
            compute() {
                return Boolean(
                    this.helpdeskMergedIntoId &&
                        (this.chat_window || this.eq(this.store.discuss?.thread))
                );
            },
            eager: true,
            onUpdate() {
                if (this.isHelpdeskGhostShown) {
                    this.helpdeskLeaveMerged();
                }
            },
        });
    },

    /** @returns {number|undefined} */
    get helpdeskMergedIntoId() {
        const target = this.helpdesk_merged_into_id;
        return (this.isHelpdesk && (target?.id ?? target)) || undefined;
    },

    /** @returns {Promise<import("models").Thread|undefined>} where it goes on */
    async getHelpdeskSurvivor() {
        let thread = toRaw(this);
        const seen = new Set();
        while (thread?.helpdeskMergedIntoId && !seen.has(thread.id)) {
            seen.add(thread.id);
            thread = await this.store.Thread.getOrFetch(
                {id: thread.helpdeskMergedIntoId, model: "discuss.channel"},
                ["display_name", "channel_type"]
            );
        }
        return thread?.isHelpdesk && !thread.helpdeskMergedIntoId ? thread : undefined;
    },

    async helpdeskLeaveMerged() {
        if (this.helpdeskLeaving) {
            this.helpdeskLeaving.again = true;
            return;
        }
        const leaving = (this.helpdeskLeaving = {again: true});
        try {
            // It may be opened while the other one is fetched
            while (leaving.again) {
                leaving.again = false;
                const survivor = await this.getHelpdeskSurvivor().catch(
                    () => undefined
                );
                if (this.exists() && this.helpdeskMergedIntoId) {
                    await this.helpdeskGoTo(survivor);
                }
            }
        } finally {
            this.helpdeskLeaving = undefined;
        }
    },

    /** @param {import("models").Thread} [survivor] none: one may not read it */
    async helpdeskGoTo(survivor) {
        const wasShown = this.isHelpdeskGhostShown || this.helpdeskEmbeds > 0;
        if (survivor) {
            moveDraft(this.composer, survivor.composer);
        }
        this.isLocallyPinned = false;
        this.helpdeskSwapInDiscuss(survivor);
        await this.helpdeskSwapWindow(survivor);
        if (wasShown) {
            this.store.env.services.notification.add(
                this.getHelpdeskJoinedText(survivor),
                {type: "info"}
            );
        }
    },
    helpdeskSwapInDiscuss(survivor) {
        const {discuss, inbox} = this.store;
        if (!this.eq(discuss.thread)) {
            return;
        }
        if (discuss.isActive) {
            (survivor ?? inbox).setAsDiscussThread();
        } else {
            discuss.thread = survivor;
        }
    },
    async helpdeskSwapWindow(survivor) {
        const {chat_window: chatWindow} = this;
        if (survivor && chatWindow?.isOpen) {
            await survivor.openChatWindow();
        }
        await chatWindow?.close({force: true});
    },
    getHelpdeskJoinedText(survivor) {
        return survivor
            ? _t("This conversation was joined with the one of %(customer)s.", {
                  customer: survivor.displayName,
              })
            : _t("This conversation was joined with one that you may not read.");
    },

    /** After a join, a split or an undo, other messages belong here than before. */
    onHelpdeskChannelsChanged() {
        const ids = this.helpdeskChannelIds;
        const before = this.helpdeskKnownIds;
        this.helpdeskKnownIds = ids;
        if (before !== undefined && before !== ids && this.isHelpdesk) {
            this.helpdeskReloadMessages();
        }
    },
    async helpdeskReloadMessages() {
        if (this.isLoaded || this.status === "loading") {
            await this.isLoadedDeferred;
            await this.loadAround();
        }
    },

    // -- the empty one is not listed ---------------------------------------------------

    onPinStateUpdated() {
        if (this.helpdeskMergedIntoId) {
            return;
        }
        super.onPinStateUpdated();
    },
    _computeDisplayInSidebar() {
        return !this.helpdeskMergedIntoId && super._computeDisplayInSidebar();
    },
};
patch(Thread.prototype, threadPatch);
