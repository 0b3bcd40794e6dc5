-- Every statement of the store, by name, with queries_house.sql and queries_campaign.sql. Parameters are bound by
-- name only. Here: the driver's own, and cases: store apply cases outbox digest, in the order of the files that use
-- them.

-- name: pragmas
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -32000;
PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
-- name: pragma_journal_mode
PRAGMA journal_mode;
-- name: pragma_synchronous
PRAGMA synchronous;
-- name: pragma_foreign_keys
PRAGMA foreign_keys;
-- name: pragma_user_version
PRAGMA user_version;

-- name: begin
BEGIN IMMEDIATE;
-- name: commit
COMMIT;
-- name: rollback
ROLLBACK;
-- name: savepoint
SAVEPOINT plan;
-- name: savepoint_release
RELEASE plan;
-- name: savepoint_rollback
ROLLBACK TO plan;

-- name: reference_next
INSERT INTO counters (year, last) VALUES (:year, 1)
ON CONFLICT (year) DO UPDATE SET last = last + 1 RETURNING last;
-- name: reference_peek
SELECT last + 1 FROM counters WHERE year = :year;
-- name: reference_give_back
UPDATE counters SET last = last - 1 WHERE year = :year AND last = :last;

-- name: applied_count
SELECT count(*), coalesce(max(user), '') FROM applied WHERE plan = :plan;
-- name: applied_add
INSERT INTO applied (plan, effect, user) VALUES (:plan, :effect, :user) ON CONFLICT DO NOTHING;
-- name: receipt_find
SELECT r.submission FROM receipts r JOIN letters l ON l.id = r.letter
WHERE r.account = :account AND r.receipt IN (:receipt, :receipt || '@' || substr(:sha256, 1, 16))
  AND l.sha256 = :sha256;
-- name: submission_id
SELECT id FROM submissions WHERE ref = :ref;
-- name: submission_bump_from
UPDATE submissions SET version = version + 1 WHERE ref = :ref AND version = :version;
-- name: submission_bump
UPDATE submissions SET version = version + 1 WHERE ref = :ref;
-- name: submission_version
SELECT version FROM submissions WHERE id = :submission;
-- name: submission_insert
INSERT INTO submissions (ref, state, kind, category, track, unit, restricted, verdict, sender, sender_name,
    authenticated, subject, message_id, received, opened, content_hash, letter_sha256, sender_unit)
VALUES (:ref, :state, :kind, :category, :track, :unit, :restricted, :verdict, :sender, :sender_name,
    :authenticated, :subject, :message_id, :received, :opened, :content_hash, :letter_sha256, :sender_unit);
-- name: submission_reread
UPDATE submissions SET state = :state, kind = :kind, category = :category, track = :track, unit = :unit,
    restricted = :restricted, verdict = :verdict, sender = :sender, sender_name = :sender_name,
    authenticated = :authenticated, subject = :subject, message_id = :message_id, content_hash = :content_hash,
    sender_unit = :sender_unit
WHERE id = :submission AND letter_sha256 = :letter_sha256
  AND EXISTS (SELECT 1 FROM holds h WHERE h.submission = submissions.id AND h.reason = 'unreadable' AND h.ended IS NULL)
  AND NOT EXISTS (SELECT 1 FROM approvals x WHERE x.submission = submissions.id)
  AND NOT EXISTS (SELECT 1 FROM confirmations x WHERE x.submission = submissions.id)
  AND NOT EXISTS (SELECT 1 FROM contents x WHERE x.submission = submissions.id AND x.user <> 'system')
  AND NOT EXISTS (SELECT 1 FROM published x WHERE x.submission = submissions.id);
