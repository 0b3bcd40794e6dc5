-- The statements that concern the house more than a case: directory, staff, search, journal, seals, checks,
-- backups, receipts, portal.

-- name: people_clear
DELETE FROM people;
-- name: units_clear
DELETE FROM units;
-- name: unit_insert
INSERT INTO units (id, name) VALUES (:id, :name) ON CONFLICT (id) DO NOTHING;
-- name: person_insert
INSERT INTO people (unit, role, name, title, address) VALUES (:unit, :role, :name, :title, :address);
-- name: directory
SELECT u.id, u.name, p.role, p.name, p.title, p.address FROM people p JOIN units u ON u.id = p.unit ORDER BY p.n;
-- name: staff_upsert
INSERT INTO staff (user, login, name, roles, disabled) VALUES (:user, :login, :name, :roles, :disabled)
ON CONFLICT (user) DO UPDATE SET login = :login, name = :name, roles = :roles, disabled = :disabled;
-- name: staff_by_login
SELECT user, login, name, roles, disabled FROM staff WHERE login = :login AND login <> '' AND disabled = 0;
-- name: staff_by_user
SELECT user, login, name, roles, disabled FROM staff WHERE user = :user AND disabled = 0;

-- name: accounts
SELECT user, login, name, roles, disabled, address, fields, password <> '' FROM staff ORDER BY user;
-- name: account_get
SELECT user, login, name, roles, disabled, address, fields, password <> '' FROM staff WHERE user = :user;
-- name: account_put
INSERT INTO staff (user, login, name, roles, disabled, address, fields)
VALUES (:user, :login, :name, :roles, 0, :address, :fields)
ON CONFLICT (user) DO UPDATE SET login = :login, name = :name, roles = :roles, address = :address, fields = :fields;
-- name: account_at
SELECT max(user) FROM staff WHERE lower(address) = lower(:address) AND address <> '' AND disabled = 0
HAVING count(*) = 1;
-- name: account_disable
UPDATE staff SET disabled = :disabled WHERE user = :user;
-- name: account_password
SELECT password FROM staff WHERE user = :user AND disabled = 0;
-- name: account_set_password
UPDATE staff SET password = :password WHERE user = :user;
-- name: tokens_die
-- What was issued to his address as staff; a confirmation that he owes as his unit's leader is not the account's.
UPDATE tokens SET expires = min(expires, :at) WHERE purpose = 'act' AND used_at IS NULL
    AND lower(address) = (SELECT lower(address) FROM staff WHERE user = :user AND address <> '');
-- name: delegations_die
UPDATE delegations SET ended = :at, ended_by = :by
WHERE (giver = :user OR taker = :user) AND ended IS NULL AND until > :at;
-- name: delegation_insert
INSERT INTO delegations (giver, taker, since, until, made, made_by) VALUES (:giver, :taker, :since, :until, :at, :by);
-- name: delegation_end
UPDATE delegations SET ended = :at, ended_by = :by WHERE id = :id AND ended IS NULL AND until > :at;
-- name: delegations
SELECT id, giver, taker, since, until, made, made_by, coalesce(ended, 0), ended_by FROM delegations
WHERE :taker IN ('', taker) ORDER BY id DESC;

-- name: text_insert
INSERT INTO texts (submission, text) VALUES (:submission, :text);
-- name: text_get
SELECT text FROM texts WHERE submission = :submission;
-- name: text_delete
DELETE FROM texts WHERE submission = :submission;
-- name: index_insert
INSERT INTO search (rowid, exact, bare) VALUES (:submission, :exact, :bare);
-- name: index_delete
INSERT INTO search (search, rowid, exact, bare) VALUES ('delete', :submission, :exact, :bare);
-- name: search
SELECT s.ref, s.state, s.kind, s.category, s.verdict, s.sender, s.sender_name, s.subject, s.unit,
    coalesce((SELECT h.reason FROM holds h WHERE h.submission = s.id AND h.ended IS NULL ORDER BY h.id LIMIT 1), ''),
    s.received, s.restricted, t.text
