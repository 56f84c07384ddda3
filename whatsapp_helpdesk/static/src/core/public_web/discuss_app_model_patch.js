import {fields} from "@mail/core/common/record";
import {DiscussApp} from "@mail/core/public_web/discuss_app_model";
import {DiscussAppCategory} from "@mail/discuss/core/public_web/discuss_app_category_model";
import {compareDatetime} from "@mail/utils/common/misc";

import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {patch} from "@web/core/utils/patch";

export const CATEGORY_ID = "whatsapp_helpdesk.conversations";
export const PANEL_CLOSED_LS = "whatsapp_helpdesk.panel_closed";

/** @type {import("models").DiscussApp} */
const discussAppPatch = {
    setup() {
        super.setup(...arguments);
        this.helpdeskCategory = fields.One("DiscussAppCategory", {
            compute() {
                return {
                    extraClass: "o-helpdesk-SidebarCategory",
                    hideWhenEmpty: true,
                    icon: "fa fa-comments",
                    id: CATEGORY_ID,
                    name: _t("Conversations"),
                    sequence: 5,
                };
            },
            eager: true,
        });
    },
    /** Whether the panel beside a conversation opens by itself; each person decides. */
    get isHelpdeskPanelOpenByDefault() {
        return browser.localStorage.getItem(PANEL_CLOSED_LS) !== "true";
    },
    set isHelpdeskPanelOpenByDefault(isOpen) {
        if (isOpen) {
            browser.localStorage.removeItem(PANEL_CLOSED_LS);
        } else {
            browser.localStorage.setItem(PANEL_CLOSED_LS, "true");
        }
    },
};
patch(DiscussApp.prototype, discussAppPatch);

/**
 * Who waits longest comes first, then who wrote last.
 *
 * @param {import("models").Thread} t1
 * @param {import("models").Thread} t2
 * @returns {number}
 */
export function compareConversations(t1, t2) {
    const since1 = t1.helpdesk_waiting_since;
    const since2 = t2.helpdesk_waiting_since;
    if (since1 && since2) {
        return compareDatetime(since1, since2) || t1.id - t2.id;
    }
    if (since1 || since2) {
        return since1 ? -1 : 1;
    }
    return compareDatetime(t2.lastInterestDt, t1.lastInterestDt) || t2.id - t1.id;
}

/** @type {import("models").DiscussAppCategory} */
const discussAppCategoryPatch = {
    sortThreads(t1, t2) {
        return this.id === CATEGORY_ID
            ? compareConversations(t1, t2)
            : super.sortThreads(...arguments);
    },
};
patch(DiscussAppCategory.prototype, discussAppCategoryPatch);