-- name: letter_reread
UPDATE letters SET sameness = :sameness, message_id = :message_id, report = :report WHERE sha256 = :sha256;
-- name: content_insert
INSERT INTO contents (submission, hash, title, body, extra, user, login, note, at)
VALUES (:submission, :hash, :title, :body, :extra, :user, :login, :note, :at);
-- name: submission_content
UPDATE submissions SET content_hash = :to WHERE id = :submission AND content_hash = :from;
-- name: flag_raise
INSERT INTO flags (submission, flag, user, reason, at) VALUES (:submission, :flag, :user, :reason, :at)
ON CONFLICT DO NOTHING;
-- name: flag_lower
UPDATE flags SET ended = :at, ended_by = :user WHERE submission = :submission AND flag = :flag AND ended IS NULL;
-- name: check_set
INSERT INTO checks (submission, name, value, user, at) VALUES (:submission, :name, :value, :user, :at)
ON CONFLICT (submission, name) DO UPDATE SET value = :value, user = :user, at = :at;
-- name: consent_insert
INSERT INTO consents (hold, content_hash, user, login, roles, reason, at)
SELECT h.id, s.content_hash, :user, :login, :roles, :reason, :at
FROM holds h JOIN submissions s ON s.id = h.submission
WHERE s.id = :submission AND h.reason = :hold AND h.ended IS NULL AND s.content_hash = :content_hash
ON CONFLICT DO NOTHING;
-- name: schedule_set
INSERT INTO schedules (submission, due, content_hash, user, at) VALUES (:submission, :due, :content_hash, :user, :at)
ON CONFLICT (submission) DO UPDATE SET due = :due, content_hash = :content_hash, user = :user, at = :at;
-- name: schedule_clear
DELETE FROM schedules WHERE submission = :submission;
-- name: decision_insert
INSERT INTO decisions (submission, event, ground, reason, user, at)
VALUES (:submission, :event, :ground, :reason, :user, :at);
-- name: letter_insert
INSERT INTO letters (submission, sha256, sameness, message_id, bytes, at, report, corrects)
VALUES (:submission, :sha256, :sameness, :message_id, :bytes, :at, :report, :corrects);
-- name: letter_id
SELECT id FROM letters WHERE sha256 = :sha256;
-- name: receipt_insert
INSERT INTO receipts (submission, letter, account, source, receipt, entry, received, at)
VALUES (:submission, :letter, :account, :source,
    CASE WHEN EXISTS (SELECT 1 FROM receipts WHERE account = :account AND receipt = :receipt)
    THEN :receipt || '@' || substr(:sha256, 1, 16) ELSE :receipt END, :entry, :received, :at);
-- name: submission_move
UPDATE submissions SET state = :to
WHERE id = :submission AND version = :version AND (state = :from OR :from = '');
-- name: moves
SELECT track || char(9) || old || char(9) || new FROM moves ORDER BY track, old, new;
-- name: priorities
SELECT kind || char(9) || state FROM priorities ORDER BY kind, state;
-- name: priorities_clear
DELETE FROM priorities;
-- name: priority_insert
INSERT INTO priorities (kind, state) VALUES (:kind, :state);
-- name: moves_clear
DELETE FROM moves;
-- name: move_insert
INSERT INTO moves (track, old, new) VALUES (:track, :old, :new);
-- name: submission_reclassify
UPDATE submissions SET kind = :kind, category = :category, track = :track, state = :state, restricted = :restricted
WHERE id = :submission AND version = :version AND kind = :from
  AND 0 IS NOT (SELECT p.withdrawn FROM published p WHERE p.submission = submissions.id ORDER BY p.version DESC LIMIT 1);
-- name: submission_assign
UPDATE submissions SET unit = :unit WHERE id = :submission;
-- name: hold_insert
INSERT INTO holds (submission, reason, detail, since) VALUES (:submission, :reason, :detail, :since)
ON CONFLICT DO NOTHING;
-- name: hold_end
UPDATE holds SET ended = :at, ended_by = :user
WHERE submission = :submission AND reason = :reason AND ended IS NULL;
-- name: approval_insert
INSERT INTO approvals (submission, user, login, content_hash, kind, roles, at)
SELECT id, :user, :login, :content_hash, kind, :roles, :at FROM submissions
WHERE id = :submission AND content_hash = :content_hash
ON CONFLICT (submission, content_hash, user) DO UPDATE SET
    roles = CASE kind WHEN excluded.kind THEN roles | excluded.roles ELSE excluded.roles END, kind = excluded.kind,
    login = excluded.login, at = excluded.at
