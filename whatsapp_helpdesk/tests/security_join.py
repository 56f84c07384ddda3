"""Records of joined customers for the security matrix."""

import secrets

#: A change of each that only the server makes.
JOIN_CHANGES = {
    "messaging.join": {"state": "undone"},
    "messaging.join.line": {"message_count": 1},
    "messaging.join.open": {"decision": "here"},
    "messaging.join.suggestion": {"state": "dismissed"},
    "messaging.join.progress": {"position": 1},
}


def get_new_join_values(env, conversation):
    identity = conversation.messaging_identity_id
    join_values = {
        "kind": "join",
        "state": "done",
        "identity_ids": [(6, 0, identity.ids)],
        "partner_id": conversation.helpdesk_partner_id.id,
        "company_id": conversation.helpdesk_company_id.id,
        "line_ids": [(0, 0, {"conversation_id": conversation.id})],
    }
    join = env["messaging.join"].create(join_values)
    return {
        "messaging.join": join_values,
        "messaging.join.line": {
            "join_id": join.id,
            "conversation_id": conversation.id,
        },
        "messaging.join.open": {
            "join_id": join.id,
            "model": "helpdesk.ticket",
            "res_id": conversation.helpdesk_ticket_id.id,
            "reason": "Messages of both.",
            "conversation_id": conversation.id,
        },
        "messaging.join.suggestion": {
            "identity_id": identity.id,
            "partner_id": env["res.partner"].create({"name": "Another"}).id,
            "reason": "similar_name",
        },
        "messaging.join.progress": {"name": secrets.token_hex(8)},
    }
