#!/usr/bin/env bats
# The calendar of duties (issue 6 item 9; RP-4, RP-6, RP-7, MIC-7.1a, MIC-13.5b3, MIC-25.1, DN-12, LS-12.3, LS-13).
# 2026-11-20 is a Friday.
load lib

setup() {
    house
}

teardown() {
    [ -z "${DAEMON:-}" ] || kill "$DAEMON"
}

at() {
    local now=$1
    shift
    "$BBT" --house "$H" --now "$now" "$@"
}

# state TIME DUTY [PERIOD]: how each part of it stands then
state() {
    at "$1" --json duties --all | jq -r --arg d "$2" --arg p "${3:-}" \
        'select(.duty == $d and ($p == "" and .present or .period == $p)) | .state' | sort -u | tr '\n' ' '
}

# other PROFILE: a house of that institution instead
other() {
    H=$BATS_TEST_TMPDIR/$1
    "$BBT" --now "$NOW" init "$H" --profile "$1" --trial >/dev/null
    bbt units import "$BATS_TEST_TMPDIR/directory.tsv" >/dev/null
}

staff() {
    at "$NOW" users add thuky2 --roles secretary --login thuky2 --address thuky2@mic.gov.vn >/dev/null
    at "$NOW" users add truong2 --roles chief --login truong2 --address truong2@mic.gov.vn >/dev/null
    at "$NOW" users add bien2 --roles editor --login bien2 --address bien2@mic.gov.vn >/dev/null
}

# letters WHAT RULE: who got letters of that kind about it, one for each letter
letters() {
    at "$NOW" --json outbox | jq -r --arg key "timer/$1/" --arg rule "/$2/" \
        'select((.key | startswith($key)) and (.key | contains($rule))) | .to' | sort | tr '\n' ' '
}

runs() {
    for t in "$@"; do at "$t" timers --once >/dev/null; done
}

@test "each duty of the profile with its period, due instant, owner, state and article" {
    bbt --json duties > "$BATS_TEST_TMPDIR/d"
    [ "$(jq -r .duty "$BATS_TEST_TMPDIR/d" | sort -u)" = "$(grep -ho '^duty [^ ]*' rules/mic/duties.rules | cut -d' ' -f2 | sort)" ]
    jq -es '.[] | select(.duty == "mic/quarter-report") | .period == "2026-Q4" and .due == "2026-12-31T23:59:59+07:00"
        and .owner == "standing-unit" and .cite == "MIC-25.1" and .state == "open" and .times == 1' "$BATS_TEST_TMPDIR/d"
    jq -es '.[] | select(.duty == "mic/weekly-documents") | .period == "2026-W47" and .remind == "2026-11-20T00:00:00+07:00"' "$BATS_TEST_TMPDIR/d"
    [ "$(jq -r 'select(.duty == "mic/licence-list") | .whose' "$BATS_TEST_TMPDIR/d" | sort | tr '\n' ' ')" = 'ATTT CBC CNTT CVT PTTH TSVTD VBC XB ' ]
    bbt duties > "$BATS_TEST_TMPDIR/t"
    grep -q '^mic/quarter-report  *2026-Q4  *31/12/2026 23:59 .*MIC-25.1$' "$BATS_TEST_TMPDIR/t"
    while IFS= read -r line; do [ "$(printf %s "$line" | wc -m)" -le 80 ] || { echo "$line"; false; }; done < "$BATS_TEST_TMPDIR/t"
    bbt --json duties --at 2027-02-03 | jq -es '.[] | select(.duty == "mic/year-report" and .present) | .period == "2027"'
    run -64 bbt duties --at tomorrow
}

