# bbt deadline: compute, list, propose; the independent re-computation through the real program.
load lib

setup() {
    BBT=${BBT:-build/bbt}
}

@test "compute prints the due instant and each day with its cause" {
    run "$BBT" deadline compute --rule mic/publish-edited --start 2025-04-25T16:00:00+07:00
    [ "$status" -eq 0 ]
    [[ "$output" == *"T7 26/04/2025 11:00"* ]]
    [[ "$output" == *"MIC-14.1"* ]]
    while IFS= read -r line; do
        [ "$(printf %s "$line" | wc -m)" -le 80 ]
    done <<<"$output"
    text=$(tr -s ' \n' ' ' <<<"$output")
    [[ "$text" == *"thứ Bảy làm việc: làm bù ngày 02/5 (GK)"* ]]
    [[ "$text" == *"Hạn tạm tính"* ]]
}

@test "12 hours of the clock run through a Sunday; a statement is due with itself" {
    run "$BBT" deadline compute --rule bca/incident --start 2024-11-09T20:00:00+07:00 --json
    [ "$status" -eq 0 ]
    [ "$(jq -r .due <<<"$output")" = 2024-11-10T08:00:00+07:00 ]
    run "$BBT" deadline compute --rule bca/press-statement --start 2024-11-09T20:00:00+07:00 --json
    [ "$(jq -r .due <<<"$output")" = 2024-11-09T20:00:00+07:00 ]
}

@test "a pause stops the clock; while it lasts nothing is due" {
    run "$BBT" deadline compute --rule mic/publish-edited --start 2024-11-05T09:12:00+07:00 --json \
        --pause 2024-11-05T10:00:00+07:00/2024-11-05T11:00:00+07:00
    [ "$(jq -r .due <<<"$output")" = 2024-11-05T15:12:00+07:00 ]
    run "$BBT" deadline compute --rule mic/publish-edited --start 2024-11-05T09:12:00+07:00 --json \
        --pause 2024-11-05T10:00:00+07:00/
    [ "$(jq -r .due <<<"$output")" = null ]
}

@test "a wrong rule, start, pause or profile is said, with the nearest rule" {
    run --separate-stderr "$BBT" deadline compute --rule mic/anser --start 2024-11-05T09:12:00+07:00
    [ "$status" -eq 64 ]
    [[ "$stderr" == *"nearest: mic/answer"* ]]
    run "$BBT" deadline compute --rule mic/answer --start yesterday
    [ "$status" -eq 64 ]
    run "$BBT" deadline compute --rule mic/answer --start 2024-11-05T09:12:00+07:00 --pause tomorrow
    [ "$status" -eq 64 ]
    run "$BBT" deadline compute --rule mic/answer
    [ "$status" -eq 64 ]
    run "$BBT" deadline list
    [ "$status" -eq 64 ]
    run "$BBT" deadline
    [ "$status" -eq 64 ]
}

@test "list names each of the 62 rules and the six besides" {
    for p in mic langson dongnai bca; do
        "$BBT" deadline list --profile "$p" --json
    done > "$BATS_TEST_TMPDIR/all"
    [ "$(jq -r .rule "$BATS_TEST_TMPDIR/all" | sort -u | wc -l)" -eq 68 ]
    grep -v '^#' tests/data/time_rules.tsv | cut -f2 | sort > "$BATS_TEST_TMPDIR/expected"
    jq -r .rule "$BATS_TEST_TMPDIR/all" | sort | diff - "$BATS_TEST_TMPDIR/expected"
    run "$BBT" deadline list --profile dongnai
    [[ "$output" == *"DN-12"* ]]
}

@test "propose gives lines that a rules file takes" {
    run "$BBT" deadline propose 2028
    [ "$status" -eq 0 ]
    [[ "$output" == *'off 01-26 "Tết Nguyên đán" provisional'* ]]
    cp -r rules conf "$BBT" "$BATS_TEST_TMPDIR/"
    printf '%s\n' "$output" >> "$BATS_TEST_TMPDIR/rules/common/calendar.rules"
    run "$BATS_TEST_TMPDIR/bbt" rules check mic
    [ "$status" -eq 0 ]
    run "$BBT" deadline propose 2500
    [ "$status" -eq 64 ]
}