FROM search f
JOIN submissions s ON s.id = f.rowid
JOIN texts t ON t.submission = s.id
WHERE search MATCH :bare AND s.restricted = 0
ORDER BY f.rowid IN (SELECT rowid FROM search WHERE search MATCH :exact) DESC, bm25(search), s.received DESC
LIMIT :limit;

-- name: journal_last
SELECT n, batch, link FROM journal ORDER BY n DESC LIMIT 1;
-- name: journal_before
SELECT n || ' ' || link FROM journal WHERE at < :until ORDER BY n DESC LIMIT 1;
-- name: journal_link
SELECT link FROM journal WHERE n = :n;
-- name: journal_insert
INSERT INTO journal (n, batch, at, ref, user, login, what, detail, link)
VALUES (:n, :batch, :at, :ref, :user, :login, :what, :detail, :link);
-- name: journal_walk
SELECT n, batch, at, ref, user, login, what, detail, link FROM journal ORDER BY n;
-- name: journal_walls
WITH walls (name, begins) AS (VALUES
    ('journal_no_update', 'CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal' || char(10)
        || 'WHEN length(NEW.detail) >= length(OLD.detail) OR NEW.n IS NOT OLD.n OR NEW.batch IS NOT OLD.batch OR NEW.at IS NOT OLD.at'
        || char(10) || '    OR NEW.ref IS NOT OLD.ref OR NEW.user IS NOT OLD.user OR NEW.login IS NOT OLD.login OR NEW.what IS NOT OLD.what'
        || char(10) || '    OR NEW.link IS NOT OLD.link'
        || char(10) || '    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.ref = OLD.ref AND s.restricted = 1)'
        || char(10) || 'BEGIN'),
    ('journal_no_delete', 'CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal' || char(10) || 'BEGIN'),
    ('journal_in_order', 'CREATE TRIGGER journal_in_order BEFORE INSERT ON journal' || char(10)
        || 'WHEN NEW.n IS NOT (SELECT coalesce(max(n), 0) + 1 FROM journal)'))
SELECT w.name FROM walls w WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema t
    WHERE t.type = 'trigger' AND t.name = w.name AND substr(t.sql, 1, length(w.begins)) = w.begins
      AND instr(t.sql, 'SELECT RAISE(ABORT, ''the journal is append-only'')'));
-- name: journal_integrity
SELECT integrity_check FROM pragma_integrity_check('journal') WHERE integrity_check <> 'ok';

-- name: duty_mark_add
INSERT INTO duty_marks (duty, whose, period, what, user, login, note, at)
VALUES (:duty, :whose, :period, :what, :user, :login, :note, :at);
-- name: duty_marks
SELECT duty, whose, period, what, user, login, note, at FROM duty_marks WHERE period >= :from ORDER BY id;
-- name: duty_backups
SELECT count(*) FROM backups WHERE made >= :from AND made < :until;
-- name: duty_digests
SELECT count(*) FROM outbox WHERE key LIKE 'digest/%' AND state = 'sent' AND changed >= :from AND changed < :until;
-- name: duty_publications
SELECT count(*) FROM published WHERE withdrawn = 0 AND at >= :from AND at < :until;
-- name: duty_supplied
-- What came in the period, of one of the kinds or categories, whenever it was approved or published since.
SELECT count(*) FROM submissions s
WHERE s.received >= :from AND s.received < :until AND s.restricted = 0
    AND (instr(' ' || :kinds || ' ', ' ' || s.kind || ' ') OR instr(' ' || :kinds || ' ', ' ' || s.category || ' '))
    AND :unit IN ('', coalesce(nullif(s.sender_unit, ''), s.unit))
    AND (EXISTS (SELECT 1 FROM approvals a WHERE a.submission = s.id AND a.content_hash = s.content_hash)
        OR EXISTS (SELECT 1 FROM published p WHERE p.submission = s.id));

-- name: counts
SELECT 'state' AS what, state AS name, count(*) FROM submissions GROUP BY state
UNION ALL SELECT 'hold', h.reason, count(*) FROM holds h JOIN submissions s ON s.id = h.submission -- what still waits
    WHERE h.ended IS NULL AND EXISTS (SELECT 1 FROM moves m WHERE m.track = s.track AND m.old = s.state) GROUP BY h.reason