@test "recorded by somebody of the owner's role or the chief, with a note, in the journal; not twice; taken back" {
    run -1 bbt --as thanhtra duties done mic/weekly-documents
    run -1 bbt --as thuky duties done mic/weekly-documents
    [[ "$output" == *'vai trò khác'* ]]
    run -0 bbt --as bientap --json duties done mic/weekly-documents --note 'lấy 12 văn bản'
    jq -e '.state == "done" and .marks[0].by == "bientap" and .marks[0].note == "lấy 12 văn bản" and .marks[0].at == "2026-11-20T09:00:00+07:00"' <<< "$output"
    run -1 bbt --as bientap duties done mic/weekly-documents
    [[ "$output" == *'đã xong (bientap)'* ]]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM journal WHERE what = 'DUTY' AND user = 'bientap' AND detail LIKE '%lấy 12 văn bản%'")" -eq 1 ]
    run -0 bbt audit verify
    run -64 bbt --as bientap duties undone mic/weekly-documents
    run -0 bbt --as bientap duties undone mic/weekly-documents --note 'nhầm tuần'
    [ "$(state "$NOW" mic/weekly-documents)" = 'soon ' ]
    run -1 bbt --as bientap duties undone mic/weekly-documents --note 'lần nữa'
    run -0 bbt --as truongban duties done mic/weekly-documents
    [ "$(state "$NOW" mic/weekly-documents)" = 'done ' ]
    run sqlite3 "$H/case.db" "UPDATE duty_marks SET user = 'x'"
    [ "$status" -ne 0 ]
    run sqlite3 "$H/case.db" "DELETE FROM duty_marks"
    [ "$status" -ne 0 ]
}

@test "a wrong duty, period, part, word: said, with the remedy" {
    run -64 bbt --as truongban duties done mic/backups
    [[ "$output" == *'nearest: mic/backup'* ]]
    run -64 bbt --as truongban duties done
    run -64 bbt --as truongban duties did mic/backup
    run -64 bbt --as truongban duties done mic/weekly-documents --period 2026-W11
    [[ "$output" == *'--period 2026-W47'* ]]
    run -64 bbt --as truongban duties done mic/licence-list
    [[ "$output" == *'--for CVT'* ]]
    run -64 bbt --as truongban duties done mic/licence-list --for QLDN
    run -1 bbt --as truongban duties done mic/year-report --unchanged
    run -64 bbt duties --unchanged
    run -64 bbt duties --frobnicate
    run -64 bbt --as truongban duties undone mic/year-report --unchanged --note x
    run -64 bbt --as truongban duties done mic/year-report --all
}

@test "'unchanged' is an answer where only changes are due (MIC-11.2c), of one unit for itself" {
    run -0 bbt --as thuky --json duties done mic/licence-list --for CVT --unchanged
    jq -e '.state == "not-needed" and .whose == "CVT"' <<< "$output"
    [ "$(state "$NOW" mic/licence-list)" = 'not-needed open ' ]
    at 2026-12-01T09:00:00+07:00 --json timers | jq -e '[.matters[] | select(.rule == "mic/licence-list") | .who] | sort == ["ATTT", "CBC", "CNTT", "PTTH", "TSVTD", "VBC", "XB"]'
}

@test "DN-12: on 04/5 at 23:59 it is in time, on 05/5 it is late; each member for himself" {
    other dongnai
    for m in 1 2; do at "$NOW" users add "uyvien$m" --roles member --login "uv$m" >/dev/null; done
    members=$(at "$NOW" --json duties | jq -r 'select(.duty == "dongnai/members-report") | .whose' | sort | tr '\n' ' ')
    [[ "$members" == *'uyvien1 uyvien2 ' ]]
    run -1 at 2027-05-04T23:58:00+07:00 --as uyvien2 duties done dongnai/members-report --for uyvien1
    at 2027-05-04T23:59:00+07:00 --as uyvien1 duties done dongnai/members-report
    [ "$(at 2027-05-04T23:59:59+07:00 --json duties | jq -r 'select(.duty == "dongnai/members-report" and .whose == "uyvien2") | .state')" = soon ]
    at 2027-05-04T23:59:59+07:00 --json timers | jq -e '[.matters[] | select(.rule == "dongnai/members-report")] == []'
    at 2027-05-05T00:00:00+07:00 --json timers | jq -e '[.matters[] | select(.rule == "dongnai/members-report") | .person] | (contains(["uyvien2"]) and (contains(["uyvien1"]) | not))'
    # it is the period before 05/5 that is late, and the one before 05/11 has begun: which one is meant must be said
    run -64 at 2027-05-05T08:00:00+07:00 --as uyvien2 duties done dongnai/members-report
    [[ "$output" == *'2027-05-05'*'2027-11-05'* ]]
    at 2027-05-05T08:00:00+07:00 --as uyvien2 duties done dongnai/members-report --period 2027-05-05
    at 2027-05-05T08:01:00+07:00 --json timers | jq -e '[.matters[] | select(.rule == "dongnai/members-report") | .person] | contains(["uyvien2"]) | not'
    at 2027-11-04T23:59:59+07:00 --json timers | jq -e '[.matters[] | select(.period == "2027-11-05")] == []'
    at 2027-11-05T00:00:00+07:00 --json timers | jq -e '[.matters[] | select(.period == "2027-11-05" and .person == "uyvien1")] | length == 1'
}

