# hostile.bats: what a broken or lying server can do to fetch: nothing but an error in one line.
bats_require_minimum_version 1.5.0

setup_file() {
    export BBT=$(realpath "${BBT:-build/bbt}")
    export CERTS=$BATS_FILE_TMPDIR/mail/certs
    sh "$BATS_TEST_DIRNAME/certs.sh" "$CERTS"
}

setup() {
    MAIL_DIR=$BATS_FILE_TMPDIR/mail
    . "$BATS_TEST_DIRNAME/mailserver.bash"
    mail_ports $((BATS_TEST_NUMBER % 4))
    H=$BATS_TEST_TMPDIR/house
    mail_house "$H"
    rm -f "$MAIL_DIR/fake.log"
}

teardown() {
    [ -z "${FAKE:-}" ] || kill "$FAKE" 2>/dev/null || true
}

fake() { # MODE [conf lines]: starts the server, fetches once with a deadline
    local mode=$1
    shift
    /usr/bin/python3 "$BATS_TEST_DIRNAME/fakeimap.py" "$CERTS" "$MAIL_FAKE" "$mode" >/dev/null 3>&- &
    FAKE=$!
    mail_wait_port 127.0.0.1 "$MAIL_FAKE"
    mail_box "$H" m an "$MAIL_FAKE" "timeout 2" "$@"
    run --separate-stderr timeout 25 "$BBT" --house "$H" fetch --once
    [ "$status" -ne 124 ]
    [[ "$stderr" != *signal* ]]
}

spooled() {
    find "$H/spool/new" -name '*.eml' 2>/dev/null | wc -l
}

no_password_sent() {
    [ "$(grep -c -i -e 'mat khau' -e LOGIN "$MAIL_DIR/fake.log")" -eq 0 ]
}

@test "no STARTTLS offered: refused, no password in clear" {
    fake no_starttls "tls starttls"
    [ "$status" -eq 78 ]
    [[ "$stderr" == *"STARTTLS is not offered"* ]]
    no_password_sent
}

@test "STARTTLS refused by the server: no password in clear" {
    fake refuse_starttls "tls starttls"
    [ "$status" -eq 78 ]
    no_password_sent
}

@test "text injected behind the STARTTLS answer: refused (CVE-2020-15953)" {
    fake inject_starttls "tls starttls"
    [ "$status" -ne 0 ]
    no_password_sent
}

@test "PREAUTH in clear must not skip STARTTLS" {
    fake preauth_plain "tls starttls"
    [ "$status" -eq 78 ]
    [[ "$stderr" == *PREAUTH* ]]
    no_password_sent
}

@test "a flood of answers, a line without end, a slow drip: given up in time" {
    local mode
    for mode in flood endless_line drip; do
        rm -rf "$H"
        mail_house "$H"
        fake "$mode"
        [ "$status" -eq 75 ]
        kill "$FAKE"
        wait "$FAKE" || true
    done
}

@test "letters nobody asked for are not taken" {
    fake strangers
    [ "$status" -eq 0 ]
    [ "$(spooled)" -eq 3 ]
    [ -z "$(grep -l injected "$H"/spool/new/*.eml)" ]
}

@test "a letter that is listed but not given does not keep the others, and is not forgotten" {
    fake hole
    [ "$status" -eq 75 ]
    [[ "$stderr" == *"UID 2"* ]]
    [ "$(spooled)" -eq 2 ]
    kill "$FAKE"
    wait "$FAKE" || true
    /usr/bin/python3 "$BATS_TEST_DIRNAME/fakeimap.py" "$CERTS" "$MAIL_FAKE" plain >/dev/null 3>&- &
    FAKE=$!
    mail_wait_port 127.0.0.1 "$MAIL_FAKE"
    run timeout 25 "$BBT" --house "$H" fetch --once
    [ "$status" -eq 0 ]
    [ "$(spooled)" -eq 3 ]
}

@test "literals of 4 GB and of 2^32 + 3 bytes, a size that is a lie: errors, no letter invented" {
    local mode
    for mode in huge_literal wrapped_literal; do
        rm -rf "$H"
        mail_house "$H"
        fake "$mode"
        [ "$status" -eq 75 ]
        [ "$(spooled)" -eq 0 ]
        kill "$FAKE"
        wait "$FAKE" || true
    done
    rm -rf "$H"
    mail_house "$H"
    fake size_lie
    [ "$status" -eq 0 ]
    [ "$(grep -l '"header_only":true' "$H"/spool/new/*.facts | wc -l)" -eq 3 ]
}

@test "no UIDVALIDITY: refused; no CAPABILITY line and [UNAVAILABLE]: handled" {
    fake no_uidvalidity
    [ "$status" -eq 78 ]
    kill "$FAKE"; wait "$FAKE" || true
    rm -rf "$H"; mail_house "$H"
    fake no_capability
    [ "$status" -eq 0 ]
    kill "$FAKE"; wait "$FAKE" || true
    rm -rf "$H"; mail_house "$H"
    fake unavailable
    [ "$status" -eq 75 ]
}

@test "control characters in user or folder never reach a server" {
    mail_box "$H" m an 1
    printf 'an\r\nA1 DELETE INBOX' >"$H/secret/m"
    run --separate-stderr "$BBT" --house "$H" fetch --once
    [ "$status" -eq 78 ]
    [[ "$stderr" == *"control character"* ]]
}

@test "an IDLE that begins with other news is survived by polling" {
    /usr/bin/python3 "$BATS_TEST_DIRNAME/fakeimap.py" "$CERTS" "$MAIL_FAKE" idle_untagged >/dev/null 3>&- &
    FAKE=$!
    mail_wait_port 127.0.0.1 "$MAIL_FAKE"
    mail_box "$H" m an "$MAIL_FAKE" "timeout 2" "poll 1"
    "$BBT" --house "$H" fetch 2>"$BATS_TEST_TMPDIR/log" 3>&- &
    local role=$! i
    for i in $(seq 300); do # the letters, then a poll
        [ "$(spooled)" -ne 3 ] || ! grep -q NOOP "$MAIL_DIR/fake.log" || break
        sleep 0.1
    done
    sleep 2 # would it fall into IDLE again, or take a letter twice?
    kill -TERM "$role"
    wait "$role"
    [ "$(spooled)" -eq 3 ]
    grep -q NOOP "$MAIL_DIR/fake.log"
    [ "$(grep -c IDLE "$MAIL_DIR/fake.log")" -eq 1 ]
}

@test "the server is cut at 200 bytes of the dialogue: no hang, no false success, nothing lost or twice" {
    run /usr/bin/python3 "$BATS_TEST_DIRNAME/cuts.py" "$BBT" "$CERTS" "${BBT_CUT_POINTS:-200}"
    echo "# $output" >&3
    [ "$status" -eq 0 ]
}

@test "the server falls silent at bytes of the dialogue, and is cut within a streamed letter" {
    run /usr/bin/python3 "$BATS_TEST_DIRNAME/cuts.py" "$BBT" "$CERTS" 12 --stall
    [ "$status" -eq 0 ]
    run /usr/bin/python3 "$BATS_TEST_DIRNAME/cuts.py" "$BBT" "$CERTS" 16 --big
    [ "$status" -eq 0 ]
}