@test "many questions on stdin: line N of the output answers line N" {
    run "$BBT" --profile mic deadline compute --batch <<'LINES'
{"rule": "mic/answer", "start": "2025-01-24T16:50:00+07:00"}
{"rule": "mic/nothing", "start": "2025-01-24T16:50:00+07:00"}
nonsense
{"rule": "mic/answer", "start": "2024-11-04T09:00:00+07:00", "pauses": ["2024-11-05T10:00:00+07:00/"]}
LINES
    [ "$status" -ne 0 ]
    [ "${#lines[@]}" -eq 4 ]
    [ "$(jq -r .due <<<"${lines[0]}")" = 2025-02-07T23:59:59+07:00 ]
    [ "$(jq -r .error.kind <<<"${lines[1]}")" = usage ]
    [ "$(jq -r .error.kind <<<"${lines[2]}")" = data ]
    [ "$(jq -r .due <<<"${lines[3]}")" = null ]
}

@test "an independent re-computation agrees on 10,000 random pairs" {
    run python3 tests/deadline/recompute.py "$BBT" 10000 20261122
    [ "$status" -eq 0 ] || echo "$output"
    [ "$status" -eq 0 ]
}

@test "that re-computation can fail: with one holiday less it differs" {
    sed 's|30/4 1/5 2/5 1/9|30/4 1/5 1/9|' tests/deadline/recompute.py > "$BATS_TEST_TMPDIR/other.py"
    run python3 "$BATS_TEST_TMPDIR/other.py" "$BBT" 3000 1
    [ "$status" -eq 1 ]
}

# ---- the clocks of cases in a house

question() {
    letter "$1" dan.thuong@gmail.com pass "Hỏi về thủ tục cấp tên miền" <<'TEXT'
Kính gửi Ban Biên tập,

Tôi muốn hỏi thủ tục đăng ký tên miền .vn gồm những giấy tờ gì và nộp ở đâu? Xin Ban Biên tập trả lời giúp tôi.
Tôi xin cảm ơn.
TEXT
}

case_of() {
    bbt --json ingest "$1" | jq -r .submission
}

@test "a question gets its five days at receipt, ten when co-operation is recorded, and explain proves it" {
    house
    bbt users add truong --roles chief >/dev/null
    question "$BATS_TEST_TMPDIR/q.eml"
    run bbt --json ingest "$BATS_TEST_TMPDIR/q.eml"
    ref=$(jq -r .submission <<<"$output")
    [ "$(jq -c '[.deadlines[] | [.rule, .due]]' <<<"$output")" = '[["mic/answer","2026-11-27T23:59:59+07:00"]]' ]
    run bbt deadline explain "$ref"
    [ "$status" -eq 0 ]
    [[ "$output" == *"mic/answer: "*"T6 27/11/2026 23:59:59"* ]]
    run bbt --as truong record "$ref" co-operation
    [ "$status" -eq 64 ]
    run bbt --as truong --json record "$ref" co-operation --at "$NOW" --reason CVT
    [ "$status" -eq 0 ]
    [ "$(jq -c '[.deadlines[] | [.rule, .due, .ended_by]]' <<<"$output")" = \
        '[["mic/answer","2026-11-27T23:59:59+07:00","co-operation"],["mic/answer-joint","2026-12-04T23:59:59+07:00",null]]' ]
    run bbt --as truong record "$ref" co-operation --at "$NOW" --reason CVT
    [ "$status" -eq 1 ]
    bbt show "$ref" | grep -q 'phối hợp'
}

