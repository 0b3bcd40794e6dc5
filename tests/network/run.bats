#!/usr/bin/env bats
# `bbt run` against a real Dovecot: a letter is in the list within two seconds, and a kill at any moment leaves it
# there exactly once.
bats_require_minimum_version 1.5.0
BBT=$(realpath "${BBT:-build/bbt}")
load mailserver

KILLS=${BBT_RUN_KILLS:-15}

setup_file() {
    [ "$(id -u)" = 0 ] || skip "Dovecot's helpers need root"
    export MAIL_DIR=$(mktemp -d)
    mail_start 0
    export MAIL_IMAPS MAIL_DIR
}

teardown_file() {
    mail_stop
    rm -rf "$MAIL_DIR"
}

teardown() {
    [ -z "${RUN:-}" ] || kill -9 -- "-$RUN" 2>/dev/null || true
}

# All roles in a process group of their own, so that a kill takes them all at once.
start_run() {
    setsid "$BBT" --house "$H" run </dev/null >>"$BATS_TEST_TMPDIR/run.log" 2>&1 3>&- 4>&- &
    RUN=$!
}

letter() {
    printf 'From: dan%s@gmail.com\r\nTo: banbientap@mic.gov.vn\r\nSubject: Cho toi hoi so %s\r\n' "$1" "$1"
    printf 'Message-ID: <run-%s@x>\r\nDate: Fri, 20 Nov 2026 08:29:00 +0700\r\n\r\nCho toi hoi thu tuc thu %s?\r\n' "$1" "$1"
}

count() {
    "$BBT" --house "$H" --json list --limit 10000 | wc -l
}

# Waits at most $2 tenths of a second for $1 submissions.
await() {
    local i
    for i in $(seq "$2"); do
        [ "$(count)" -ge "$1" ] && return 0
        sleep 0.1
    done
    return 1
}

@test "a letter saved while the roles idle is in the list within two seconds" {
    H=$BATS_TEST_TMPDIR/house
    mail_house "$H"
    mail_box "$H" m u41 "$MAIL_IMAPS"
    start_run
    letter 0 | mail_save u41
    await 1 600
    sleep 1 # idling now
    # One of three within two seconds: a busy machine may delay one; each must come.
    local n start quick=0
    for n in 1 2 3; do
        start=$(date +%s%N)
        letter "$n" | mail_save u41
        await $((n + 1)) 300
        [ $((($(date +%s%N) - start) / 1000000)) -ge 2000 ] || quick=$((quick + 1))
    done
    [ "$quick" -ge 1 ]
    kill -TERM "$RUN"
    wait "$RUN"
    RUN=
    "$BBT" --house "$H" fsck
}

@test "killed at any moment: every letter in the list exactly once" {
    H=$BATS_TEST_TMPDIR/house
    mail_house "$H"
    mail_box "$H" m u42 "$MAIL_IMAPS"
    RANDOM=4711
    for i in $(seq "$KILLS"); do
        start_run
        sleep "0.$((RANDOM % 4))"
        letter "$i" | mail_save u42
        sleep "0.0$((RANDOM % 10))"
        kill -9 -- "-$RUN"
        wait "$RUN" || true
    done
    start_run
    await "$KILLS" 600
    sleep 0.5
    [ "$(count)" -eq "$KILLS" ]
    kill -TERM "$RUN"
    wait "$RUN"
    RUN=
    "$BBT" --house "$H" fsck
    [ "$("$BBT" --house "$H" --json list --limit 10000 | sed 's/.*"subject":"\([^"]*\)".*/\1/' | sort -u | wc -l)" -eq "$KILLS" ]
}