UNION ALL SELECT 'outbox', state, count(*) FROM outbox GROUP BY state
UNION ALL SELECT 'sealed', CASE done WHEN 1 THEN 'done' ELSE 'waiting' END, count(*) FROM sealed GROUP BY done
UNION ALL SELECT 'portal', 'waiting', count(*) FROM published WHERE handed = 0
UNION ALL SELECT 'scheduled', 'waiting', count(*) FROM schedules
UNION ALL SELECT 'decision', CASE ground WHEN '' THEN event ELSE event || ' ' || ground END, count(*)
    FROM decisions GROUP BY event, ground
ORDER BY 1, 2;
-- name: forged_since
SELECT count(*) FROM holds WHERE reason = 'forged' AND since > :since AND ended IS NULL;
-- name: check_integrity
SELECT 'integrity: ' || integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok';
-- name: check_foreign_keys
SELECT 'foreign key: table ' || "table" || ' row ' || coalesce(rowid, '?') || ' has no ' || parent
FROM pragma_foreign_key_check;
-- name: check_walls
-- Every trigger that the schema has; the text of those of the journal is compared as well (journal_walls).
WITH walls (name) AS (VALUES
    ('journal_no_update'), ('journal_no_delete'), ('journal_in_order'), ('outbox_fixed'), ('outbox_moves'),
    ('confirmations_no_update'), ('confirmations_no_delete'), ('contents_fixed'), ('submissions_moves'),
    ('outbox_blank'), ('delegations_fixed'), ('delegations_end_once'), ('deadlines_ended'), ('consultations_closed'),
    ('campaigns_closed'), ('campaign_requests_fixed'), ('duty_marks_no_update'), ('duty_marks_no_delete'),
    ('approvals_bound'), ('approvals_fixed'), ('approvals_no_delete'), ('published_bound'), ('published_fixed'),
    ('published_reason'), ('published_no_delete'), ('submissions_on_portal'), ('submissions_fixed'),
    ('submissions_no_delete'), ('submissions_version'), ('submissions_content'), ('contents_no_delete'),
    ('contents_no_replace'), ('holds_fixed'), ('holds_end_once'), ('holds_no_delete'), ('consents_bound'),
    ('consents_no_update'), ('consents_no_delete'), ('flags_fixed'), ('flags_reason'), ('flags_end_once'),
    ('flags_no_delete'), ('decisions_no_update'), ('decisions_no_delete'), ('staff_no_delete'))
SELECT 'the database has lost its wall ' || name FROM walls
WHERE name NOT IN (SELECT t.name FROM sqlite_schema t WHERE t.type = 'trigger');
-- name: check_receipts
SELECT 'submission ' || ref || ' has no receipt' FROM submissions s
WHERE NOT EXISTS (SELECT 1 FROM receipts r WHERE r.submission = s.id);
-- name: check_contents
SELECT 'submission ' || ref || ' has no content' FROM submissions s
WHERE NOT EXISTS (SELECT 1 FROM contents c WHERE c.submission = s.id AND c.hash = s.content_hash);
-- name: check_sealed
SELECT 'submission ' || ref || ' is restricted but searchable' FROM submissions s
JOIN texts t ON t.submission = s.id WHERE s.restricted = 1;
-- name: check_withheld
SELECT 'submission ' || ref || ' is withheld but searchable' FROM submissions s
JOIN texts t ON t.submission = s.id WHERE EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL
    AND (h.reason = 'secrecy' OR s.sender_unit = '' AND h.reason IN ('unreadable', 'limits')));
-- name: check_half_sealed
SELECT 'submission ' || s.ref || ' is sealed and still names its sender' FROM submissions s
WHERE EXISTS (SELECT 1 FROM sealed x WHERE x.submission = s.id) AND (s.sender <> '' OR s.subject <> '');
-- name: check_unindexed
SELECT 'submission ' || ref || ' is missing from the full text' FROM submissions s
WHERE s.restricted = 0 AND NOT EXISTS (SELECT 1 FROM texts t WHERE t.submission = s.id)
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL
      AND (h.reason = 'secrecy' OR s.sender_unit = '' AND h.reason IN ('unreadable', 'limits')));
