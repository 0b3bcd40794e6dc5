-- Sealed complaints, who is kept from them, exports, and what is taken out of a case: store/seal.c, store/exports.c.

-- name: sealed_insert
INSERT INTO sealed (submission, entry, file, sha256, recipients, at, scrub, done)
SELECT :submission, :entry, :ref || CASE n WHEN 0 THEN '' ELSE '.' || (n + 1) END || '.sealed', :sha256,
    :recipients, :at, :scrub, 0
FROM (SELECT count(*) AS n FROM sealed WHERE submission = :submission) WHERE true
ON CONFLICT (entry) DO NOTHING;
-- name: sealed_open
SELECT s.ref, x.entry, x.file, x.sha256, x.recipients, x.scrub
FROM sealed x JOIN submissions s ON s.id = x.submission WHERE x.done = 0 ORDER BY x.id;
-- name: sealed_of
SELECT s.ref, x.entry, x.file, x.sha256, x.recipients, x.scrub
FROM sealed x JOIN submissions s ON s.id = x.submission WHERE s.ref = :ref ORDER BY x.id;
-- name: sealed_all
SELECT s.ref, x.entry, x.file, x.sha256, x.recipients, x.scrub
FROM sealed x JOIN submissions s ON s.id = x.submission ORDER BY x.id;
-- name: staff_names
SELECT user, name FROM staff ORDER BY user;
-- name: recusal_insert
INSERT INTO recusals (submission, user) SELECT id, :user FROM submissions WHERE ref = :ref ON CONFLICT DO NOTHING;
-- name: is_recused
SELECT 1 FROM submissions s WHERE s.ref = :ref
  AND (EXISTS (SELECT 1 FROM recusals r WHERE r.submission = s.id AND r.user = :user)
    OR :inspector AND EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.reason = 'recusal'));
-- name: digest_recused
SELECT 1 FROM digests d JOIN digest_items i ON i.digest = d.id WHERE d.letter = :key
  AND (EXISTS (SELECT 1 FROM recusals r WHERE r.submission = i.submission AND r.user = :user)
    OR :inspector AND EXISTS (SELECT 1 FROM holds h WHERE h.submission = i.submission AND h.reason = 'recusal')) LIMIT 1;
-- name: export_ask
INSERT INTO exports (user, login, period, reason, at) VALUES (:user, :login, :period, :reason, :at);
-- name: export_get
SELECT user, login, period, reason, approved_by, at, coalesce(approved, 0), coalesce(made, 0) FROM exports WHERE id = :id;
-- name: export_approve
UPDATE exports SET approved_by = :user, approved = :at WHERE id = :id AND approved IS NULL AND user <> :user;
-- name: export_made
UPDATE exports SET made = :at WHERE id = :id AND made IS NULL AND approved IS NOT NULL AND user = :user;
-- name: restricted_in
SELECT s.ref, s.category, s.unit, s.sender, s.sender_name, s.subject, s.state, s.received, 0
FROM submissions s WHERE s.restricted = 1 AND s.received >= :from AND s.received < :until ORDER BY s.received, s.id;
-- name: is_sealed
SELECT 1 FROM sealed WHERE entry = :entry;
-- name: sealed_done
UPDATE sealed SET done = 1 WHERE entry = :entry;
-- name: sealed_again
UPDATE sealed SET done = 0, scrub = 1 WHERE id = (SELECT max(id) FROM sealed WHERE submission = :submission);
-- name: is_restricted
SELECT restricted FROM submissions WHERE ref = :ref;
-- name: unsealed
-- A letter that came, or one of ours that was under way when the others were taken.
SELECT s.ref FROM submissions s WHERE s.restricted = 1 AND (
    EXISTS (SELECT 1 FROM receipts r WHERE r.submission = s.id
        AND NOT EXISTS (SELECT 1 FROM sealed x WHERE x.entry = r.entry))
    OR EXISTS (SELECT 1 FROM outbox o WHERE o.ref = s.ref AND o.rcpt <> 'sealed' AND o.state <> 'sending'))
ORDER BY s.id;
-- name: plain_of
SELECT r.entry, l.report, l.message_id FROM receipts r JOIN letters l ON l.id = r.letter
JOIN submissions s ON s.id = r.submission
WHERE s.ref = :ref AND NOT EXISTS (SELECT 1 FROM sealed x WHERE x.entry = r.entry) ORDER BY r.id;
-- name: blank_report
UPDATE letters SET report = :report, message_id = '' WHERE id = (SELECT letter FROM receipts WHERE entry = :entry);
-- name: blank_submission
UPDATE submissions SET sender = '', sender_name = '', sender_unit = '', subject = '', message_id = ''
WHERE id = :submission;
-- name: blank_contents
UPDATE contents SET title = '', body = '', extra = '', note = '' WHERE submission = :submission;
-- name: blank_holds
UPDATE holds SET detail = '' WHERE submission = :submission AND reason <> 'recusal';
-- name: blank_receipts
UPDATE receipts SET receipt = 'sealed:' || id WHERE submission = :submission AND source IN ('file', 'mbox', 'maildir');
-- name: blank_confirmations
UPDATE confirmations SET person = '', words = '', evidence_name = '' WHERE submission = :submission;
-- name: blank_comments
UPDATE comments SET sender = '', sender_name = '', subject = '', text = '' WHERE submission = :submission;
-- name: blank_event
UPDATE events SET reason = '', place = '' WHERE submission = :submission;
-- name: blank_topic
DELETE FROM topics WHERE submission = :submission;
-- name: blank_topic_seen
UPDATE topic_seen SET reason = '' WHERE submission = :submission;
-- name: blank_flags
UPDATE flags SET reason = '' WHERE submission = :submission;
-- name: blank_checks
UPDATE checks SET value = '' WHERE submission = :submission;
-- name: blank_consents
UPDATE consents SET reason = 'sealed' WHERE hold IN (SELECT id FROM holds WHERE submission = :submission);
-- name: blank_decisions
UPDATE decisions SET reason = '' WHERE submission = :submission;
-- name: blank_consultation
UPDATE consultations SET reason = '' WHERE submission = :submission AND reason <> '';
-- name: blank_published
UPDATE published SET reason = '' WHERE submission = :submission AND handed = 1;
-- name: blank_campaign
DELETE FROM campaign_items WHERE submission = :submission;
-- name: blank_review
DELETE FROM reviews WHERE submission = :submission;
-- name: blank_schedule
DELETE FROM schedules WHERE submission = :submission;
-- name: blank_tokens
UPDATE tokens SET address = 'sealed', used_at = coalesce(used_at, :at) WHERE submission = :submission;
-- name: blank_queued
UPDATE outbox SET state = 'failed', error = 'sealed', changed = :at WHERE ref = :ref AND state IN ('queued', 'unknown');
-- name: blank_outbox
UPDATE outbox SET rcpt = 'sealed', subject = '', message_id = 'sealed', bytes = x'00', error = 'sealed'
WHERE ref = :ref AND state IN ('sent', 'failed') AND rcpt <> 'sealed';
-- name: index_optimize
INSERT INTO search (search) VALUES ('optimize');