WHERE kind <> excluded.kind OR excluded.roles & ~roles <> 0;
-- name: approval_count
SELECT count(*) FROM approvals a JOIN submissions s ON s.id = a.submission AND s.kind = a.kind
WHERE a.submission = :submission AND a.content_hash = :content_hash AND a.user = :user;
-- name: link_insert
INSERT INTO links (submission, other, at)
SELECT :submission, id, :at FROM submissions WHERE ref = :other
ON CONFLICT DO NOTHING;
-- name: published_insert
INSERT INTO published (submission, version, content_hash, kind_label, withdrawn, reason, at)
SELECT s.id, s.version, s.content_hash, CASE :kind_label WHEN '' THEN s.kind ELSE :kind_label END, 0, '', :at
FROM submissions s
WHERE s.id = :submission AND s.content_hash = :content_hash AND s.restricted = 0
  AND (s.verdict = 'accept' OR 'confirmed' = (SELECT c.what FROM confirmations c WHERE c.submission = s.id
       AND c.what IN ('confirmed', 'refused', 'withdrawn') AND c.content_hash = s.content_hash
       ORDER BY c.id DESC LIMIT 1))
  AND EXISTS (SELECT 1 FROM approvals a WHERE a.submission = s.id AND a.content_hash = s.content_hash
       AND a.kind = s.kind
       AND NOT EXISTS (SELECT 1 FROM contents w WHERE w.submission = s.id AND w.user = a.user))
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL);
-- name: withdrawn_insert
INSERT INTO published (submission, version, content_hash, kind_label, withdrawn, reason, at)
SELECT s.id, s.version, p.content_hash, p.kind_label, 1, :reason, :at
FROM submissions s JOIN published p ON p.submission = s.id
WHERE s.id = :submission ORDER BY p.version DESC LIMIT 1;

-- name: token_insert
INSERT INTO tokens (hash, purpose, submission, address, content_hash, letter, issued, expires)
VALUES (:hash, :purpose, :submission, :address, :content_hash, :letter, :issued, :expires)
ON CONFLICT DO NOTHING;
-- name: token_use
UPDATE tokens SET used_at = :at WHERE id = :id AND submission = :submission AND used_at IS NULL;
-- name: unanswered
SELECT s.ref FROM submissions s
JOIN holds h ON h.submission = s.id AND h.reason = 'confirmation' AND h.ended IS NULL
WHERE NOT EXISTS (SELECT 1 FROM confirmations c WHERE c.submission = s.id)
GROUP BY s.id
HAVING (SELECT max(t.issued) FROM tokens t WHERE t.submission = s.id AND t.purpose = 'confirm') < :before
  AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.submission = s.id AND t.letter LIKE 'confirm-reminder/%')
ORDER BY s.id;
-- name: evidence_files
SELECT DISTINCT evidence FROM confirmations WHERE evidence_name <> '' ORDER BY evidence;
-- name: confirmation_insert
INSERT INTO confirmations (submission, what, person, how, content_hash, evidence, evidence_name, words, at,
    recorded_by)
SELECT id, :what, :person, :how, :content_hash, :evidence, :evidence_name, :words, :at, :recorded_by
FROM submissions
WHERE id = :submission AND (:what <> 'confirmed' OR content_hash = :content_hash AND verdict <> 'reject-spoof');
-- name: submission_verdict
UPDATE submissions SET verdict = :verdict WHERE id = :submission;
-- name: submission_evidence
UPDATE submissions SET verdict = :verdict, authenticated = :authenticated,
    sender_unit = CASE :sender_unit WHEN '' THEN sender_unit ELSE :sender_unit END
WHERE id = :submission;

-- name: published_waiting
SELECT p.submission, s.ref, p.version, s.category, p.kind_label, c.title, c.body, coalesce(u.name, ''),
    p.content_hash, p.at, p.withdrawn, p.reason, c.extra