-- name: check_index_rows
SELECT 'full text: ' || (SELECT count(*) FROM search) || ' rows in the index, ' || count(*) || ' texts'
FROM texts HAVING count(*) <> (SELECT count(*) FROM search);
-- name: check_index
INSERT INTO search (search) VALUES ('integrity-check');

-- name: check_confirmed
SELECT 'submission ' || ref || ' is confirmed by nobody' FROM submissions s WHERE verdict = 'confirmed'
  AND NOT EXISTS (SELECT 1 FROM confirmations c WHERE c.submission = s.id AND c.what = 'confirmed');

-- name: backup_proved
INSERT INTO backups (sum, path, made, verified) VALUES (:sum, :path, :made, :now)
ON CONFLICT (sum) DO UPDATE SET path = :path, verified = :now;
-- name: backup_newest
SELECT path, made, verified FROM backups ORDER BY made DESC LIMIT 1;
-- name: backups_since
SELECT count(*) FROM backups WHERE made > :since;
-- name: journal_first
SELECT at FROM journal WHERE n = 1;
-- name: snapshot_has
SELECT 1 WHERE EXISTS (SELECT 1 FROM receipts WHERE entry = :entry)
    OR EXISTS (SELECT 1 FROM letters WHERE sha256 = :sha256);
-- name: snapshot_counts
SELECT 'submissions', count(*) FROM submissions
UNION ALL SELECT 'letters', count(*) FROM letters
UNION ALL SELECT 'receipts', count(*) FROM receipts
UNION ALL SELECT 'approvals', count(*) FROM approvals
UNION ALL SELECT 'outbox', count(*) FROM outbox
UNION ALL SELECT 'journal', count(*) FROM journal;

-- name: receipts_seen
SELECT 1 FROM receipts WHERE account = :account AND receipt = :receipt;
-- name: receipts_add
INSERT INTO receipts (account, receipt, entry, received) VALUES (:account, :receipt, :entry, :received)
ON CONFLICT DO NOTHING;
-- name: receipts_count
INSERT INTO accounts (account, taken) VALUES (:account, 1)
ON CONFLICT (account) DO UPDATE SET taken = taken + 1;
-- name: receipts_set_cursor
INSERT INTO accounts (account, cursor) VALUES (:account, :cursor)
ON CONFLICT (account) DO UPDATE SET cursor = :cursor;
-- name: receipts_get_cursor
SELECT cursor FROM accounts WHERE account = :account;
-- name: receipts_polled
INSERT INTO accounts (account, error, last_try, last_good)
VALUES (:account, :error, :now, CASE :error WHEN '' THEN :now END)
ON CONFLICT (account) DO UPDATE SET error = :error, last_try = :now,
    last_good = CASE :error WHEN '' THEN :now ELSE last_good END;
-- name: receipts_accounts
SELECT account, cursor, error, last_good IS NULL, last_good, last_try IS NULL, last_try, taken
FROM accounts ORDER BY account;
-- name: receipts_walk
SELECT account, receipt, entry FROM receipts ORDER BY account, receipt;

-- name: portal_put
INSERT INTO items (ref, version, category, kind_label, title, body, unit_name, content_hash, published, withdrawn,
    reason, extra)
VALUES (:ref, :version, :category, :kind_label, :title, :body, :unit_name, :content_hash, :published, :withdrawn,
    :reason, :extra)
ON CONFLICT DO NOTHING;
-- name: portal_window
INSERT INTO windows (ref, opens, closes) VALUES (:ref, :opens, :closes)
ON CONFLICT (ref) DO UPDATE SET opens = :opens, closes = :closes WHERE opens <> :opens OR closes <> :closes;
-- name: portal_items
SELECT ref, version, category, kind_label, i.title, body, unit_name, content_hash, published, withdrawn, reason,
    extra, coalesce(w.opens, 0), coalesce(w.closes, 0), coalesce(g.code, ''), coalesce(g.title, ''),
    coalesce(g.number, 0), coalesce(g.section, '')
FROM items i LEFT JOIN windows w USING (ref) LEFT JOIN places g USING (ref)
WHERE version = (SELECT max(version) FROM items x WHERE x.ref = i.ref) AND (:withdrawn_too OR withdrawn = 0)
ORDER BY published DESC, ref DESC;