-- name: plain_rows
-- Everything of a case that is about to become blank, for its sealed file.
SELECT json_object(
    'versions', (SELECT json_group_array(json_object('at', c.at, 'user', c.user, 'note', c.note, 'title', c.title,
        'body', c.body, 'extra', c.extra)) FROM contents c WHERE c.submission = :submission),
    'holds', (SELECT json_group_array(json_object('since', h.since, 'reason', h.reason, 'detail', h.detail))
        FROM holds h WHERE h.submission = :submission AND h.detail <> ''),
    'receipts', (SELECT json_group_array(json_object('entry', r.entry, 'source', r.source, 'receipt', r.receipt))
        FROM receipts r WHERE r.submission = :submission),
    'confirmations', (SELECT json_group_array(json_object('at', c.at, 'what', c.what, 'person', c.person, 'words', c.words,
        'evidence', c.evidence, 'evidence_name', c.evidence_name)) FROM confirmations c WHERE c.submission = :submission),
    'flags', (SELECT json_group_array(json_object('at', f.at, 'flag', f.flag, 'user', f.user, 'reason', f.reason))
        FROM flags f WHERE f.submission = :submission),
    'established', (SELECT json_group_array(json_object('at', k.at, 'name', k.name, 'user', k.user, 'value', k.value))
        FROM checks k WHERE k.submission = :submission),
    'consents', (SELECT json_group_array(json_object('at', c.at, 'user', c.user, 'reason', c.reason))
        FROM consents c JOIN holds h ON h.id = c.hold WHERE h.submission = :submission),
    'decisions', (SELECT json_group_array(json_object('at', d.at, 'event', d.event, 'user', d.user, 'reason', d.reason))
        FROM decisions d WHERE d.submission = :submission),
    'consultation', (SELECT json_group_array(json_object('opens', c.opens, 'closes', c.closes, 'user', c.user,
        'reason', c.reason)) FROM consultations c WHERE c.submission = :submission),
    'comments', (SELECT json_group_array(json_object('received', m.received, 'sender', m.sender, 'name', m.sender_name,
        'subject', m.subject, 'text', m.text)) FROM comments m WHERE m.submission = :submission),
    'event', (SELECT json_group_array(json_object('at', e.at, 'editor', e.editor, 'reason', e.reason, 'place', e.place))
        FROM events e WHERE e.submission = :submission),
    'issue', (SELECT json_group_array(t.name) FROM topics t WHERE t.submission = :submission),
    'letters', (SELECT json_group_array(json_object('queued', o.queued, 'key', o.key, 'to', o.rcpt, 'state', o.state,
        'error', o.error, 'bytes', CAST(o.bytes AS TEXT)))
        FROM outbox o JOIN submissions s ON s.ref = o.ref WHERE s.id = :submission AND o.rcpt <> 'sealed'),
    'journal', (SELECT json_group_array(json_object('n', j.n, 'at', j.at, 'user', j.user, 'what', j.what, 'detail', j.detail))
        FROM journal j JOIN submissions s ON s.ref = j.ref WHERE s.id = :submission));
-- name: evidence_of
-- Files that people put beside the case, and no other case still needs.
SELECT DISTINCT c.evidence FROM confirmations c JOIN submissions s ON s.id = c.submission
WHERE s.ref = :ref AND c.how IN ('paper', 'fax', 'scan')
  AND NOT EXISTS (SELECT 1 FROM confirmations o WHERE o.evidence = c.evidence AND o.evidence_name <> ''
      AND o.submission <> c.submission);
-- name: was_published
SELECT 1 FROM published WHERE submission = :submission;
-- name: portal_forget
DELETE FROM items WHERE ref = :ref;
-- name: portal_forget_window
DELETE FROM windows WHERE ref = :ref;
-- name: portal_forget_place
DELETE FROM places WHERE ref = :ref;
-- name: journal_typed
SELECT n, batch, at, user, login, what, detail, link FROM journal
WHERE ref = :ref AND (detail LIKE '%text=_%' OR what IN ('TOPIC')) AND what NOT IN ('SEAL', 'REDACT', 'DEADLINE', 'DEADLINE-END', 'EVIDENCE')
ORDER BY n;
-- name: journal_redact
UPDATE journal SET detail = :detail WHERE n = :n;
-- name: journal_redacted
SELECT detail FROM journal WHERE what = 'REDACT' ORDER BY n;