@test "month, quarter, half-year and year go overdue with the next second, and stay until they are done" {
    check() { # DUTY PERIOD LAST-SECOND NEXT
        [ "$(state "$3" "$1" "$2")" = 'soon ' ]
        [ "$(state "$4" "$1" "$2")" = 'overdue ' ]
    }
    check mic/statistics 2026-11 2026-11-30T23:59:59+07:00 2026-12-01T00:00:00+07:00
    check mic/quarter-report 2026-Q4 2026-12-31T23:59:59+07:00 2027-01-01T00:00:00+07:00
    check mic/enterprise-disclosure 2026-H2 2026-12-31T23:59:59+07:00 2027-01-01T00:00:00+07:00
    check mic/year-report 2026 2026-12-31T23:59:59+07:00 2027-01-01T00:00:00+07:00
    check mic/quarter-report 2027-Q1 2027-03-31T23:59:59+07:00 2027-04-01T00:00:00+07:00
    [ "$(state 2027-12-30T09:00:00+07:00 mic/year-report 2026)" = 'overdue ' ]
    at 2027-12-30T09:00:00+07:00 --as thuky duties done mic/year-report --period 2026
    [ "$(state 2027-12-30T09:01:00+07:00 mic/year-report 2026)" = 'done ' ]
    [ "$(state 2027-12-30T09:01:00+07:00 mic/year-report 2027)" = 'soon ' ]
    [ -z "$(state 2028-02-05T09:00:00+07:00 mic/quarter-report 2026-Q4)" ] # 400 days after it was due
    [ -z "$(state 2027-12-30T09:00:00+07:00 mic/year-report 2025)" ]       # before the house began
}

@test "the weekly task is there in each ISO week, also when all its days are off (MIC-13.5b3)" {
    H=$BATS_TEST_TMPDIR/tet
    "$BBT" --now 2026-01-05T09:00:00+07:00 init "$H" --profile mic --trial >/dev/null
    for t in 02-09 02-15 02-16 02-18 02-22 02-23; do
        at "2026-${t}T10:00:00+07:00" --json duties | jq -r 'select(.duty == "mic/weekly-documents" and .present) | .period'
    done > "$BATS_TEST_TMPDIR/weeks"
    [ "$(tr '\n' ' ' < "$BATS_TEST_TMPDIR/weeks")" = '2026-W07 2026-W07 2026-W08 2026-W08 2026-W08 2026-W09 ' ]
    [ "$(state 2026-02-23T00:00:00+07:00 mic/weekly-documents 2026-W08)" = 'overdue ' ]
}

# A house in earnest, that began two weeks before; whoever owns it may act as others.
earnest() {
    H=$BATS_TEST_TMPDIR/earnest
    "$BBT" --now 2026-11-09T08:00:00+07:00 init "$H" --profile mic >/dev/null
}

backup() {
    at "$1" backup "$BATS_TEST_TMPDIR/b-${1:0:10}" >/dev/null
    at "$1" backup --verify "$BATS_TEST_TMPDIR/b-${1:0:10}" >/dev/null
}

alarm() {
    at "$1" --json status 2>/dev/null | jq -rs '[.[0].alarms[] | select(.what == "backup-late")] | length'
}

@test "two verified backups in the week are the duty; one is not; one that nobody verified is none (MIC-7.1a)" {
    earnest
    backup 2026-11-16T10:00:00+07:00
    at 2026-11-17T10:00:00+07:00 backup "$BATS_TEST_TMPDIR/unproved" >/dev/null
    at 2026-11-18T10:00:00+07:00 --json duties | jq -es '.[] | select(.duty == "mic/backup" and .present) | .state == "open" and .done == 1 and .times == 2'
    [ "$(state 2026-11-23T00:00:00+07:00 mic/backup 2026-W47)" = 'overdue ' ]
    backup 2026-11-20T10:00:00+07:00
    [ "$(state 2026-11-20T10:01:00+07:00 mic/backup)" = 'done ' ]
    [ "$(state 2026-11-23T00:00:00+07:00 mic/backup 2026-W47)" = 'done ' ]
    [ -z "$(state 2026-11-23T00:00:00+07:00 mic/backup 2026-W46)" ] # the house had not stood all of that week
}

