#!/usr/bin/env bats
# Notices of events: an editor goes, or the host writes himself (MIC-13.5a, 14.2; BCA-5.2, 5.3).
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
    letter "$L/a.eml" vtb@mic.gov.vn pass 'Thông báo sự kiện: mời cử phóng viên dự lễ khai trương; mạng cáp quang, Hà Nội' <<'TEXT'
Kính gửi Ban Biên tập,

Cục Viễn thông trân trọng thông báo và kính mời Ban Biên tập cử phóng viên dự, đưa tin lễ khai trương mạng cáp quang.
Thời gian: 8 giờ 00 ngày 26/11/2026. Địa điểm: Hội trường tầng 2, 18 Nguyễn Du, Hà Nội.
TEXT
    bbt --json ingest "$L/a.eml" > "$L/r"
    grep -q '"category":"event-notice"' "$L/r"
    ref=$(ref_of < "$L/r")
    bbt users set bientap --address bt@mic.gov.vn >/dev/null
}

send_editor() {
    bbt --as thuky event "$ref" --assign bientap --at 2026-11-26T08:00:00+07:00 --place 'Hội trường; 18 Nguyễn Du, Hà Nội' "$@"
}

@test "an editor is sent, with a calendar file that keeps its UID and counts its changes" {
    run -1 bbt event "$ref"
    run -64 bbt --as thuky event "$ref" --assign bientap
    run -1 bbt --as bientap event "$ref" --assign bientap --at 2026-11-26T08:00:00+07:00
    run -1 bbt --as thuky event "$ref" --assign nobody --at 2026-11-26T08:00:00+07:00
    run -0 send_editor
    run -0 send_editor --until 2026-11-26T09:30:00+07:00
    sqlite3 "$H/case.db" 'SELECT hex(bytes) FROM outbox ORDER BY id' > "$L/letters"
    python3 - "$L/letters" "$ref" <<'PY'
import email, email.policy, sys
got = []
for row in open(sys.argv[1]):
    m = email.message_from_bytes(bytes.fromhex(row), policy=email.policy.default)
    for part in m.iter_attachments():
        if part.get_content_type() == "text/calendar":
            raw = part.get_payload(decode=True)
            assert m["To"] == "bt@mic.gov.vn", m["To"]
            assert raw.endswith(b"END:VCALENDAR\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
            for line in raw.split(b"\r\n"):
                assert len(line) <= 75, line
                line.decode("utf-8")
            flat = raw.decode().replace("\r\n ", "")
            got.append(dict(line.split(":", 1) for line in flat.splitlines()))
assert len(got) == 2, got
assert got[0]["UID"] == got[1]["UID"] == sys.argv[2] + "@mic.gov.vn"
assert [g["SEQUENCE"] for g in got] == ["0", "1"]
assert got[0]["DTSTART"] == "20261126T010000Z" and got[1]["DTEND"] == "20261126T023000Z"
assert got[0]["LOCATION"] == "Hội trường\\; 18 Nguyễn Du\\, Hà Nội", got[0]
PY
    run -0 bbt --json event "$ref"
    [[ "$output" == *'"answer":"assigned","editor":"bientap"'* ]]
}

@test "nobody can come: the host is asked to write, with the reason" {
    run -1 bbt --as thuky event "$ref" --cannot
    run -64 bbt --as thuky event "$ref" --cannot --assign bientap --reason x
    run -0 bbt --as thuky event "$ref" --cannot --reason 'trùng lịch họp Chính phủ'
    bbt --json outbox | grep 'event-cannot' | grep -q '"to":"vtb@mic.gov.vn"'
    run -0 bbt audit verify
}

@test "an event without an article is listed on the next working day, and no more when it has one" {
    send_editor >/dev/null
    run -0 env NOW=2026-11-26T18:00:00+07:00 bash -c "'$BBT' --house '$H' --now 2026-11-26T18:00:00+07:00 event --unreported"
    [ -z "$output" ]
    NOW=2026-11-27T09:00:00+07:00
    [[ "$(bbt event --unreported)" == *"$ref"* ]]
    news "$L/n.eml"
    article=$(bbt --json ingest "$L/n.eml" | ref_of)
    run -1 bbt --as bientap event "$ref" --article BBT-2026-000999
    run -0 bbt --as bientap event "$ref" --article "$article"
    [ -z "$(bbt event --unreported)" ]
    run -1 bbt --as thuky event "$article" --cannot --reason x
}

@test "status says it, too" {
    send_editor >/dev/null
    NOW=2026-11-27T09:00:00+07:00
    run -1 bbt --json status
    [[ "$output" == *'"what":"event-unreported","submission":"'"$ref"* ]]
}

@test "the host who writes himself answers our letter: his text is a case of its own, linked to the notice (BCA-5.3)" {
    bbt --as thuky event "$ref" --cannot --reason 'trùng lịch' >/dev/null
    id=$(sqlite3 "$H/case.db" "SELECT message_id FROM outbox WHERE key LIKE 'event-cannot/%'")
    subject=$(sqlite3 "$H/case.db" "SELECT subject FROM outbox WHERE key LIKE 'event-cannot/%'")
    # host FILE < text
    host() {
        letter "$1.x" vtb@mic.gov.vn pass "Re: $subject"
        sed "s/^Message-ID:/In-Reply-To: <$id>\r\nReferences: <$id>\r\nMessage-ID:/" "$1.x" > "$1"
    }
    host "$L/thanks.eml" <<< 'Đã nhận được thông báo, cảm ơn Ban Biên tập.'
    [ "$(bbt --json ingest "$L/thanks.eml" | ref_of)" = "$ref" ]
    host "$L/text.eml" < <(news /dev/stdout | sed '1,/^\r$/d' | tr -d '\r')
    bbt --json ingest "$L/text.eml" > "$L/r"
    article=$(ref_of < "$L/r")
    [ "$article" != "$ref" ]
    grep -q '"category":"news"' "$L/r"
    [ "$(sqlite3 "$H/case.db" "SELECT b.ref FROM links l JOIN submissions a ON a.id = l.submission JOIN submissions b ON b.id = l.other WHERE a.ref = '$article'")" = "$ref" ]
    run -0 bbt --as truongban approve "$article"
    run -0 bbt --as bientap publish "$article"
}
