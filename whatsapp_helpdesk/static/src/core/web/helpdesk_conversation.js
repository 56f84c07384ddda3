import {Composer} from "@mail/core/common/composer";
import {Thread} from "@mail/core/common/thread";
import {ThreadIcon} from "@mail/core/common/thread_icon";
import {ChannelIcons} from "@whatsapp_helpdesk/core/common/channel_icons";
import {useMessageScrolling, useVisible} from "@mail/utils/common/hooks";

import {
    Component,
    onWillStart,
    onWillUnmount,
    onWillUpdateProps,
    toRaw,
    useChildSubEnv,
    useEffect,
    useExternalListener,
    useState,
} from "@odoo/owl";

import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

/**
 * A conversation with a customer, live, inside of another view.
 *
 * @typedef {Object} Props
 * @property {number|false} channelId
 * @property {boolean} [readonly] history only; who wants to write goes to Discuss
 * @property {number} [ticketId] the case that the view is about
 * @property {() => Promise} [onCaseChanged] called when the case is not what it was
 * @extends {Component<Props, Env>}
 */
export class HelpdeskConversation extends Component {
    static components = {ChannelIcons, Composer, Thread, ThreadIcon};
    static props = {
        channelId: {type: [Number, Boolean], optional: true},
        onCaseChanged: {type: Function, optional: true},
        readonly: {type: Boolean, optional: true},
        ticketId: {type: [Number, Boolean], optional: true},
    };
    static template = "whatsapp_helpdesk.HelpdeskConversation";

    setup() {
        super.setup();
        this.action = useService("action");
        this.store = useService("mail.store");
        this.keepLast = new KeepLast();
        this.messageHighlight = useMessageScrolling();
        this.state = useState({
            isLoading: false,
            jumpThreadPresent: 0,
            /** @type {import("models").Thread} */
            thread: undefined,
        });
        useChildSubEnv({
            // The form's own chatter fetches once per load of the record; this is not it
            chatter: undefined,
            inChatter: undefined,
            messageHighlight: this.messageHighlight,
            onHelpdeskCaseChanged: () => this.props.onCaseChanged?.(),
        });
        onWillStart(() => {
            this.load(this.props.channelId);
        });
        onWillUpdateProps((nextProps) => {
            const {channelId} = nextProps;
            if (channelId !== this.props.channelId && channelId !== this.thread?.id) {
                this.load(channelId);
            }
        });
        onWillUnmount(() => this.setThread(undefined));
        this.visibility = useVisible("root", () => this.markAsRead());
        useExternalListener(window, "focus", () => this.markAsRead());
        useEffect(
            () => this.markAsRead(),
            () => [this.thread?.isLoaded, this.thread?.newestPersistentMessage?.id]
        );
        useEffect(
            (mergedIntoId) => {
                if (mergedIntoId) {
                    this.load(mergedIntoId);
                    this.props.onCaseChanged?.();
                }
            },
            () => [this.thread?.helpdeskMergedIntoId]
        );
        this.knownCase = undefined;
        useEffect(
            (threadId, ...currentCase) => {
                const description = JSON.stringify(currentCase);
                const {knownCase} = this;
                this.knownCase = {description, threadId};
                if (
                    knownCase?.threadId &&
                    knownCase.threadId === threadId &&
                    knownCase.description !== description
                ) {
                    this.props.onCaseChanged?.();
                }
            },
            () => this.currentCase
        );
    }

    get thread() {
        return this.state.thread;
    }

    /** What a view beside this would show of the case, to notice that it changed. */
    get currentCase() {
        const thread = this.thread ?? {};
        const {helpdesk_agent_id: agent, helpdesk_ticket_id: ticket} = thread;
        return [
            thread.id,
            agent?.id,
            ticket?.id,
            ticket?.closed,
            ticket?.priority,
            ticket?.stage_name,
            thread.helpdesk_waiting_since?.ts,
            // A split may have taken the case along to another conversation
            thread.helpdeskChannelIds,
        ];
    }

    /** The case in which the conversation goes on, when the view is about another one. */
    get otherCase() {
        const ticket = this.thread?.helpdesk_ticket_id;
        return this.props.ticketId && ticket && ticket.id !== this.props.ticketId
            ? ticket
            : undefined;
    }

    get showComposer() {
        return !this.props.readonly && !this.otherCase;
    }

    async load(channelId) {
        this.setThread(undefined);
        if (!channelId) {
            return;
        }
        this.state.isLoading = true;
        const thread = await this.keepLast
            .add(
                this.store.Thread.getOrFetch({id: channelId, model: "discuss.channel"})
            )
            .catch(() => undefined);
        this.state.isLoading = false;
        // Someone without access gets nothing; so does one who gets another type
        if (thread?.isHelpdesk) {
            this.setThread(thread);
        }
    }

    /** Keep count of who shows a conversation: it is displayed and follows the bus. */
    setThread(thread) {
        if (this.state.thread) {
            this.state.thread.helpdeskEmbeds--;
        }
        if (thread) {
            thread.helpdeskEmbeds++;
        }
        this.state.thread = thread;
    }

    /** The assignee has read what they have in front of them. */
    markAsRead() {
        const thread = toRaw(this.thread);
        const newest = thread?.newestPersistentOfAllMessage;
        if (newest && newest.id !== this.lastReadId && this.isReading(thread)) {
            this.lastReadId = newest.id;
            thread.markAsRead();
        }
    }

    isReading(thread) {
        return Boolean(
            thread.self_member_id &&
                thread.isLoaded &&
                !thread.markedAsUnread &&
                this.visibility.isVisible &&
                document.hasFocus()
        );
    }

    onClickOpen() {
        toRaw(this.thread).openInDiscuss();
    }

    onClickOtherCase() {
        this.action.doAction({
            res_id: this.otherCase.id,
            res_model: "helpdesk.ticket",
            type: "ir.actions.act_window",
            views: [[false, "form"]],
        });
    }
}
