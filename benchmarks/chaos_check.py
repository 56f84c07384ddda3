"""Compares three books: what was written and acknowledged, what the provider got, and
what is stored. Each check gives the list of what is wrong.
"""

import re
from collections import Counter, defaultdict

import psycopg2

MARK = re.compile(r"\[[io]\d+\.\d+(?:r\d+)?\]")
#: Seconds: two events so near that no clock of ours says which was first.
NEAR = 0.05
FINAL = {"accepted", "sent", "delivered", "read", "played", "failed", "expired"}
REACHED = {"sent": 1, "delivered": 2, "read": 3, "played": 4}

STORED = """
    SELECT id, body, res_id, messaging_direction
      FROM mail_message
     WHERE model = 'discuss.channel' AND message_type = 'helpdesk_message'
     ORDER BY id
"""
PARTS = """
    SELECT part.id, part.direction, part.mail_message_id, part.external_id,
           part.state, part.correlation, part.identity_id, part.create_date,
           part.failure_reason,
           (SELECT count(*) FROM messaging_attempt
             WHERE message_id = part.id AND outcome = 'refused') AS refused
      FROM messaging_message part WHERE part.kind != 'read' ORDER BY part.id
"""
UPDATES = """
    SELECT id, key, kind, state, reason, mail_message_id, left(error, 2000) AS error
      FROM messaging_update ORDER BY id
"""
DOUBLED = {
    "identities": """
        SELECT value, count(DISTINCT identity_id) FROM messaging_address
         WHERE kind = 'phone' GROUP BY value HAVING count(DISTINCT identity_id) > 1""",
    "tickets": """
        SELECT conversation_id, count(*) FROM helpdesk_ticket
         WHERE conversation_id IS NOT NULL
         GROUP BY conversation_id HAVING count(*) > 1""",
    "conversations": """
        SELECT partner_id, count(DISTINCT conversation_id) FROM messaging_identity
         GROUP BY partner_id HAVING count(DISTINCT conversation_id) > 1""",
    "contacts": """
        SELECT partner.name, count(*) FROM messaging_identity identity
          JOIN res_partner partner ON partner.id = identity.partner_id
         GROUP BY partner.name HAVING count(*) > 1""",
    "facts": """
        SELECT mail_message_id, count(*) FROM helpdesk_message_fact
         WHERE mail_message_id IS NOT NULL
         GROUP BY mail_message_id HAVING count(*) > 1""",
}
FILES = """
    SELECT file.id, file.state, file.error, file.attempts, attachment.store_fname,
           part.mail_message_id
      FROM messaging_media file
      JOIN messaging_message part ON part.id = file.message_id
      LEFT JOIN ir_attachment attachment ON attachment.id = file.attachment_id
"""
#: What figures are made from must be there for each message of a case.
WITHOUT_FACT = """
    SELECT message.id FROM mail_message message
      LEFT JOIN helpdesk_message_fact fact ON fact.mail_message_id = message.id
     WHERE message.message_type = 'helpdesk_message'
       AND message.helpdesk_ticket_id IS NOT NULL AND fact.id IS NULL
"""


def read_books(dsn):
    """Return everything that is stored, as the arguments of :class:`Books`."""
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cr:
            return {
                "messages": _rows(cr, STORED),
                "parts": _rows(cr, PARTS),
                "updates": _rows(cr, UPDATES),
                "files": _rows(cr, FILES),
                "without_fact": [row["id"] for row in _rows(cr, WITHOUT_FACT)],
                "doubled": {name: _rows(cr, query) for name, query in DOUBLED.items()},
            }
    finally:
        connection.close()


