-- The blocks of case.db behind those of schema.sql; schema_old.sql says how they are written. The next one goes to the
-- end of this file.

-- database: case
-- version: 15

-- Walls that do not trust the program: what was approved, written, held and published is not changed behind it.

-- An approval is of a text as one kind of thing: called something else, it is approved anew.
ALTER TABLE approvals ADD COLUMN kind TEXT NOT NULL DEFAULT '';
UPDATE approvals SET kind = (SELECT s.kind FROM submissions s WHERE s.id = approvals.submission);
CREATE TRIGGER approvals_bound BEFORE INSERT ON approvals
WHEN NEW.user IN ('', 'system')
    OR EXISTS (SELECT 1 FROM contents w WHERE w.submission = NEW.submission AND w.user = NEW.user)
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = NEW.submission AND s.content_hash = NEW.content_hash
        AND s.kind = NEW.kind AND s.restricted = 0)
BEGIN
    SELECT RAISE(ABORT, 'an approval is of the present text, by a person who did not write it');
END;
-- The same person again, of the same text as another kind or in one capacity more: the only changes there are.
CREATE TRIGGER approvals_fixed BEFORE UPDATE ON approvals
WHEN NEW.submission IS NOT OLD.submission OR NEW.user IS NOT OLD.user OR NEW.content_hash IS NOT OLD.content_hash
    OR (NEW.kind IS OLD.kind AND NOT (NEW.roles <> OLD.roles AND NEW.roles & OLD.roles = OLD.roles))
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = NEW.submission AND s.content_hash = NEW.content_hash
        AND s.kind = NEW.kind AND s.restricted = 0)
BEGIN
    SELECT RAISE(ABORT, 'an approval does not change');
END;
CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals
BEGIN
    SELECT RAISE(ABORT, 'an approval does not change');
END;

-- What may go to the portal, as far as the database can tell, as in the query published_insert (there are no views
-- here: db_sqlite.c); whose approvals are needed is for the rules. Versions grow, or a withdrawal could be overtaken.
CREATE TRIGGER published_bound BEFORE INSERT ON published
WHEN NEW.version IS NOT (SELECT s.version FROM submissions s WHERE s.id = NEW.submission)
    OR (NEW.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM submissions s
        WHERE s.id = NEW.submission AND s.content_hash = NEW.content_hash AND s.restricted = 0
          AND (s.verdict = 'accept' OR 'confirmed' = (SELECT c.what FROM confirmations c WHERE c.submission = s.id
               AND c.what IN ('confirmed', 'refused', 'withdrawn') AND c.content_hash = s.content_hash
               ORDER BY c.id DESC LIMIT 1))
          AND EXISTS (SELECT 1 FROM approvals a WHERE a.submission = s.id AND a.content_hash = s.content_hash
               AND a.kind = s.kind
               AND NOT EXISTS (SELECT 1 FROM contents w WHERE w.submission = s.id AND w.user = a.user))
          AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL)))
BEGIN
    SELECT RAISE(ABORT, 'not to be published: restricted, held, not approved, or not the present text');
END;
CREATE TRIGGER published_fixed BEFORE UPDATE OF submission, version, content_hash, kind_label, withdrawn, at ON published
BEGIN
    SELECT RAISE(ABORT, 'what was published does not change');
END;
-- Here and below: what people typed becomes blank once the case is restricted, and only then.
CREATE TRIGGER published_reason BEFORE UPDATE OF reason ON published
WHEN NEW.reason <> '' OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'what was published does not change');
END;
CREATE TRIGGER published_no_delete BEFORE DELETE ON published
BEGIN
    SELECT RAISE(ABORT, 'what was published does not change');
END;

CREATE TRIGGER submissions_on_portal BEFORE UPDATE OF kind, restricted ON submissions
WHEN (NEW.kind <> OLD.kind OR NEW.restricted <> OLD.restricted)
    AND 0 = (SELECT p.withdrawn FROM published p WHERE p.submission = OLD.id ORDER BY p.version DESC LIMIT 1)
BEGIN
    SELECT RAISE(ABORT, 'what is on the portal is withdrawn first');
END;
CREATE TRIGGER submissions_fixed BEFORE UPDATE OF id, ref, opened, letter_sha256 ON submissions
BEGIN
    SELECT RAISE(ABORT, 'a case keeps its number and its letter');
END;
CREATE TRIGGER submissions_no_delete BEFORE DELETE ON submissions
BEGIN
    SELECT RAISE(ABORT, 'a case keeps its number and its letter');
END;
CREATE TRIGGER submissions_version BEFORE UPDATE OF version ON submissions WHEN NEW.version <> OLD.version + 1
BEGIN
    SELECT RAISE(ABORT, 'the version of a case grows by one');
END;
CREATE TRIGGER submissions_content BEFORE UPDATE OF content_hash ON submissions
WHEN NOT EXISTS (SELECT 1 FROM contents c WHERE c.submission = NEW.id AND c.hash = NEW.content_hash)
BEGIN
    SELECT RAISE(ABORT, 'no such version of the text');
END;

-- Who wrote it is who may not approve it: no version disappears, and none takes another's place.
CREATE TRIGGER contents_no_delete BEFORE DELETE ON contents
BEGIN
    SELECT RAISE(ABORT, 'a version of a text does not change');
END;
CREATE TRIGGER contents_no_replace BEFORE INSERT ON contents WHEN EXISTS (SELECT 1 FROM contents c WHERE c.id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'a version of a text does not change');
END;

CREATE TRIGGER holds_fixed BEFORE UPDATE OF id, submission, reason, since ON holds
BEGIN
    SELECT RAISE(ABORT, 'a hold ends once');
