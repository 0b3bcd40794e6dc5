-- Campaigns and issues: store/campaigns.c, store/topics.c.

-- name: campaign_insert
INSERT INTO campaigns (code, title, until, user, at) VALUES (:code, :title, nullif(:until, 0), :user, :at)
ON CONFLICT DO NOTHING;
-- name: campaign_section_insert
INSERT INTO campaign_sections (campaign, number, title) VALUES (:campaign, :number, :title);
-- name: campaign_close
UPDATE campaigns SET closed = :at, closed_by = :user, reason = :reason WHERE code = :code AND closed IS NULL;
-- name: campaigns
SELECT id, code, title, coalesce(until, 0), user, at, coalesce(closed, 0), closed_by, reason FROM campaigns
WHERE :code = '' OR code = :code ORDER BY closed IS NOT NULL, id;
-- name: campaign_sections
SELECT number, title FROM campaign_sections WHERE campaign = :campaign ORDER BY number;
-- name: campaign_request_insert
INSERT INTO campaign_requests (campaign, section, unit, due, user, at)
SELECT id, :section, :unit, :due, :user, :at FROM campaigns WHERE code = :code AND closed IS NULL
ON CONFLICT DO NOTHING;
-- name: campaign_requests
SELECT r.id, g.code, r.section, r.unit, r.due, r.user, r.at,
    (SELECT count(*) FROM campaign_items i JOIN submissions s ON s.id = i.submission
        WHERE i.request = r.id AND s.restricted = 0),
    EXISTS (SELECT 1 FROM tokens t WHERE t.request = r.id AND t.letter LIKE 'campaign-reminder/%'),
    EXISTS (SELECT 1 FROM tokens t WHERE t.request = r.id AND t.letter LIKE 'campaign-late/%'),
    (SELECT n.title FROM campaign_sections n WHERE n.campaign = r.campaign AND n.number = r.section)
FROM campaign_requests r JOIN campaigns g ON g.id = r.campaign
WHERE (:code = '' AND g.closed IS NULL) OR g.code = :code ORDER BY g.id, r.section, r.id;
-- name: campaign_token_insert
INSERT INTO tokens (hash, purpose, request, address, content_hash, letter, issued, expires)
VALUES (:hash, 'supply', :request, :address, :content_hash, :letter, :issued, :expires)
ON CONFLICT DO NOTHING;
-- name: campaign_item_insert
INSERT INTO campaign_items (submission, campaign, section, request, user, at)
SELECT s.id, g.id, :section, nullif(:request, 0), :user, :at FROM submissions s, campaigns g
WHERE s.id = :submission AND s.restricted = 0 AND g.code = :code AND g.closed IS NULL
ON CONFLICT DO NOTHING;
-- name: campaign_items
SELECT s.ref, i.section, coalesce(i.request, 0), coalesce(nullif(s.sender_unit, ''), s.unit),
    CASE WHEN EXISTS (SELECT 1 FROM holds h WHERE h.submission = s.id AND h.ended IS NULL
        AND (h.reason = 'secrecy' OR s.sender_unit = '' AND h.reason IN ('unreadable', 'limits')))
        THEN '' ELSE c.title END,
    s.state, s.received, i.user
FROM campaign_items i
JOIN campaigns g ON g.id = i.campaign
JOIN submissions s ON s.id = i.submission
JOIN contents c ON c.submission = s.id AND c.hash = s.content_hash
WHERE g.code = :code AND s.restricted = 0 ORDER BY i.section, s.received, s.id;
-- name: campaign_of
SELECT g.code, n.number, n.title FROM campaign_items i
JOIN submissions s ON s.id = i.submission AND s.restricted = 0
JOIN campaigns g ON g.id = i.campaign
JOIN campaign_sections n ON n.campaign = g.id AND n.number = i.section
WHERE s.ref = :ref;
-- name: campaign_places
SELECT s.ref, g.code, g.title, n.number, n.title FROM campaign_items i
JOIN submissions s ON s.id = i.submission AND s.restricted = 0
JOIN campaigns g ON g.id = i.campaign
JOIN campaign_sections n ON n.campaign = g.id AND n.number = i.section
WHERE EXISTS (SELECT 1 FROM published p WHERE p.submission = s.id) ORDER BY s.id;
-- name: portal_place
INSERT INTO places (ref, code, title, number, section) VALUES (:ref, :code, :title, :number, :section)
ON CONFLICT (ref) DO UPDATE SET code = :code, title = :title, number = :number, section = :section;

-- name: topic_join
INSERT INTO topics (submission, name, user, at)
SELECT id, :name, :user, :at FROM submissions WHERE id = :submission AND restricted = 0
ON CONFLICT (submission) DO UPDATE SET name = :name, user = :user, at = :at;
-- name: topic_leave
DELETE FROM topics WHERE submission = :submission;
-- name: topic_seen
INSERT INTO topic_seen (submission, content_hash, other, other_hash, user, login, roles, reason, at)
SELECT s.id, s.content_hash, o.id, o.content_hash, :user, :login, :roles, :reason, :at
FROM submissions s JOIN submissions o ON o.ref = :other AND o.content_hash = :other_hash
WHERE s.id = :submission
ON CONFLICT DO NOTHING;
-- name: topics
SELECT t.name, count(*) FROM topics t JOIN submissions s ON s.id = t.submission
WHERE s.restricted = 0 GROUP BY t.name ORDER BY t.name;
-- name: topic_voices
SELECT o.ref, coalesce(nullif(o.sender_unit, ''), o.unit), o.content_hash, o.track, o.state,
    coalesce((SELECT p.withdrawn = 0 FROM published p WHERE p.submission = o.id ORDER BY p.version DESC LIMIT 1), 0),
    EXISTS (SELECT 1 FROM topic_seen x WHERE x.submission = s.id AND x.content_hash = s.content_hash
        AND x.other = o.id AND x.other_hash = o.content_hash),
    CASE WHEN EXISTS (SELECT 1 FROM holds h WHERE h.submission = o.id AND h.ended IS NULL
        AND (h.reason = 'secrecy' OR o.sender_unit = '' AND h.reason IN ('unreadable', 'limits')))
        THEN '' ELSE c.title END,
    o.received
FROM topics m
JOIN submissions s ON s.id = m.submission
JOIN topics t ON t.name = m.name AND t.submission <> m.submission
JOIN submissions o ON o.id = t.submission AND o.restricted = 0
JOIN contents c ON c.submission = o.id AND c.hash = o.content_hash
WHERE m.submission = :submission ORDER BY o.received, o.id;