FROM published p
JOIN submissions s ON s.id = p.submission
JOIN contents c ON c.submission = p.submission AND c.hash = p.content_hash
LEFT JOIN units u ON u.id = s.unit
WHERE p.handed = 0 ORDER BY p.at, p.version LIMIT 1;
-- name: published_handed
UPDATE published SET handed = 1 WHERE submission = :submission AND version = :version;

-- name: duplicate_by_sha256
SELECT s.ref FROM letters l JOIN submissions s ON s.id = l.submission WHERE l.sha256 = :sha256;
-- name: duplicate_by_sameness
SELECT s.ref FROM letters l JOIN submissions s ON s.id = l.submission
WHERE l.sameness = :sameness AND l.sameness <> '' ORDER BY l.id LIMIT 1;
-- name: ref_by_sent_message_id
SELECT ref FROM outbox WHERE message_id = :message_id AND ref <> '' ORDER BY id LIMIT 1;
-- name: ref_by_letter_message_id
SELECT s.ref FROM letters l JOIN submissions s ON s.id = l.submission
WHERE l.message_id = :message_id AND l.message_id <> '' ORDER BY l.id LIMIT 1;
-- name: token_find
SELECT t.id, t.purpose, coalesce(s.ref, g.code), coalesce(s.sender_unit, r.unit), t.address, t.content_hash,
    coalesce(s.content_hash, t.content_hash), t.letter, t.issued, t.expires, t.used_at IS NOT NULL,
    coalesce(s.track, ''), CASE WHEN s.id IS NOT NULL THEN s.state WHEN g.closed IS NULL THEN 'open' ELSE 'closed' END,
    EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.reason = 'confirmation' AND h.ended IS NULL),
    coalesce(r.id, 0), coalesce(r.section, 0)
FROM tokens t
LEFT JOIN submissions s ON s.id = t.submission
LEFT JOIN campaign_requests r ON r.id = t.request
LEFT JOIN campaigns g ON g.id = r.campaign
WHERE t.hash = :hash;
-- name: cases_by_message_id
SELECT s.ref, s.sender_unit, s.sender, s.authenticated,
    CASE WHEN s.letter_sha256 = l.sha256 THEN s.received ELSE l.at END,
    s.track, s.state,
    EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.reason = 'confirmation' AND h.ended IS NULL),
    (SELECT count(*) FROM letters o WHERE o.submission = s.id) = 1 AND s.letter_sha256 = l.sha256
        AND (SELECT count(DISTINCT c.hash) FROM contents c WHERE c.submission = s.id) = 1,
    s.subject
FROM letters l JOIN submissions s ON s.id = l.submission
WHERE l.message_id = :message_id AND l.message_id <> '' ORDER BY l.id LIMIT :limit;
-- name: category_of
SELECT category FROM submissions WHERE ref = :ref;
-- name: ref_exists
SELECT ref FROM submissions WHERE ref = :ref;

-- name: submission_get
SELECT s.id, s.ref, s.version, s.state, s.kind, s.category, s.track, s.unit, s.restricted, s.verdict, s.sender,
    s.sender_name, s.authenticated, s.subject, s.message_id, s.received, s.opened, s.content_hash,
    s.letter_sha256, c.title, c.body, s.sender_unit,
    (SELECT count(*) FROM tokens t WHERE t.submission = s.id AND t.purpose = 'confirm'
        AND t.content_hash = s.content_hash),
    c.extra, coalesce((SELECT due FROM schedules d WHERE d.submission = s.id), 0),
    coalesce((SELECT name FROM topics t WHERE t.submission = s.id), ''),
    coalesce((SELECT p.withdrawn = 0 FROM published p WHERE p.submission = s.id ORDER BY p.version DESC LIMIT 1), 0)
