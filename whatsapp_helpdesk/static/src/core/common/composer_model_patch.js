import {Composer} from "@mail/core/common/composer_model";
import {patch} from "@web/core/utils/patch";

/** @type {import("models").Composer} */
const composerPatch = {
    setup() {
        super.setup(...arguments);
        /** In a customer conversation: write for colleagues, not for the customer. */
        this.helpdeskNoteMode = false;
    },
};
patch(Composer.prototype, composerPatch);