class Books:
    """Everything that is known after a run.

    :param filestore: folder of the files.
    :param written: {mark: (external id, provider seconds)} of inbound messages.
    :param deliveries: what was posted to the webhook by customers and provider.
    :param posts: what agents posted.
    :param provider: the provider's report.
    :param stored: what :func:`read_books` gives.
    """

    def __init__(self, filestore, *, written, deliveries, posts, provider, stored):
        self.filestore = filestore
        self.written = written
        self.deliveries = deliveries
        self.posts = posts
        self.provider = provider
        self.messages = stored["messages"]
        self.parts = stored["parts"]
        self.updates = stored["updates"]
        self.files = stored["files"]
        self.without_fact = stored["without_fact"]
        self.doubled = stored["doubled"]
        self.by_mark = defaultdict(list)
        for row in self.messages:
            found = MARK.search(row["body"] or "")
            row["mark"] = found[0] if found else ""
            self.by_mark[row["mark"]].append(row)
        self.parts_of = defaultdict(list)
        for part in self.parts:
            self.parts_of[part["mail_message_id"]].append(part)
        self.by_correlation = {part["correlation"]: part for part in self.parts}
        self.acknowledged = {
            label
            for delivery in deliveries
            if delivery["status"] == 200
            for label in delivery["labels"]
        }
        self.accepted = [call for call in provider["calls"] if call["id"]]
        self.wamids = {call["id"]: call for call in self.accepted}

    # -- nothing is lost -----------------------------------------------------------
    def find_lost(self):
        """Acknowledged but not there, in either direction."""
        return [
            *self._lost_inbound(),
            *self._lost_files(),
            *self._lost_answers(),
            *self._lost_statuses(),
            *(f"message {number} has no fact" for number in self.without_fact),
        ]

    def _lost_inbound(self):
        for mark, (wamid, _at) in self.written.items():
            if mark not in self.acknowledged:
                yield f"inbound {mark} was never acknowledged"
            elif not self.by_mark[mark]:
                rows = [u for u in self.updates if wamid in u["key"]]
                states = [(u["state"], u["reason"], u["error"]) for u in rows]
                yield f"inbound {mark} is not stored: {states or 'no update'}"

    def _lost_files(self):
        for file in self.files:
            name = file["store_fname"]
            if file["state"] != "done":
                text = f"{file['state']} {file['error']} after {file['attempts']} tries"
                yield f"file {file['id']} is {text}"
            elif not name or not (self.filestore / name).is_file():
                yield f"file {file['id']} has no content on disk ({name})"

    def _lost_answers(self):
        accepted = {call["correlation"] for call in self.accepted}
        for post in self.posts:
            if post.outcome != "ok":
                continue
            stored = self.by_mark[post.mark]
            parts = self.parts_of[stored[0]["id"]] if stored else []
            states = {part["state"] for part in parts}
            if not parts:
                yield f"answer {post.mark} has no part"
            elif states - FINAL - {"unknown"}:
                yield f"answer {post.mark} is still {states}"
            elif states & set(REACHED) and parts[0]["correlation"] not in accepted:
                yield f"answer {post.mark} is {states}, the provider never got it"

    def _lost_statuses(self):
        """A status we acknowledged must show."""
        best = defaultdict(int)
        for told in self.provider["told"]:
            if told["label"] in self.acknowledged:
                rank = REACHED.get(told["state"], 0)
                best[told["id"]] = max(best[told["id"]], rank)
        for wamid, rank in best.items():
            part = self.by_correlation.get(self.wamids[wamid]["correlation"])
            if not part:
                yield f"accepted {self.wamids[wamid]['mark']} has no part"
            elif rank and REACHED.get(part["state"], 0) < rank:
                mark = self.wamids[wamid]["mark"]
                yield f"status {rank} of {mark} does not show: {part['state']}"

    # -- nothing is doubled ----------------------------------------------------------
    def find_duplicated(self):
        """Stored more than once."""
        for mark, rows in self.by_mark.items():
            if mark and len(rows) > 1:
                yield f"{mark} is stored {len(rows)} times: {[r['id'] for r in rows]}"
        for name, rows in self.doubled.items():
            for row in rows:
                yield f"{name}: {row}"
        refused = {post.mark for post in self.posts if post.outcome == "refused"}
        for mark in refused & {mark for mark, rows in self.by_mark.items() if rows}:
            why = next(post.detail for post in self.posts if post.mark == mark)
            yield f"answer {mark} was refused to the agent ({why}), yet it is stored"

    def find_sent_twice(self):
        """Sent again though the provider had accepted it. Nobody pressed Retry."""
        seen = {}
        for call in self.provider["calls"]:
            mark = MARK.search(call["mark"])
            key = mark[0] if mark else call["correlation"]
            if key in seen:
                yield f"{key}: again after {seen[key]['fault'] or 'good'}: {call}"
            elif call["id"]:
                seen[key] = call

    # -- order -----------------------------------------------------------------------
    def find_misordered(self):
        """Per customer: stored against accepted, and received against posted."""
        return [*self._misordered_inbound(), *self._misordered_outbound()]

    def _misordered_inbound(self):
        """A pair is wrong when its order has neither of the two good reasons: it was
        acknowledged in this order, or both were handled in one transaction and the
        provider's time says so.
        """
        told = self._acknowledged_between()
        created = {p["mail_message_id"]: p["create_date"] for p in self.parts}
        lines = defaultdict(list)
        for row in self.messages:
            if row["mark"] in self.written and row["mark"] in told:
                lines[row["res_id"]].append(row)
        for rows in lines.values():
            for index, later in enumerate(rows):
                for earlier in rows[:index]:
                    same = created.get(earlier["id"]) == created.get(later["id"])
                    reason = self._wrong_order(earlier, later, told, same)
                    if reason:
                        yield f"{later['mark']} behind {earlier['mark']}: {reason}"

    def _acknowledged_between(self):
        """{mark: (begin of the first post, end of the first acknowledged one)}."""
        begins, ends = {}, {}
        for delivery in self.deliveries:
            for label in delivery["labels"]:
                begin = begins.get(label, delivery["started"])
                begins[label] = min(begin, delivery["started"])
                if delivery["status"] == 200:
                    end = ends.get(label, delivery["ended"])
                    ends[label] = min(end, delivery["ended"])
        return {label: (begins[label], end) for label, end in ends.items()}

    def _wrong_order(self, earlier, later, told, same_batch):
        """Why `later` should have been stored before `earlier`; "" if it should not."""
        first, second = (self.written[row["mark"]][1] for row in (earlier, later))
        if same_batch:
            return f"one batch, {second} < {first}" if second < first else ""
        if told[later["mark"]][1] + NEAR < told[earlier["mark"]][0]:
            gap = told[earlier["mark"]][0] - told[later["mark"]][1]
            return f"acknowledged {gap:.2f} s before the other was posted"
        return ""

    def _misordered_outbound(self):
        """Accepted ones must arrive in the order in which they were posted."""
        order = {row["mark"]: row["id"] for row in self.messages}
        last = {}
        for call in self.accepted:
            found = MARK.search(call["mark"])
            if not found or found[0] not in order:
                continue
            number = order[found[0]]
            before = last.get(call["customer"])
            if before and number < before[0]:
                yield f"{found[0]} arrived behind {before[1]}"
            last[call["customer"]] = max(before or (0, ""), (number, found[0]))
        posted = defaultdict(list)
        for post in self.posts:
            if post.outcome == "ok" and post.mark in order:
                posted[post.customer].append((order[post.mark], post.mark))
        for rows in posted.values():
            for one, other in zip(rows, rows[1:], strict=False):
                if other < one:
                    yield f"{other[1]} was posted after {one[1]}, stored before"

    # -- nothing is left -------------------------------------------------------------
    def find_stuck(self):
        """Not finished although there was time."""
        for update in self.updates:
            if update["state"] in ("pending", "parked", "waiting"):
                text = f"{update['state']} {update['reason']} {update['error'] or ''}"
                yield f"update {update['id']} {update['kind']} {text}"
        for part in self.parts:
            if part["state"] in ("queued", "held", "sending"):
                reason = part["failure_reason"]
                yield f"part {part['id']} is {part['state']} ({reason})"

    def find_unknown(self):
        """Parts in doubt: (settled by a status that came, for a person to decide)."""
        told = {entry["id"] for entry in self.provider["told"]}
        known = {call["correlation"] for call in self.accepted if call["id"] in told}
        wrong, by_person = [], []
        for part in self.parts:
            if part["state"] == "unknown":
                name = f"part {part['id']} ({part['correlation']})"
                (wrong if part["correlation"] in known else by_person).append(name)
        return wrong, by_person

    def find_backwards(self, seen):
        """States that went back, unless the provider had refused after all."""
        refused = {part["id"] for part in self.parts if part["refused"]}
        for part, before, after, at in seen:
            if (before, after) == ("unknown", "queued") and part in refused:
                continue
            yield f"part {part}: {before} to {after} at {at} s"

    def find_server_errors(self):
        """What an outsider must never see."""
        for delivery in self.deliveries:
            if delivery["traceback"] or delivery["status"] in (500, 400, 403, 413):
                yield f"webhook {delivery['status']} {delivery['labels'][:3]}"

    def count_statuses(self):
        """Answers to webhooks, by HTTP status."""
        counts = Counter(str(delivery["status"]) for delivery in self.deliveries)
        return dict(sorted(counts.items()))


def _rows(cr, query):
    cr.execute(query)
    names = [column.name for column in cr.description]
    return [dict(zip(names, row, strict=True)) for row in cr.fetchall()]