FROM submissions s JOIN contents c ON c.submission = s.id AND c.hash = s.content_hash
WHERE s.ref = :ref;
-- name: document_says
SELECT iif(f ->> 'issued' IS NULL, '', iif(f ->> 'issued', 'yes', 'no')), coalesce(f ->> 'portal_recipient', ''),
    coalesce(f ->> 'doc_number', ''), coalesce(f ->> 'recipients', ''), coalesce(f ->> '$.sources.issued.where', ''),
    coalesce(f ->> '$.sources.doc_number.where', ''), coalesce(f ->> '$.sources.portal_recipient.where', '')
FROM (SELECT l.id, l.corrects, l.report -> 'fields' AS f FROM letters l JOIN submissions s ON s.id = l.submission
    WHERE s.ref = :ref AND json_valid(l.report))
ORDER BY corrects DESC, f ->> 'doc_number' IS NOT NULL OR f ->> 'issued' IS NOT NULL DESC, id DESC LIMIT 1;
-- name: holds_of
SELECT reason, detail, since FROM holds WHERE submission = :submission AND ended IS NULL ORDER BY id;
-- name: let_pass_of
SELECT DISTINCT h.reason, h.detail, h.since FROM holds h
JOIN submissions s ON s.id = h.submission
JOIN consents c ON c.hold = h.id AND c.content_hash = s.content_hash
WHERE h.submission = :submission AND h.ended IS NOT NULL ORDER BY h.id;
-- name: approvals_of
SELECT a.user, a.login, a.content_hash, a.at, a.roles FROM approvals a
JOIN submissions s ON s.id = a.submission AND s.content_hash = a.content_hash AND s.kind = a.kind
WHERE a.submission = :submission ORDER BY a.id;
-- name: deadline_put
INSERT INTO deadlines (submission, rule, cite, start, due, provisional)
VALUES (:submission, :rule, :cite, :start, :due, :provisional)
ON CONFLICT (submission, rule) WHERE ended_by = '' DO UPDATE SET
    cite = excluded.cite, start = excluded.start, due = excluded.due, provisional = excluded.provisional;
-- name: deadline_end
UPDATE deadlines SET ended = :at, ended_by = :by WHERE submission = :submission AND rule = :rule AND ended_by = '';
-- name: review_put
INSERT INTO reviews (submission, user, given_by, at) VALUES (:submission, :user, :given_by, :at)
ON CONFLICT (submission) DO UPDATE SET user = excluded.user, given_by = excluded.given_by, at = excluded.at;
-- name: review_end
DELETE FROM reviews WHERE submission = :submission;
-- name: review_of
SELECT user, given_by, at FROM reviews WHERE submission = :submission;
-- name: deadlines_of
SELECT rule, cite, start, due, provisional, ended, ended_by FROM deadlines WHERE submission = :submission ORDER BY id;
-- name: deadlines_open
SELECT DISTINCT s.ref FROM deadlines d JOIN submissions s ON s.id = d.submission WHERE d.ended_by = '' ORDER BY s.id;
-- name: deadlines_overdue
SELECT count(*) FROM deadlines WHERE ended_by = '' AND due BETWEEN -100000000000 AND :now - 1;
-- name: authors_of
SELECT user, login FROM (
    SELECT user, login, max(id) AS last FROM contents WHERE submission = :submission AND user <> 'system'
    GROUP BY user, login
    UNION ALL SELECT t.user, t.login, 0 FROM staff t JOIN submissions s ON lower(t.address) = lower(s.sender)
    WHERE s.id = :submission AND t.address <> '')
ORDER BY last;
-- name: flags_of
SELECT flag, user, reason, at FROM flags WHERE submission = :submission AND ended IS NULL ORDER BY id;
-- name: checks_of
SELECT name, value, user FROM checks WHERE submission = :submission ORDER BY name;
-- name: consents_of
SELECT h.reason, c.user, c.login, c.roles FROM consents c
JOIN holds h ON h.id = c.hold AND h.ended IS NULL
JOIN submissions s ON s.id = h.submission AND s.content_hash = c.content_hash
WHERE s.id = :submission ORDER BY c.at, c.user;
-- name: versions_of
SELECT c.hash, c.title, c.body, c.extra, c.user, c.login, c.note, c.at,
    EXISTS (SELECT 1 FROM published p WHERE p.submission = c.submission AND p.content_hash = c.hash
        AND p.withdrawn = 0)
