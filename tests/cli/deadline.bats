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

@test "list names each of the 62 rules and the five besides" {
    for p in mic langson dongnai bca; do
        "$BBT" deadline list --profile "$p" --json
    done > "$BATS_TEST_TMPDIR/all"
    [ "$(jq -r .rule "$BATS_TEST_TMPDIR/all" | sort -u | wc -l)" -eq 67 ]
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
