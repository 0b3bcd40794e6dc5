-- The blocks of case.db behind those of schema_old.sql, which says how they are written. The next one goes to the
-- end of schema_next.sql.

-- database: case
-- version: 3

-- Who wrote each version of a text; `extra` is what belongs to it beside title and body: fields and files.
ALTER TABLE contents ADD COLUMN extra TEXT NOT NULL DEFAULT '';
ALTER TABLE contents ADD COLUMN user TEXT NOT NULL DEFAULT 'system';
ALTER TABLE contents ADD COLUMN login TEXT NOT NULL DEFAULT 'system';
ALTER TABLE contents ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE TRIGGER contents_fixed BEFORE UPDATE OF submission, hash, title, body, extra, user ON contents
WHEN NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a version of a text does not change');
END;

-- In which capacity the approval was given: bits of enum role, as they were then.
ALTER TABLE approvals ADD COLUMN roles INTEGER NOT NULL DEFAULT 0;
UPDATE approvals SET roles = coalesce((SELECT t.roles FROM staff t WHERE t.user = approvals.user), 0);

-- Sensitive, hot, important: by a rule's words ('system') or by hand.
CREATE TABLE flags (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submissions (id),
    flag TEXT NOT NULL CHECK (flag <> ''),
    user TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    ended INTEGER,
    ended_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX flags_standing ON flags (submission, flag) WHERE ended IS NULL;

-- What was established at intake: origin, content, purpose (MIC-13.2). The last value; the journal has all.
CREATE TABLE checks (
    submission INTEGER NOT NULL REFERENCES submissions (id),
    name TEXT NOT NULL CHECK (name <> ''),
    value TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (submission, name)
) STRICT, WITHOUT ROWID;

-- Who agrees to end a hold that needs more than one person; of exactly this text.
CREATE TABLE consents (
    hold INTEGER NOT NULL REFERENCES holds (id),
    content_hash TEXT NOT NULL,
    user TEXT NOT NULL,
    login TEXT NOT NULL,
    roles INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at INTEGER NOT NULL,
    PRIMARY KEY (hold, content_hash, user)
) STRICT, WITHOUT ROWID;

-- What shall be published by itself, and when, if it is still that text.
CREATE TABLE schedules (
    submission INTEGER PRIMARY KEY REFERENCES submissions (id),
    due INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_due ON schedules (due);

-- Refusals and returns, to be counted.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submissions (id),
    event TEXT NOT NULL,
    ground TEXT NOT NULL,
    reason TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX decisions_at ON decisions (at);

-- The moves that the tracks of the rules in force allow: written when a house is opened with its rules. A row
-- with old = '' is the state in which a case begins on that track.
CREATE TABLE moves (
    track TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    PRIMARY KEY (track, old, new)
) STRICT, WITHOUT ROWID;
INSERT INTO moves (track, old, new) VALUES ('', '', 'closed');
CREATE TRIGGER submissions_moves BEFORE UPDATE OF state, track ON submissions
WHEN (NEW.state <> OLD.state OR NEW.track <> OLD.track) AND NOT EXISTS (SELECT 1 FROM moves m
    WHERE m.track = NEW.track AND m.new = NEW.state
      AND m.old = CASE WHEN NEW.track = OLD.track THEN OLD.state ELSE '' END)
BEGIN
    SELECT RAISE(ABORT, 'no such move of a case');
END;

-- Tokens by which a member of the staff acts on a case by letter; where his letters come from.
ALTER TABLE staff ADD COLUMN address TEXT NOT NULL DEFAULT '';
CREATE TABLE tokens_3 (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm', 'reply', 'act')),
    submission INTEGER NOT NULL REFERENCES submissions (id),
    address TEXT NOT NULL CHECK (address <> ''),
    content_hash TEXT NOT NULL,
    letter TEXT NOT NULL CHECK (letter <> ''),
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used_at INTEGER
) STRICT;
INSERT INTO tokens_3 SELECT id, hash, purpose, submission, address, content_hash, letter, issued, expires, used_at
FROM tokens;
DROP TABLE tokens;
ALTER TABLE tokens_3 RENAME TO tokens;
CREATE INDEX tokens_submission ON tokens (submission, purpose);
PRAGMA user_version = 3;

-- version: 4

-- Letters of complaints and denunciations that lie in HOUSE/sealed, closed for the inspectorate. `done`: the
-- plain copies are gone. `scrub`: there were plain rows in this database, so it is to be written anew.
CREATE TABLE sealed (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submissions (id),
    entry TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    recipients TEXT NOT NULL,
    at INTEGER NOT NULL,
    scrub INTEGER NOT NULL CHECK (scrub IN (0, 1)),
    done INTEGER NOT NULL CHECK (done IN (0, 1))
) STRICT;
CREATE INDEX sealed_submission ON sealed (submission);
CREATE INDEX sealed_open ON sealed (id) WHERE done = 0;

-- What was said of a case and sent about it may become blank, and nothing else, once the case is restricted.
DROP TRIGGER confirmations_no_update;
CREATE TRIGGER confirmations_no_update BEFORE UPDATE ON confirmations
WHEN NEW.person <> '' OR NEW.words <> '' OR NEW.evidence_name <> '' OR NEW.submission IS NOT OLD.submission
    OR NEW.what IS NOT OLD.what OR NEW.how IS NOT OLD.how OR NEW.content_hash IS NOT OLD.content_hash
    OR NEW.evidence IS NOT OLD.evidence OR NEW.at IS NOT OLD.at OR NEW.recorded_by IS NOT OLD.recorded_by
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'confirmations are append-only');
END;
DROP TRIGGER outbox_fixed;
CREATE TRIGGER outbox_fixed BEFORE UPDATE OF key, rcpt, message_id, bytes ON outbox
WHEN NEW.key IS NOT OLD.key OR NEW.rcpt <> 'sealed' OR NEW.message_id <> 'sealed' OR NEW.bytes <> x'00'
    OR OLD.state NOT IN ('sent', 'failed')
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.ref = OLD.ref AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a queued letter does not change');
END;
-- A letter that was blanked must not be sent: there is nothing in it.
CREATE TRIGGER outbox_blank BEFORE UPDATE OF state ON outbox
WHEN OLD.rcpt = 'sealed' AND NEW.state NOT IN ('sent', 'failed')
BEGIN
    SELECT RAISE(ABORT, 'no such move of an outgoing letter');
END;
PRAGMA user_version = 4;

-- version: 5

-- Argon2id, as libsodium writes it; '' is nobody's password. `fields`: whose matters a member reviews.
ALTER TABLE staff ADD COLUMN password TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN fields TEXT NOT NULL DEFAULT '';

-- Who acts for whom, from and until when; never changed but for being ended early.
CREATE TABLE delegations (
    id INTEGER PRIMARY KEY,
    giver TEXT NOT NULL REFERENCES staff (user),
    taker TEXT NOT NULL REFERENCES staff (user),
    since INTEGER NOT NULL,
    until INTEGER NOT NULL CHECK (until > since),
    made INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    ended INTEGER,
    ended_by TEXT NOT NULL DEFAULT '',
    CHECK (giver <> taker)
) STRICT;
CREATE INDEX delegations_taker ON delegations (taker, until);
CREATE TRIGGER delegations_fixed BEFORE UPDATE OF giver, taker, since, until, made, made_by ON delegations
BEGIN
    SELECT RAISE(ABORT, 'a delegation does not change');
END;
CREATE TRIGGER delegations_end_once BEFORE UPDATE OF ended ON delegations WHEN OLD.ended IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a delegation ends once');
END;

-- Backups that were restored and found whole. `sum` is that of the manifest.
CREATE TABLE backups (
    sum TEXT PRIMARY KEY CHECK (length(sum) = 64),
    path TEXT NOT NULL,
    made INTEGER NOT NULL,
    verified INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 5;

-- version: 6

-- The clocks of a case (rules/*/deadlines.rules). `due` is the least integer while there is none.
CREATE TABLE deadlines (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submissions (id),
    rule TEXT NOT NULL CHECK (rule <> ''),
    cite TEXT NOT NULL,
    start INTEGER NOT NULL,
    due INTEGER NOT NULL,
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    ended INTEGER,
    ended_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX deadlines_one ON deadlines (submission, rule) WHERE ended_by = '';
CREATE INDEX deadlines_due ON deadlines (due) WHERE ended_by = '';
CREATE INDEX deadlines_submission ON deadlines (submission);
CREATE TRIGGER deadlines_ended BEFORE UPDATE ON deadlines WHEN OLD.ended_by <> ''
BEGIN
    SELECT RAISE(ABORT, 'a deadline that has ended does not change');
END;
PRAGMA user_version = 6;

-- version: 7

-- The window of a public consultation on a draft: open from `opens`, no longer at `closes`. `opened`, `closed`: when
-- that was made known, and the unit was given the comments.
CREATE TABLE consultations (
    submission INTEGER PRIMARY KEY REFERENCES submissions (id),
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL CHECK (closes > opens),
    user TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    opened INTEGER,
    closed INTEGER
) STRICT;
CREATE INDEX consultations_open ON consultations (opens) WHERE closed IS NULL;
CREATE TRIGGER consultations_closed BEFORE UPDATE ON consultations WHEN OLD.closed IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a consultation that has closed does not change');
END;

-- What was said in it. `timely`: it came while the consultation was open; else it is kept, and counts for nothing.
CREATE TABLE comments (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submissions (id),
    entry TEXT NOT NULL UNIQUE,
    sender TEXT NOT NULL,
    sender_name TEXT NOT NULL,
    authenticated INTEGER NOT NULL CHECK (authenticated IN (0, 1)),
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    received INTEGER NOT NULL,
    timely INTEGER NOT NULL CHECK (timely IN (0, 1))
) STRICT;
CREATE INDEX comments_submission ON comments (submission, id);

-- What was decided about a notice of an event: an editor goes ('assigned'), or nobody can ('cannot'). `starts` 0: not
-- known. `article`: the case that reports it.
CREATE TABLE events (
    submission INTEGER PRIMARY KEY REFERENCES submissions (id),
    answer TEXT NOT NULL CHECK (answer IN ('assigned', 'cannot')),
    editor TEXT NOT NULL,
    reason TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL CHECK (ends >= starts),
    place TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    article TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_starts ON events (starts);
PRAGMA user_version = 7;

-- version: 8

-- Accounts that a complaint names: they do not open it, whatever their role.
CREATE TABLE recusals (
    submission INTEGER NOT NULL REFERENCES submissions (id),
    user TEXT NOT NULL,
    PRIMARY KEY (submission, user)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 8;

-- version: 9

-- Complaints are taken out of the house by one person when another agreed.
CREATE TABLE exports (
    id INTEGER PRIMARY KEY,
    user TEXT NOT NULL CHECK (user <> ''),
    login TEXT NOT NULL,
    period TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at INTEGER NOT NULL,
    approved_by TEXT NOT NULL DEFAULT '' CHECK (approved_by <> user),
    approved INTEGER,
    made INTEGER CHECK (made IS NULL OR approved IS NOT NULL)
) STRICT;
PRAGMA user_version = 9;

-- version: 10

-- Campaigns (MIC-13.5e, BCA-5.5): what was agreed on with the units, which unit was asked for which section and by
-- when, and the cases in it. `due`: the last second at which what was asked for is in time.
CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (code <> ''),
    title TEXT NOT NULL CHECK (title <> ''),
    until INTEGER,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    closed INTEGER,
    closed_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    CHECK (closed IS NULL OR reason <> '')
) STRICT;
CREATE TRIGGER campaigns_closed BEFORE UPDATE ON campaigns WHEN OLD.closed IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a campaign that has closed does not change');
END;
CREATE TABLE campaign_sections (
    campaign INTEGER NOT NULL REFERENCES campaigns (id),
    number INTEGER NOT NULL CHECK (number > 0),
    title TEXT NOT NULL CHECK (title <> ''),
    PRIMARY KEY (campaign, number),
    UNIQUE (campaign, title)
) STRICT, WITHOUT ROWID;
CREATE TABLE campaign_requests (
    id INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL,
    section INTEGER NOT NULL,
    unit TEXT NOT NULL CHECK (unit <> ''),
    due INTEGER NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (campaign, section, unit),
    FOREIGN KEY (campaign, section) REFERENCES campaign_sections (campaign, number)
) STRICT;
CREATE INDEX campaign_requests_due ON campaign_requests (due);
CREATE TRIGGER campaign_requests_fixed BEFORE UPDATE ON campaign_requests
BEGIN
    SELECT RAISE(ABORT, 'what a unit was asked for does not change');
END;
CREATE TABLE campaign_items (
    submission INTEGER PRIMARY KEY REFERENCES submissions (id),
    campaign INTEGER NOT NULL,
    section INTEGER NOT NULL,
    request INTEGER REFERENCES campaign_requests (id),
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (campaign, section) REFERENCES campaign_sections (campaign, number)
) STRICT;
CREATE INDEX campaign_items_section ON campaign_items (campaign, section);

-- A token stands for a case, or for a request of a campaign.
CREATE TABLE tokens_10 (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm', 'reply', 'act', 'supply')),
    submission INTEGER REFERENCES submissions (id),
    request INTEGER REFERENCES campaign_requests (id),
    address TEXT NOT NULL CHECK (address <> ''),
    content_hash TEXT NOT NULL,
    letter TEXT NOT NULL CHECK (letter <> ''),
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used_at INTEGER,
    CHECK ((submission IS NULL) <> (request IS NULL) AND (request IS NULL) = (purpose <> 'supply'))
) STRICT;
INSERT INTO tokens_10 SELECT id, hash, purpose, submission, NULL, address, content_hash, letter, issued, expires, used_at
FROM tokens;
DROP TABLE tokens;
ALTER TABLE tokens_10 RENAME TO tokens;
CREATE INDEX tokens_submission ON tokens (submission, purpose);
CREATE INDEX tokens_request ON tokens (request) WHERE request IS NOT NULL;

-- One voice on an issue (BCA-5.9): what belongs to one issue, and who saw which other text of another unit before
-- this one was released. Both texts are bound: a changed one is to be looked at again.
CREATE TABLE topics (
    submission INTEGER PRIMARY KEY REFERENCES submissions (id),
    name TEXT NOT NULL CHECK (name <> ''),
    user TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX topics_name ON topics (name);
CREATE TABLE topic_seen (
    submission INTEGER NOT NULL REFERENCES submissions (id),
    content_hash TEXT NOT NULL,
    other INTEGER NOT NULL REFERENCES submissions (id),
    other_hash TEXT NOT NULL,
    user TEXT NOT NULL,
    login TEXT NOT NULL,
    roles INTEGER NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (submission, content_hash, other, other_hash, user)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 10;

-- version: 11

-- Who of the staff has a case for review, since when and from whom; no row: nobody (LS-12.3).
CREATE TABLE reviews (
    submission INTEGER PRIMARY KEY REFERENCES submissions (id),
    user TEXT NOT NULL CHECK (user <> ''),
    given_by TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
PRAGMA user_version = 11;

-- version: 12

-- What people say of the duties that come round by the calendar. `period` is the instant at which the period begins, and
-- stands for the one that it lies in, whatever the rules make of it later; `whose`: the unit or the account whose part it
-- is, '' for a duty that is nobody's alone. 'taken-back' undoes what was said before of that period and part.
CREATE TABLE duty_marks (
    id INTEGER PRIMARY KEY,
    duty TEXT NOT NULL CHECK (duty <> ''),
    whose TEXT NOT NULL,
    period INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('done', 'unchanged', 'taken-back')),
    user TEXT NOT NULL CHECK (user <> ''),
    login TEXT NOT NULL,
    note TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX duty_marks_duty ON duty_marks (duty, period);
CREATE TRIGGER duty_marks_no_update BEFORE UPDATE ON duty_marks
BEGIN
    SELECT RAISE(ABORT, 'what was said of a duty does not change');
END;
CREATE TRIGGER duty_marks_no_delete BEFORE DELETE ON duty_marks
BEGIN
    SELECT RAISE(ABORT, 'what was said of a duty does not change');
END;
PRAGMA user_version = 12;

-- version: 13

-- What people typed of a case that became restricted goes out of the journal, in the transaction that seals it. A line
-- REDACT, which is linked as every line, proves the row that is left (store/audit.c); what has none is found as altered.
DROP TRIGGER journal_no_update;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
WHEN length(NEW.detail) >= length(OLD.detail) OR NEW.n IS NOT OLD.n OR NEW.batch IS NOT OLD.batch OR NEW.at IS NOT OLD.at
    OR NEW.ref IS NOT OLD.ref OR NEW.user IS NOT OLD.user OR NEW.login IS NOT OLD.login OR NEW.what IS NOT OLD.what
    OR NEW.link IS NOT OLD.link
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.ref = OLD.ref AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

-- The reason of a window may become blank, and nothing else, once the case is restricted.
DROP TRIGGER consultations_closed;
CREATE TRIGGER consultations_closed BEFORE UPDATE ON consultations
WHEN OLD.closed IS NOT NULL AND (NEW.reason <> '' OR NEW.submission IS NOT OLD.submission OR NEW.opens IS NOT OLD.opens
    OR NEW.closes IS NOT OLD.closes OR NEW.user IS NOT OLD.user OR NEW.at IS NOT OLD.at OR NEW.opened IS NOT OLD.opened
    OR NEW.closed IS NOT OLD.closed
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1))
BEGIN
    SELECT RAISE(ABORT, 'a consultation that has closed does not change');
END;
PRAGMA user_version = 13;

-- version: 14

-- What stands first in the queue by the rules in force (`priority yes` of a kind; BCA-5.6b), in the states in which it
-- waits for somebody: written when a house is opened with its rules, as the moves are.
CREATE TABLE priorities (
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (kind, state)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 14;