FROM contents c JOIN submissions s ON s.id = c.submission WHERE s.ref = :ref ORDER BY c.id;
-- name: schedules_due
SELECT s.ref FROM schedules d JOIN submissions s ON s.id = d.submission
WHERE d.due <= :now AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.reason = 'schedule'
    AND h.ended IS NULL) ORDER BY d.due, s.id;
-- name: confirmations_of
SELECT what, person, how, content_hash, evidence, evidence_name, words, at, recorded_by
FROM confirmations WHERE submission = :submission ORDER BY id;
-- name: receipts_of
SELECT account, source, receipt, entry, received FROM receipts WHERE submission = :submission ORDER BY id;
-- name: report_of
SELECT l.report FROM letters l JOIN submissions s ON s.id = l.submission
WHERE s.ref = :ref ORDER BY l.id LIMIT 1;
-- name: report_now
SELECT coalesce((SELECT iif(json_valid(f.report) AND json_valid(l.report), json_set(f.report, '$.fields',
            l.report -> 'fields', '$.attachments', l.report -> 'attachments'), f.report)
        FROM letters l WHERE l.submission = s.id AND l.corrects ORDER BY l.id DESC LIMIT 1), f.report)
FROM submissions s JOIN letters f ON f.id = (SELECT min(id) FROM letters WHERE submission = s.id)
WHERE s.ref = :ref;
-- name: entry_ref
SELECT s.ref FROM receipts r JOIN submissions s ON s.id = r.submission WHERE r.entry = :entry;
-- name: list
SELECT s.ref, s.state, s.kind, s.category, s.verdict, s.sender, s.sender_name,
    CASE WHEN :restricted_too OR NOT EXISTS (SELECT 1 FROM holds h
        WHERE h.submission = s.id AND h.reason = 'secrecy' AND h.ended IS NULL) THEN s.subject ELSE '' END, s.unit,
    coalesce((SELECT h.reason FROM holds h WHERE h.submission = s.id AND h.ended IS NULL
        ORDER BY h.reason = 'secrecy' DESC, h.id LIMIT 1), ''),
    s.received, s.restricted,
    coalesce((SELECT group_concat(f.flag) FROM flags f WHERE f.submission = s.id AND f.ended IS NULL), ''),
    s.verdict <> 'reject-spoof' AND EXISTS (SELECT 1 FROM priorities p WHERE p.kind = s.kind AND p.state = s.state),
    s.sender_unit = '' AND EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL
        AND h.reason IN ('unreadable', 'limits'))
FROM submissions s
WHERE (:state = '' OR s.state = :state)
  AND (:category = '' OR s.category = :category)
  AND (:hold = '' OR EXISTS (SELECT 1 FROM holds h
       WHERE h.submission = s.id AND h.reason = :hold AND h.ended IS NULL))
  AND (:restricted_too OR s.restricted = 0)
  AND (:closed_too OR :state = 'closed' OR s.state <> 'closed')
ORDER BY 14 DESC, s.received DESC, s.id DESC LIMIT :limit;
-- name: history
SELECT n, at, ref, user, login, what, detail FROM journal WHERE ref = :ref ORDER BY n;