@test "the backup alarm: none for more than four days, or fewer than two in seven" {
    earnest
    [ "$(alarm 2026-11-13T07:00:00+07:00)" -eq 0 ]
    [ "$(alarm 2026-11-13T08:00:01+07:00)" -eq 1 ] # four days after the house began
    backup 2026-11-13T09:00:00+07:00
    [ "$(alarm 2026-11-13T09:01:00+07:00)" -eq 0 ]
    [ "$(alarm 2026-11-16T09:00:00+07:00)" -eq 1 ] # only one in seven days
    backup 2026-11-16T10:00:00+07:00
    [ "$(alarm 2026-11-16T10:01:00+07:00)" -eq 0 ]
    [ "$(alarm 2026-11-20T08:59:00+07:00)" -eq 0 ]
    [ "$(alarm 2026-11-20T09:00:01+07:00)" -eq 1 ] # the first has left the seven days
    backup 2026-11-20T09:30:00+07:00
    [ "$(alarm 2026-11-23T09:59:00+07:00)" -eq 0 ]
    backup 2026-11-23T09:59:00+07:00
    [ "$(alarm 2026-11-27T09:29:00+07:00)" -eq 0 ]
    [ "$(alarm 2026-11-27T09:59:01+07:00)" -eq 1 ] # two in seven days no more, and none for four
    run -1 at 2026-11-27T09:59:01+07:00 status
}

@test "a digest counts when it was sent, not when it was written" {
    at 2026-11-23T01:00:00+07:00 digest complaints >/dev/null
    [ "$(state 2026-11-24T09:00:00+07:00 mic/complaint-digest)" = 'open ' ]
    [ "$(state 2026-11-30T00:00:00+07:00 mic/complaint-digest 2026-W48)" = 'overdue ' ]
    # as the sender marks it
    sqlite3 "$H/case.db" "UPDATE outbox SET state = 'sending' WHERE key LIKE 'digest/%';
        UPDATE outbox SET state = 'sent', changed = strftime('%s', '2026-11-23T08:00:00+07:00') WHERE key LIKE 'digest/%'"
    [ "$(state 2026-11-24T09:00:00+07:00 mic/complaint-digest)" = 'done ' ]
    [ "$(state 2026-11-30T00:00:00+07:00 mic/complaint-digest 2026-W48)" = 'done ' ]
    [ "$(state 2026-11-30T00:00:00+07:00 mic/complaint-digest)" = 'open ' ]
}

@test "what a unit was to supply counts when it came in the period and somebody approved it" {
    letter "$BATS_TEST_TMPDIR/l.eml" vtb@mic.gov.vn pass 'Danh sách giấy phép viễn thông tháng 11/2026' <<'TEXT'
Kính gửi Ban Biên tập,

Cục Viễn thông gửi danh sách cấp phép các doanh nghiệp viễn thông trong tháng 11/2026, gồm số giấy phép, ngày cấp, lĩnh vực
hoạt động và thời hạn giấy phép. Đề nghị đăng trên Cổng Thông tin điện tử.
TEXT
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/l.eml" | ref_of)
    [ "$(bbt --json show "$ref" | jq -r .kind)" = mic/licence-list ]
    part() { at "$1" --json duties --all | jq -r --arg p "$2" 'select(.duty == "mic/licence-list" and .whose == "CVT" and .period == $p) | .state'; }
    [ "$(part "$NOW" 2026-11)" = open ]
    bbt --as thuky check "$ref" --content 'danh sách giấy phép' --purpose 'công khai cấp phép' >/dev/null
    at 2026-12-02T09:00:00+07:00 --as truongban approve "$ref" >/dev/null
    [ "$(part 2026-12-02T09:01:00+07:00 2026-11)" = done ]
    [ "$(part 2026-12-02T09:01:00+07:00 2026-12)" = open ]
    [ "$(state 2026-12-02T09:01:00+07:00 mic/licence-list 2026-11)" = 'done overdue ' ] # of the other units nothing came
}

