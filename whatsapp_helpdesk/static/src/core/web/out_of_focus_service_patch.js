import {OutOfFocusService} from "@mail/core/common/out_of_focus_service";

import {patch} from "@web/core/utils/patch";

/** @type {OutOfFocusService} */
const outOfFocusServicePatch = {
    /** A click on the notice of a customer's message leads to the conversation. */
    notify(message, thread) {
        if (!thread?.isHelpdesk) {
            return super.notify(...arguments);
        }
        const sendNativeNotification = (title, body, icon, {sound = true} = {}) => {
            const notification = new Notification(title, {body, icon});
            notification.addEventListener("click", () => {
                window.focus();
                notification.close();
                thread.openInDiscuss();
            });
            if (sound) {
                this._playSound();
            }
        };
        // Core's own steps, in which only the notice of the browser is ours
        const service = new Proxy(this, {
            get: (target, name) =>
                name === "sendNativeNotification"
                    ? sendNativeNotification
                    : Reflect.get(target, name),
        });
        return super.notify.call(service, message, thread);
    },
};
patch(OutOfFocusService.prototype, outOfFocusServicePatch);