-- name: outbox_insert
INSERT INTO outbox (key, ref, rcpt, sender, message_id, subject, state, next_try, queued, changed, bytes, purpose, due)
VALUES (:key, :ref, :rcpt, :sender, :message_id, :subject, 'queued', :due, :now, :now, :bytes, :purpose, :due)
ON CONFLICT (key) DO NOTHING;
-- name: outbox_key
SELECT 1 FROM outbox WHERE key = :key;
-- name: outbox_nth_to
SELECT due FROM outbox WHERE rcpt = :rcpt AND purpose = :purpose AND purpose <> '' ORDER BY due DESC LIMIT 1 OFFSET :n;
-- name: outbox_nth
SELECT due FROM outbox WHERE purpose <> '' ORDER BY due DESC LIMIT 1 OFFSET :n;
-- name: outbox_due
-- A row that was last changed in the future was written under a clock that ran ahead: its times say nothing.
SELECT id FROM outbox WHERE state = 'queued' AND (next_try <= :now OR changed > :now + 3600)
ORDER BY next_try, id LIMIT 1;
-- name: outbox_claim
UPDATE outbox SET state = 'sending', attempts = attempts + 1, changed = :now WHERE id = :id AND state = 'queued';
-- name: outbox_get
SELECT id, key, ref, rcpt, sender, message_id, state, subject, error, attempts, resends, next_try, queued, changed,
    bytes, due,
    CASE WHEN key LIKE 'digest/%' THEN 3 ELSE coalesce((SELECT CASE WHEN s.restricted THEN 2
        WHEN EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL AND (h.reason = 'secrecy'
            OR s.sender_unit = '' AND h.reason IN ('unreadable', 'limits'))) THEN 1 ELSE 0 END
        FROM submissions s WHERE s.ref = outbox.ref), 0) END
FROM outbox WHERE id = :id;
-- name: outbox_list
SELECT id, key, ref, rcpt, sender, message_id, state, subject, error, attempts, resends, next_try, queued, changed,
    x'', due,
    CASE WHEN key LIKE 'digest/%' THEN 3 ELSE coalesce((SELECT CASE WHEN s.restricted THEN 2
        WHEN EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL AND (h.reason = 'secrecy'
            OR s.sender_unit = '' AND h.reason IN ('unreadable', 'limits'))) THEN 1 ELSE 0 END
        FROM submissions s WHERE s.ref = outbox.ref), 0) END
FROM outbox ORDER BY id;
-- name: outbox_mark
UPDATE outbox SET state = :state, error = :error, next_try = :next_try, changed = :now,
    resends = resends + (state = 'unknown' AND :state = 'queued')
WHERE id = :id;
-- name: outbox_withdraw
UPDATE outbox SET state = 'failed', error = 'restricted', changed = :now WHERE ref = :ref AND state IN ('queued', 'unknown');
-- name: outbox_sending
SELECT id FROM outbox WHERE state = 'sending' ORDER BY id LIMIT 1;

-- name: digest_find
SELECT id FROM digests WHERE recipient = :recipient AND period = :period;
-- name: digest_items
SELECT s.ref, s.category, s.unit, s.sender, s.sender_name, s.subject, s.state, s.received, s.received < :from
FROM submissions s
LEFT JOIN digest_items i ON i.submission = s.id AND i.recipient = :recipient
LEFT JOIN digests d ON d.id = i.digest
WHERE s.restricted = 1 AND (d.period = :period OR s.received < :until
    AND NOT EXISTS (SELECT 1 FROM digest_items x WHERE x.submission = s.id)
    AND EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.reason = 'recusal' AND h.ended IS NULL) = :recused)
ORDER BY s.received, s.id;
-- name: digest_insert
INSERT INTO digests (recipient, period, letter, at) VALUES (:recipient, :period, :letter, :at);
-- name: digest_item_insert
INSERT INTO digest_items (digest, recipient, submission)
SELECT :digest, :recipient, id FROM submissions WHERE ref = :ref AND restricted = 1;
-- name: ledgers
SELECT d.recipient, d.period, (SELECT count(*) FROM digest_items i WHERE i.digest = d.id), d.at
FROM digests d ORDER BY d.recipient, d.period;

-- name: consultation_put
INSERT INTO consultations (submission, opens, closes, user, reason, at)
VALUES (:submission, :opens, :closes, :user, :reason, :at)
ON CONFLICT (submission) DO UPDATE SET opens = :opens, closes = :closes, user = :user, reason = :reason, at = :at,
    opened = CASE WHEN :opens <= :at THEN opened END;