@test "the day's round of questions is done while none is without a unit, and lapses with its day (MIC-13.5đ1)" {
    [ "$(state "$NOW" mic/question-review)" = 'done ' ]
    letter "$BATS_TEST_TMPDIR/q.eml" ai.do@hopthu.example pass 'Cau hoi' <<< $'Kính gửi Ban Biên tập,\n\nCho tôi hỏi: muốn đăng ký thường trú thì cần giấy tờ gì, nộp ở đâu? Rất mong được giải đáp.'
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/q.eml" | ref_of)
    [ "$(state 2026-11-20T15:59:59+07:00 mic/question-review)" = 'open ' ]
    [ "$(state 2026-11-20T16:00:00+07:00 mic/question-review)" = 'soon ' ]
    [ "$(state 2026-11-20T17:00:00+07:00 mic/question-review)" = 'overdue ' ]
    at 2026-11-21T00:00:00+07:00 --json timers | jq -e '[.matters[] | select(.rule == "mic/question-review")] == []'
    bbt --as thuky assign "$ref" --unit CVT >/dev/null
    [ "$(state 2026-11-20T17:00:00+07:00 mic/question-review)" = 'done ' ]
}

@test "one letter before it is due, one when it is late, then to the secretary, then to the chief (RP-6)" {
    staff
    runs 2026-11-16T10:00:00+07:00 2026-11-19T16:59:00+07:00
    [ -z "$(letters duty-soon mic/weekly-documents)" ] # Monday to Thursday: not yet
    runs 2026-11-20T08:01:00+07:00
    [ "$(letters duty-soon mic/weekly-documents)" = 'bien2@mic.gov.vn ' ]
    id=$(at "$NOW" --json outbox | jq -r 'select(.key | contains("/mic/weekly-documents/")) | .id')
    at "$NOW" outbox --preview "$id" > "$BATS_TEST_TMPDIR/letter"
    grep -q 'Cùng Văn thư Bộ lấy văn bản để đăng.*2026-W47.*22/11/2026 23:59.*MIC-13.5b3' "$BATS_TEST_TMPDIR/letter"
    run ! grep -q '{{' "$BATS_TEST_TMPDIR/letter"
    runs 2026-11-20T08:02:00+07:00 2026-11-20T15:00:00+07:00 2026-11-20T08:01:00+07:00 2026-11-16T10:00:00+07:00
    [ "$(letters duty-soon mic/weekly-documents)" = 'bien2@mic.gov.vn ' ]
    [ -z "$(letters duty-overdue mic/weekly-documents)" ]
    runs 2026-11-23T08:01:00+07:00 # the working day after Sunday: its owner, and the secretary
    [ "$(letters duty-overdue mic/weekly-documents)" = 'bien2@mic.gov.vn thuky2@mic.gov.vn ' ]
    runs 2026-11-24T08:01:00+07:00
    [ "$(letters duty-overdue mic/weekly-documents)" = 'bien2@mic.gov.vn thuky2@mic.gov.vn truong2@mic.gov.vn ' ]
    runs 2026-11-25T08:01:00+07:00 2026-11-26T08:01:00+07:00 2026-11-23T08:01:00+07:00
    [ "$(letters duty-overdue mic/weekly-documents)" = 'bien2@mic.gov.vn thuky2@mic.gov.vn truong2@mic.gov.vn ' ]
}

@test "no letter at night, at noon, on a weekend or a holiday; none about what is done (RP-4)" {
    staff
    runs 2026-11-20T07:59:00+07:00 2026-11-20T12:30:00+07:00 2026-11-20T17:30:00+07:00 2026-11-21T10:00:00+07:00 2026-11-22T23:00:00+07:00
    [ "$(at "$NOW" --json outbox | wc -l)" -eq 0 ]
    runs 2027-01-01T10:00:00+07:00
    [ "$(at "$NOW" --json outbox | wc -l)" -eq 0 ]
    bbt --as bientap duties done mic/weekly-documents >/dev/null
    runs 2026-11-20T10:00:00+07:00 2026-11-23T10:00:00+07:00
    [ -z "$(letters duty-soon mic/weekly-documents)" ]
    [ -z "$(letters duty-overdue mic/weekly-documents)" ]
    [ "$(letters duty-overdue mic/complaint-digest)" = 'thuky2@mic.gov.vn thuky2@mic.gov.vn ' ]
}