@test "a clock ends with the case; what is overdue is counted" {
    house
    bbt users add truong --roles chief >/dev/null
    news "$BATS_TEST_TMPDIR/n.eml"
    ref=$(case_of "$BATS_TEST_TMPDIR/n.eml")
    [ "$(bbt --json deadline explain "$ref" | jq -r '.deadlines[0].due')" = 2026-11-20T13:30:00+07:00 ]
    [ "$("$BBT" --house "$H" --now 2026-11-20T13:30:00+07:00 --json status | jq .overdue)" -eq 0 ]
    [ "$("$BBT" --house "$H" --now 2026-11-20T13:30:01+07:00 --json status | jq -s ".[0].overdue")" -eq 1 ]
    "$BBT" --house "$H" --now 2026-11-20T14:00:00+07:00 --as truong approve "$ref"
    "$BBT" --house "$H" --now 2026-11-20T14:00:00+07:00 --as truong publish "$ref"
    [ "$("$BBT" --house "$H" --now 2026-11-20T15:00:00+07:00 --json status | jq .overdue)" -eq 0 ]
    run bbt deadline explain "$ref"
    [[ "$output" == *"TRỄ"* ]]
}

@test "a forged letter has no clock" {
    house
    letter "$BATS_TEST_TMPDIR/f.eml" nva@mic.gov.vn fail "Tin bài khai trương" <<<'Đề nghị đăng tin: sáng nay Cục đã khai trương.'
    [ "$(bbt --json ingest "$BATS_TEST_TMPDIR/f.eml" | jq -c .deadlines)" = '[]' ]
}

@test "a holiday that is added moves what is open, prints a diff and writes it; what has ended stays" {
    cp -r rules conf "$(dirname "$BBT")"/bbt* "$BATS_TEST_TMPDIR/"
    BBT=$BATS_TEST_TMPDIR/bbt
    house
    bbt users add truong --roles chief >/dev/null
    question "$BATS_TEST_TMPDIR/q.eml"
    ref=$(case_of "$BATS_TEST_TMPDIR/q.eml")
    news "$BATS_TEST_TMPDIR/n.eml"
    ended=$(case_of "$BATS_TEST_TMPDIR/n.eml")
    bbt --as truong close "$ended" --reason "đã xem"
    run bbt --as truong deadline recompute
    [[ "$output" == *"hạn thay đổi: 0"* ]]
    echo 'switch culture-day yes' >> "$BATS_TEST_TMPDIR/rules/mic/calendar.rules"
    run bbt --as truong deadline recompute --dry-run
    [[ "$output" == *"$ref  mic/answer: 27/11/2026 23:59 -> 30/11/2026 23:59"* ]]
    [ "$(bbt --json deadline explain "$ref" | jq -r '.deadlines[0].due')" = 2026-11-27T23:59:59+07:00 ]
    bbt deadline explain "$ref" | grep -q 'bbt deadline recompute'
    run bbt --as truong --json deadline recompute
    [ "$(jq -r .to <<<"$output")" = 2026-11-30T23:59:59+07:00 ]
    [ "$(bbt --json deadline explain "$ref" | jq -r '.deadlines[0].due')" = 2026-11-30T23:59:59+07:00 ]
    run bbt --as truong deadline recompute
    [[ "$output" == *"hạn thay đổi: 0"* ]]
    bbt show "$ref" | grep -q '30/11/2026'
    [ "$(bbt --json deadline explain "$ended" | jq -r '.deadlines[0].ended_by')" = closed ]
    bbt fsck
}

@test "years warns from 1 November on of a year that is not confirmed" {
    run "$BBT" --now 2026-10-31T09:00:00+07:00 deadline years --profile mic
    [ "$status" -eq 0 ]
    run "$BBT" --now 2026-11-01T09:00:00+07:00 deadline years --profile mic
    [ "$status" -eq 1 ]
    [[ "$output" == *2027* ]]
}

@test "status says so too, and counts what is overdue" {
    house
    [ "$("$BBT" --house "$H" --now 2026-10-31T09:00:00+07:00 --json status | jq -c .unconfirmed_years)" = '[]' ]
    [ "$(bbt --json status | jq -c .unconfirmed_years)" = '[2027]' ]
    run bbt status
    [ "$status" -eq 0 ]
    [[ "$output" == *"2027"* ]]
}