-- name: consultation_opened
UPDATE consultations SET opened = :at WHERE submission = :submission AND opened IS NULL AND closed IS NULL;
-- name: consultation_closed
UPDATE consultations SET closed = :at WHERE submission = :submission AND closed IS NULL;
-- name: consultation_of
SELECT s.ref, c.opens, c.closes, c.user, c.reason, c.at, coalesce(c.opened, 0), coalesce(c.closed, 0),
    (SELECT count(*) FROM comments m WHERE m.submission = s.id AND m.timely = 1),
    (SELECT count(*) FROM comments m WHERE m.submission = s.id AND m.timely = 0),
    coalesce((SELECT p.withdrawn = 0 FROM published p WHERE p.submission = s.id ORDER BY p.version DESC LIMIT 1), 0),
    s.track, s.state
FROM consultations c JOIN submissions s ON s.id = c.submission WHERE s.ref = :ref;
-- name: consultations_all
SELECT s.ref, c.opens, c.closes, c.user, c.reason, c.at, coalesce(c.opened, 0), coalesce(c.closed, 0),
    (SELECT count(*) FROM comments m WHERE m.submission = s.id AND m.timely = 1),
    (SELECT count(*) FROM comments m WHERE m.submission = s.id AND m.timely = 0),
    coalesce((SELECT p.withdrawn = 0 FROM published p WHERE p.submission = s.id ORDER BY p.version DESC LIMIT 1), 0),
    s.track, s.state
FROM consultations c JOIN submissions s ON s.id = c.submission WHERE s.restricted = 0 ORDER BY s.ref;
-- name: consultations_due
SELECT s.ref, c.opens, c.closes, c.user, c.reason, c.at, coalesce(c.opened, 0), coalesce(c.closed, 0),
    (SELECT count(*) FROM comments m WHERE m.submission = s.id AND m.timely = 1),
    (SELECT count(*) FROM comments m WHERE m.submission = s.id AND m.timely = 0),
    coalesce((SELECT p.withdrawn = 0 FROM published p WHERE p.submission = s.id ORDER BY p.version DESC LIMIT 1), 0),
    s.track, s.state
FROM consultations c JOIN submissions s ON s.id = c.submission
WHERE s.restricted = 0 AND c.closed IS NULL AND (c.closes <= :now OR (c.opens <= :now AND c.opened IS NULL))
    AND (EXISTS (SELECT 1 FROM moves m WHERE m.track = s.track AND m.old = s.state) -- its case goes on, or it was shown
        OR EXISTS (SELECT 1 FROM published p WHERE p.submission = s.id))
ORDER BY c.closes, s.id;
-- name: comment_insert
INSERT INTO comments (submission, entry, sender, sender_name, authenticated, subject, text, received, timely)
VALUES (:submission, :entry, :sender, :sender_name, :authenticated, :subject, :text, :received, :timely)
ON CONFLICT (entry) DO NOTHING;
-- name: comments_of
SELECT m.entry, m.sender, m.sender_name, m.authenticated, m.subject, m.text, m.received, m.timely
FROM comments m JOIN submissions s ON s.id = m.submission WHERE s.ref = :ref ORDER BY m.received, m.id;
-- name: event_put
INSERT INTO events (submission, answer, editor, reason, starts, ends, place, sequence, article, user, at)
VALUES (:submission, :answer, :editor, :reason, :starts, :ends, :place, :sequence, :article, :user, :at)
ON CONFLICT (submission) DO UPDATE SET answer = :answer, editor = :editor, reason = :reason, starts = :starts,
    ends = :ends, place = :place, sequence = :sequence, article = :article, user = :user, at = :at;
-- name: event_of
SELECT e.answer, e.editor, e.reason, e.starts, e.ends, e.place, e.sequence, e.article
FROM events e JOIN submissions s ON s.id = e.submission WHERE s.ref = :ref;
-- name: events_unreported
SELECT s.ref FROM events e JOIN submissions s ON s.id = e.submission
WHERE e.answer = 'assigned' AND e.article = '' AND e.ends >= :from AND e.ends < :until AND s.restricted = 0
ORDER BY e.ends, s.ref;