END;
CREATE TRIGGER holds_end_once BEFORE UPDATE OF ended ON holds WHEN OLD.ended IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a hold ends once');
END;
CREATE TRIGGER holds_no_delete BEFORE DELETE ON holds
BEGIN
    SELECT RAISE(ABORT, 'a hold ends once');
END;
CREATE TRIGGER consents_bound BEFORE INSERT ON consents
WHEN NEW.user IN ('', 'system') OR NOT EXISTS (SELECT 1 FROM holds h JOIN submissions s ON s.id = h.submission
    WHERE h.id = NEW.hold AND h.ended IS NULL AND s.content_hash = NEW.content_hash
      AND NOT EXISTS (SELECT 1 FROM contents w WHERE w.submission = s.id AND w.user = NEW.user))
BEGIN
    SELECT RAISE(ABORT, 'a consent is of a hold that stands, for the present text, by a person who did not write it');
END;
CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents
WHEN NEW.reason <> 'sealed' OR NEW.hold IS NOT OLD.hold OR NEW.content_hash IS NOT OLD.content_hash
    OR NEW.user IS NOT OLD.user OR NEW.login IS NOT OLD.login OR NEW.roles IS NOT OLD.roles OR NEW.at IS NOT OLD.at
    OR NOT EXISTS (SELECT 1 FROM submissions s JOIN holds h ON h.submission = s.id
        WHERE h.id = OLD.hold AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a consent does not change');
END;
CREATE TRIGGER consents_no_delete BEFORE DELETE ON consents
BEGIN
    SELECT RAISE(ABORT, 'a consent does not change');
END;

CREATE TRIGGER flags_fixed BEFORE UPDATE OF id, submission, flag, user, at ON flags
BEGIN
    SELECT RAISE(ABORT, 'a flag is lowered once');
END;
CREATE TRIGGER flags_reason BEFORE UPDATE OF reason ON flags
WHEN NEW.reason <> '' OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a flag is lowered once');
END;
CREATE TRIGGER flags_end_once BEFORE UPDATE OF ended ON flags WHEN OLD.ended IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a flag is lowered once');
END;
CREATE TRIGGER flags_no_delete BEFORE DELETE ON flags
BEGIN
    SELECT RAISE(ABORT, 'a flag is lowered once');
END;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
WHEN NEW.reason <> '' OR NEW.id IS NOT OLD.id OR NEW.submission IS NOT OLD.submission OR NEW.event IS NOT OLD.event
    OR NEW.ground IS NOT OLD.ground OR NEW.user IS NOT OLD.user OR NEW.at IS NOT OLD.at
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a decision does not change');
END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'a decision does not change');
END;
-- An account is disabled; another person never gets its name.
CREATE TRIGGER staff_no_delete BEFORE DELETE ON staff
BEGIN
    SELECT RAISE(ABORT, 'an account is disabled, not deleted');
END;
PRAGMA user_version = 15;

-- version: 16

-- What people typed may become blank once the case is restricted (store/seal.c), and nothing else of these rows changes.
DROP TRIGGER published_fixed;
CREATE TRIGGER published_fixed BEFORE UPDATE OF submission, version, content_hash, kind_label, withdrawn, reason, at
ON published
WHEN NEW.reason <> '' OR NEW.submission IS NOT OLD.submission OR NEW.version IS NOT OLD.version
    OR NEW.content_hash IS NOT OLD.content_hash OR NEW.kind_label IS NOT OLD.kind_label
    OR NEW.withdrawn IS NOT OLD.withdrawn OR NEW.at IS NOT OLD.at
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'what was published does not change');
END;
DROP TRIGGER consents_no_update;
CREATE TRIGGER consents_no_update BEFORE UPDATE ON consents
WHEN NEW.reason <> 'sealed' OR NEW.hold IS NOT OLD.hold OR NEW.content_hash IS NOT OLD.content_hash
    OR NEW.user IS NOT OLD.user OR NEW.login IS NOT OLD.login OR NEW.roles IS NOT OLD.roles OR NEW.at IS NOT OLD.at
    OR NOT EXISTS (SELECT 1 FROM holds h JOIN submissions s ON s.id = h.submission
        WHERE h.id = OLD.hold AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a consent does not change');
END;
DROP TRIGGER flags_fixed;
CREATE TRIGGER flags_fixed BEFORE UPDATE OF id, submission, flag, user, reason, at ON flags
WHEN NEW.reason <> '' OR NEW.id IS NOT OLD.id OR NEW.submission IS NOT OLD.submission OR NEW.flag IS NOT OLD.flag
    OR NEW.user IS NOT OLD.user OR NEW.at IS NOT OLD.at
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a flag is lowered once');
END;
DROP TRIGGER decisions_no_update;
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions
WHEN NEW.reason <> '' OR NEW.id IS NOT OLD.id OR NEW.submission IS NOT OLD.submission OR NEW.event IS NOT OLD.event
    OR NEW.ground IS NOT OLD.ground OR NEW.user IS NOT OLD.user OR NEW.at IS NOT OLD.at
    OR NOT EXISTS (SELECT 1 FROM submissions s WHERE s.id = OLD.submission AND s.restricted = 1)
BEGIN
    SELECT RAISE(ABORT, 'a decision does not change');
END;
PRAGMA user_version = 16;

-- version: 17

-- The letter corrected its case (LS-7.4): what is read of the case is read of the latest of them.
ALTER TABLE letters ADD COLUMN corrects INTEGER NOT NULL DEFAULT 0 CHECK (corrects IN (0, 1));
PRAGMA user_version = 17;