@test "a unit's duty goes to the unit's contact, a member's to that member; two runs at once write one letter each" {
    staff
    for _ in 1 2 3; do at 2026-11-26T08:05:00+07:00 timers --once >/dev/null & done
    wait
    [ "$(letters duty-soon mic/licence-list | tr ' ' '\n' | grep -c vtb@mic.gov.vn)" -eq 1 ]
    # seven units have no contact in this directory: the secretary hears of each
    [ "$(letters duty-soon mic/licence-list | tr ' ' '\n' | grep -c thuky2@mic.gov.vn)" -eq 7 ]
    other dongnai
    at "$NOW" users add uyvien1 --roles member --login uv1 --address uv1@dongnai.gov.vn >/dev/null
    at "$NOW" users add uyvien2 --roles member --login uv2 --address uv2@dongnai.gov.vn >/dev/null
    at 2027-04-20T09:00:00+07:00 --as uyvien1 duties done dongnai/members-report >/dev/null
    runs 2027-04-29T09:00:00+07:00
    [ "$(letters duty-soon dongnai/members-report)" = 'uv2@dongnai.gov.vn ' ]
}

@test "LS-12.3: a review has two working days, and its reminder after one; LS-13: the daily chase is reminded of" {
    other langson
    at "$NOW" users add thuky2 --roles secretary --login thuky2 --address thuky2@mic.gov.vn >/dev/null
    runs 2026-11-20T14:59:00+07:00
    [ -z "$(letters duty-soon langson/chase)" ]
    runs 2026-11-20T16:00:00+07:00 2026-11-20T16:01:00+07:00
    [ "$(letters duty-soon langson/chase)" = 'thuky2@mic.gov.vn ' ]
    for m in uyvien khac; do
        at "$NOW" users add "$m" --roles member --login "$m" --address "$m@langson.gov.vn" >/dev/null
    done
    news "$BATS_TEST_TMPDIR/n.eml"
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/n.eml" | ref_of)
    bbt --as truongban assign "$ref" --to uyvien >/dev/null # Friday: until the end of Tuesday
    runs 2026-11-23T09:00:00+07:00 2026-11-23T16:30:00+07:00
    [ -z "$(letters term-soon langson/review)" ]
    runs 2026-11-24T08:30:00+07:00 2026-11-24T09:30:00+07:00
    [ "$(letters term-soon langson/review)" = 'uyvien@langson.gov.vn ' ]
    runs 2026-11-25T08:30:00+07:00 # then it escalates: to him and the secretary, then to the chief
    [ "$(letters overdue langson/review)" = 'thuky2@mic.gov.vn uyvien@langson.gov.vn ' ]
}

@test "status counts what is overdue and exits 1; letters that no server will send are said" {
    earnest
    run -0 at 2026-11-09T09:00:00+07:00 status
    at 2026-11-09T09:00:00+07:00 --json status | jq -e '.duties_overdue == 0 and .needs_person == 0 and .alarms == []'
    staff
    run -1 at 2026-11-16T00:00:00+07:00 status
    [[ "$output" == *'Việc định kỳ quá hạn: 2'* ]] # the documents and the digest of the week
    [[ "$output" == *'Cùng Văn thư Bộ lấy văn bản để đăng'*'mic/weekly-documents'*'2026-W46'* ]]
    runs 2026-11-16T09:00:00+07:00
    n=$(at "$NOW" --json outbox | wc -l)
    [ "$n" -gt 0 ]
    at 2026-11-16T09:00:00+07:00 --json status | jq -es --argjson n "$n" '.[0].alarms[] | select(.what == "no-smtp") | .n == $n'
    run -1 at 2026-11-16T09:00:00+07:00 status
    [[ "$output" == *"$n thư chờ"*'smtp'* ]]
}

@test "bbt run runs the timers without a mail server, too" {
    staff
    "$BBT" --house "$H" --now 2026-11-20T10:00:00+07:00 run >/dev/null 2>&1 3>&- 4>&- &
    DAEMON=$!
    for _ in $(seq 150); do [ -z "$(letters duty-soon mic/weekly-documents)" ] || break; sleep 0.1; done
    kill "$DAEMON"
    wait "$DAEMON"
    DAEMON=
    [ "$(letters duty-soon mic/weekly-documents)" = 'bien2@mic.gov.vn ' ]
}
