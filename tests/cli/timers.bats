#!/usr/bin/env bats
# What time alone brings about: terms that pass, the daily round, a day without anything new (issue 6 item 9).
load lib

setup() {
    house
}

at() {
    local now=$1
    shift
    "$BBT" --house "$H" --now "$now" "$@"
}

staff_addresses() {
    at "$NOW" users add thuky2 --roles secretary --login thuky2 --address thuky2@mic.gov.vn
    at "$NOW" users add truong2 --roles chief --login truong2 --address truong2@mic.gov.vn
}

# letters_to [WHAT]: who got letters of that kind, or of any
letters_to() {
    at "$NOW" --json outbox | jq -r --arg what "timer/${1:+$1/}" 'select(.key | startswith($what)) | .to' | sort | tr '\n' ' '
}

@test "a term that has passed: its owner, a working day later the secretary, then the chief; each once" {
    staff_addresses
    news "$BATS_TEST_TMPDIR/n.eml"
    bbt ingest "$BATS_TEST_TMPDIR/n.eml" >/dev/null
    at 2026-11-20T11:00:00+07:00 --json timers | jq -e '[.matters[] | select(.what == "overdue")] == []'
    at 2026-11-20T15:30:00+07:00 --json timers | jq -e '[.matters[] | select(.what == "overdue" and .who == "standing-unit")] | length == 1'
    at 2026-11-20T15:30:00+07:00 timers --once
    [ "$(letters_to overdue)" = 'thuky2@mic.gov.vn ' ]
    at 2026-11-20T15:31:00+07:00 --json timers --once | jq -e '.letters == 0'
    at 2026-11-23T09:00:00+07:00 timers --once
    [ "$(letters_to overdue)" = 'thuky2@mic.gov.vn thuky2@mic.gov.vn ' ]
    for t in 24 25 26 27; do at "2026-11-${t}T09:00:00+07:00" timers --once; done
    [ "$(letters_to overdue)" = 'thuky2@mic.gov.vn thuky2@mic.gov.vn truong2@mic.gov.vn ' ]
}

@test "before a term ends its owner hears once: when half of it is over, in working time (RP-4)" {
    staff_addresses
    news "$BATS_TEST_TMPDIR/n.eml" # received 08:30: mic/publish-edited, 4 working hours, ends 13:30
    bbt ingest "$BATS_TEST_TMPDIR/n.eml" >/dev/null
    at 2026-11-20T10:29:00+07:00 timers --once
    [ -z "$(letters_to term-soon)" ]
    at 2026-11-20T12:10:00+07:00 timers --once # at noon nobody is at work
    [ -z "$(letters_to term-soon)" ]
    at 2026-11-20T10:30:00+07:00 timers --once
    [ "$(letters_to term-soon)" = 'thuky2@mic.gov.vn ' ]
    n=$(at "$NOW" --json outbox | jq -r 'select(.key | startswith("timer/term-soon/")) | .id')
    at "$NOW" outbox --preview "$n" | grep 'Đăng tin phải biên tập, chỉnh sửa.*20/11/2026 13:30.*MIC-14.1'
    for t in 10:31 11:30 13:00 10:30; do at "2026-11-20T$t:00+07:00" timers --once; done # the clock jumps back, too
    [ "$(letters_to term-soon)" = 'thuky2@mic.gov.vn ' ]
    [ -z "$(letters_to overdue)" ]
}

@test "what ended, or is late already, is not spoken of as ending soon" {
    staff_addresses
    news "$BATS_TEST_TMPDIR/n.eml"
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/n.eml" | ref_of)
    at 2026-11-20T13:31:00+07:00 timers --once
    [ -z "$(letters_to term-soon)" ]
    [ "$(letters_to overdue)" = 'thuky2@mic.gov.vn ' ]
    news "$BATS_TEST_TMPDIR/m.eml" 'Đề nghị đăng tin: Tập huấn an toàn thông tin'
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/m.eml" | ref_of)
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    at 2026-11-20T11:00:00+07:00 timers --once
    at "$NOW" --json outbox | jq -e --arg ref "$ref" -s '[.[] | select(.key | startswith("timer/term-soon/" + $ref))] == []'
}

@test "nothing goes out at night, on a Sunday, on a holiday" {
    staff_addresses
    news "$BATS_TEST_TMPDIR/n.eml"
    bbt ingest "$BATS_TEST_TMPDIR/n.eml" >/dev/null
    for t in 2026-11-20T22:00:00+07:00 2026-11-22T10:00:00+07:00 2026-09-02T10:00:00+07:00 2027-01-01T10:00:00+07:00; do
        at "$t" --json timers --once | jq -e '.letters == 0 and .questions == 0 and .reminders == 0'
    done
    [ -z "$(letters_to)" ]
}

@test "a question is passed on in the day's round; one without a unit is on the list from 16:30" {
    bbt ingest tests/letters/06-cau-hoi-ban-doc.eml >/dev/null
    at 2026-11-20T10:00:00+07:00 --json timers --once | jq -e '.questions == 1'
    at 2026-11-20T10:01:00+07:00 --json timers --once | jq -e '.questions == 0'
    letter "$BATS_TEST_TMPDIR/q.eml" ai.do@hopthu.example pass 'Cau hoi' <<< $'Kính gửi Ban Biên tập,\n\nCho tôi hỏi: muốn đăng ký thường trú thì cần giấy tờ gì, nộp ở đâu? Rất mong được giải đáp.'
    bbt ingest "$BATS_TEST_TMPDIR/q.eml" >/dev/null
    at 2026-11-20T16:29:00+07:00 --json timers | jq -e '[.matters[] | select(.what == "question-unrouted")] == []'
    at 2026-11-20T16:30:00+07:00 --json timers | jq -e '[.matters[] | select(.what == "question-unrouted")] | length == 1'
}

@test "a working day without anything new is an alarm at 16:00, and no other day is" {
    at 2026-11-20T15:59:00+07:00 --json timers | jq -e '.matters == []'
    at 2026-11-20T16:00:00+07:00 --json timers | jq -e '[.matters[].what] == ["freshness"]'
    at 2026-11-21T18:00:00+07:00 --json timers | jq -e '.matters == []'
    staff_addresses
    at 2026-11-20T16:00:00+07:00 timers --once
    [ "$(letters_to freshness)" = 'thuky2@mic.gov.vn ' ]
    at 2026-11-20T16:20:00+07:00 --json timers --once | jq -e '.letters == 0'
    news "$BATS_TEST_TMPDIR/n.eml"
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/n.eml" | ref_of)
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    at 2026-11-20T16:00:00+07:00 --json timers | jq -e '.matters == []'
}

@test "status says what needs a person and whose it is, and exits 1" {
    run at 2026-11-20T15:00:00+07:00 status
    [ "$status" -eq 0 ]
    run at 2026-11-20T16:30:00+07:00 status
    [ "$status" -eq 1 ]
    [[ $output == *'chưa đăng tin nào'*'Bộ phận thường trực'* ]]
}
