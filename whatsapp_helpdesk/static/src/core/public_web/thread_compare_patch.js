import {threadCompareRegistry} from "@mail/core/common/thread_compare";
import {compareConversations} from "@whatsapp_helpdesk/core/public_web/discuss_app_model_patch";

threadCompareRegistry.add(
    "whatsapp_helpdesk.waiting",
    /**
     * In their own tab, conversations come in the order of the sidebar.
     *
     * @param {import("models").Thread} thread1
     * @param {import("models").Thread} thread2
     * @returns {number|undefined}
     */
    (thread1, thread2) => {
        const isOwnTab = thread1.store.discuss.activeTab === "helpdesk";
        return isOwnTab && thread1.isHelpdesk && thread2.isHelpdesk
            ? compareConversations(thread1, thread2)
            : undefined;
    },
    {sequence: 5}
);
