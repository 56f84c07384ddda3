import {AttachmentList} from "@mail/core/common/attachment_list";

import {patch} from "@web/core/utils/patch";
import {url} from "@web/core/utils/urls";

/** @type {AttachmentList} */
const attachmentListPatch = {
    /**
     * Sound and film of a customer conversation play where they stand.
     *
     * @param {import("models").Attachment} attachment
     * @returns {"audio"|"video"|undefined}
     */
    getHelpdeskPlayer(attachment) {
        if (!this.env.message?.isHelpdesk || attachment.uploading) {
            return undefined;
        }
        return ["audio", "video"].find((kind) =>
            attachment.mimetype?.startsWith(`${kind}/`)
        );
    },
    getHelpdeskSource(attachment) {
        return url(attachment.urlRoute, {...attachment.urlQueryParams});
    },
    onClickAttachment(attachment) {
        if (!this.getHelpdeskPlayer(attachment)) {
            super.onClickAttachment(attachment);
        }
    },
    get isInChatWindowAndIsAlignedRight() {
        return (
            super.isInChatWindowAndIsAlignedRight ||
            Boolean(this.env.message?.isHelpdesk && this.env.alignedRight)
        );
    },
};
patch(AttachmentList.prototype, attachmentListPatch);
