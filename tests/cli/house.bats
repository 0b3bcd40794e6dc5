#!/usr/bin/env bats
# Making a house, and mistakes in what is around it.
load lib

@test "init makes a house that works at once, and refuses to make it twice" {
    house
    run bbt status
    [ "$status" -eq 0 ]
    run -1 "$BBT" init "$H"
    [[ "$output" == *"a house already"* ]]
    [ "$(stat -c %a "$H/keys/journal.key")" = 600 ]
}

@test "no house, no directory, unknown command, unknown option: one line and the right exit code" {
    run -64 "$BBT" list
    [[ "$output" == "bbt list: "* ]]
    run -78 "$BBT" --house "$BATS_TEST_TMPDIR/nowhere" list
    [[ "$output" == *"nowhere"*"No such file"* ]]
    run -64 "$BBT" frobnicate
    [[ "$output" == *"'frobnicate'"* ]]
    house
    run -64 bbt list --frobnicate
    [[ "$output" == *"--frobnicate"* ]]
    run -64 "$BBT" --now yesterday list
    [[ "$output" == *"yesterday"* ]]
    run -78 "$BBT" init "$BATS_TEST_TMPDIR/x" --profile atlantis
    [[ "$output" == *"atlantis"* ]]
}

@test "errors are also JSON when asked" {
    run -64 --separate-stderr "$BBT" --json frobnicate
    [ "$(echo "$output" | python3 -c 'import json,sys; print(json.load(sys.stdin)["error"]["kind"])')" = usage ]
}

@test "a broken configuration names file, line and column of every problem" {
    house
    printf 'profile mic\nmailbax x {\n    protocol imap\n}\nmailbox y {\n    port 99999\n' > "$H/banbientap.conf"
    run -78 bbt list
    [[ "$output" == *"banbientap.conf:2:1:"* ]]
    [[ "$output" == *"banbientap.conf:6:"* ]]
}

@test "a configuration or password that others may read is refused as a password file" {
    house
    printf 'mailbox m { protocol imap; host 127.0.0.1; port 1; user u; password-file secret/p }\n' >> "$H/banbientap.conf"
    echo x > "$H/secret/p"
    chmod 644 "$H/secret/p"
    run -78 bbt fetch --once
    [[ "$output" == *"chmod 600"* ]]
}

@test "help is Vietnamese, and English when asked" {
    run -0 "$BBT" --help
    vi=$output
    run -0 env LANG=en_US.UTF-8 "$BBT" --help
    [ "$vi" != "$output" ]
    run -0 env LC_ALL=C "$BBT" --help
    [ "$vi" = "$output" ]
    for c in init fetch intake run ingest explain list search show approve refuse publish digest rules units outbox send site fsck status; do
        run -0 "$BBT" help "$c"
        [[ "$output" != "help.$c" ]]
    done
}

@test "a newer database is refused, not mangled" {
    house
    sqlite3 "$H/case.db" 'PRAGMA user_version=9999'
    before=$(sha256sum < "$H/case.db")
    run -78 bbt list
    [[ "$output" == *"9999"* ]]
    [ "$before" = "$(sha256sum < "$H/case.db")" ]
}
