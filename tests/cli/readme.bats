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
    [[ "$output" == *"mic/answer"* ]]
    [[ "$output" == *"Nhật ký nguyên vẹn"* ]]
    [[ "$output" == *"Thư gửi đi"* ]] # status came to its end
    [ "$(sqlite3 "$BATS_TEST_TMPDIR/newcomer/case.db" "SELECT count(*) FROM submissions WHERE state = 'published'")" -eq 2 ]
}
