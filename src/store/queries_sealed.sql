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
-- name: is_restricted
SELECT restricted FROM submissions WHERE ref = :ref;
-- name: unsealed
SELECT s.ref FROM submissions s WHERE s.restricted = 1 AND EXISTS (SELECT 1 FROM receipts r
    WHERE r.submission = s.id AND NOT EXISTS (SELECT 1 FROM sealed x WHERE x.entry = r.entry))
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
-- name: blank_tokens
UPDATE tokens SET address = 'sealed', used_at = coalesce(used_at, :at) WHERE submission = :submission;
-- name: blank_queued
UPDATE outbox SET state = 'failed', error = 'sealed', changed = :at WHERE ref = :ref AND state = 'queued';
-- name: blank_outbox
UPDATE outbox SET rcpt = 'sealed', subject = '', message_id = 'sealed', bytes = x'00'
WHERE ref = :ref AND state IN ('sent', 'failed') AND rcpt <> 'sealed';
-- name: index_optimize
INSERT INTO search (search) VALUES ('optimize');
