#!/usr/bin/env bats
# README.md is typed: its five minutes, line by line, by somebody who has nothing but this directory.
load lib

@test "the five minutes of README.md work as they stand" {
    root=$BATS_TEST_DIRNAME/../..
    bbt_at=$(realpath "$BBT")
    sed -n '/^## Five minutes/,/^To poll/s/^    //p' "$root/README.md" > "$BATS_TEST_TMPDIR/tour"
    [ "$(grep -c '^build/bbt' "$BATS_TEST_TMPDIR/tour")" -ge 15 ]
    {
        echo 'set -e'
        sed -e "s|^export H=.*|export H=$BATS_TEST_TMPDIR/newcomer|" -e "s|^build/bbt|$bbt_at --now $NOW|" \
            "$BATS_TEST_TMPDIR/tour"
    } > "$BATS_TEST_TMPDIR/script"
    cd "$root"
    run bash "$BATS_TEST_TMPDIR/script"
    echo "$output"
    # The last command is `status`, which may say that something needs a person.
    [ "$status" -le 1 ]
    [[ "$output" == *"BBT-2026-000009: Đã duyệt"* ]]
    [[ "$output" == *"BBT-2026-000006: Đã trả lời"* ]]
    [[ "$output" == *"mic/answer"* ]]
    [[ "$output" == *"Nhật ký nguyên vẹn"* ]]
    [[ "$output" == *"Thư gửi đi"* ]] # status came to its end
    [ "$(sqlite3 "$BATS_TEST_TMPDIR/newcomer/case.db" "SELECT count(*) FROM submissions WHERE state = 'published'")" -eq 3 ]
}

@test "what README.md names as a day's work are commands, and options that they have" {
    root=$BATS_TEST_DIRNAME/../..
    sed -n "/A day's work$/,/^## How/p" "$root/README.md" > "$BATS_TEST_TMPDIR/day"
    grep -o '`bbt [a-z][a-z]*' "$BATS_TEST_TMPDIR/day" | cut -d' ' -f2 | sort -u > "$BATS_TEST_TMPDIR/named"
    [ "$(wc -l < "$BATS_TEST_TMPDIR/named")" -ge 30 ]
    while read -r name; do
        run -0 "$BBT" "$name" --help
    done < "$BATS_TEST_TMPDIR/named"
    [[ "$("$BBT" assign --help)" == *--unit*--to* ]]
    [[ "$("$BBT" approve --help)" == *--version*--ask* ]]
    [[ "$("$BBT" questions --help)" == *route* ]]
    [[ "$("$BBT" duties --help)" == *"done "* ]]
}
