# fetch.bats: mailboxes into the spool, against a real Dovecot over TLS.
bats_require_minimum_version 1.5.0

setup_file() {
    export BBT=$(realpath "${BBT:-build/bbt}")
    # Not below bats' own directory, which Dovecot's users may not enter.
    export MAIL_DIR=$(mktemp -d)
    . "$BATS_TEST_DIRNAME/mailserver.bash"
    mail_start
    export MAIL_UID MAIL_IMAPS MAIL_IMAP MAIL_POP3S MAIL_POP3 MAIL_EXPIRED MAIL_WRONG MAIL_SELF MAIL_FAKE
}

teardown_file() {
    . "$BATS_TEST_DIRNAME/mailserver.bash"
    mail_stop
    rm -rf "$MAIL_DIR"
}

setup() {
    . "$BATS_TEST_DIRNAME/mailserver.bash"
    H=$BATS_TEST_TMPDIR/house
    mail_house "$H"
    # Every test has its own user, so that none sees another's letters.
    USER_NAME=u$BATS_TEST_NUMBER
}

teardown() {
    [ -z "${ROLE:-}" ] || { kill -KILL "$ROLE"; wait "$ROLE"; } 2>/dev/null || true
    [ -z "${FAKE:-}" ] || kill "$FAKE" 2>/dev/null || true
}

save() { # N...: letters into the INBOX; what was saved is kept in $BATS_TEST_TMPDIR/sent
    mkdir -p "$BATS_TEST_TMPDIR/sent"
    local n
    for n in "$@"; do
        printf 'From: a@mic.gov.vn\r\nSubject: letter %s\r\nMessage-ID: <%s@x>\r\n\r\nBody %s\r\n.\r\n..\r\nFrom the end\r\n' \
            "$n" "${MESSAGE_ID:-$n}" "$n" >"$BATS_TEST_TMPDIR/sent/$n"
        mail_save "$USER_NAME" <"$BATS_TEST_TMPDIR/sent/$n"
    done
}

sent() {
    sha256sum "$BATS_TEST_TMPDIR"/sent/* | cut -d' ' -f1 | sort
}

fetch_once() {
    run --separate-stderr timeout 60 "$BBT" --house "$H" fetch --once
}

same_bytes() {
    diff <(sent) <(mail_spooled "$H")
}

count() {
    find "$H/spool/new" -name '*.eml' 2>/dev/null | wc -l
}

@test "IMAP over TLS: the bytes arrive as they were saved, with INTERNALDATE" {
    save 1 2 3
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    fetch_once
    [ "$status" -eq 0 ]
    same_bytes
    date=$(mail_doveadm fetch -u "$USER_NAME" date.received uid 1 | sed -n 's/^date.received: //p')
    grep -h -F "\"received\":$(date -d "$date" +%s)," "$H"/spool/new/*.facts
    grep -q '"received_by":"internaldate"' "$H"/spool/new/*.facts
    # Nothing was altered on the server.
    [ -z "$(mail_doveadm fetch -u "$USER_NAME" flags all | grep -i seen)" ]
}

@test "IMAP with STARTTLS, POP3S and POP3 with STLS bring the same bytes" {
    save 1 2
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAP" "tls starttls"
    fetch_once
    [ "$status" -eq 0 ]
    same_bytes
    local protocol_port
    for protocol_port in "implicit $MAIL_POP3S" "starttls $MAIL_POP3"; do
        rm -rf "$H"
        mail_house "$H"
        mail_box "$H" m "$USER_NAME" "${protocol_port#* }" "protocol pop3" "tls ${protocol_port% *}"
        fetch_once
        [ "$status" -eq 0 ]
        same_bytes
    done
}

@test "a second fetch takes nothing, by IMAP and by POP3" {
    save 1 2
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    mail_box "$H" p "$USER_NAME" "$MAIL_POP3S" "protocol pop3"
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 4 ]
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 4 ]
    run "$BBT" --house "$H" status --json
    [[ "$output" == *'"cursor":"'*':2"'* ]]
}

@test "expired, wrong-host and self-signed certificates are refused by name, and nothing is fetched" {
    save 1
    local host_port_words
    for host_port_words in "127.0.0.2 $MAIL_EXPIRED has expired" "127.0.0.3 $MAIL_WRONG is for another host" \
        "127.0.0.4 $MAIL_SELF has an unknown issuer"; do
        read -r host port words <<<"$host_port_words"
        rm -rf "$H"
        mail_house "$H"
        mail_box "$H" m "$USER_NAME" "$port" "host $host"
        fetch_once
        [ "$status" -eq 78 ]
        [ "${#stderr_lines[@]}" -eq 1 ]
        [[ "$stderr" == *"certificate $words"* ]]
        [ "$(count)" -eq 0 ]
    done
}

@test "TLS 1.1 is refused" {
    openssl s_server -quiet -accept "$MAIL_FAKE" -tls1_1 -cipher 'ALL:@SECLEVEL=0' -cert "$MAIL_DIR/certs/good.pem" \
        -key "$MAIL_DIR/certs/good.key" >/dev/null 2>&1 3>&- &
    FAKE=$!
    mail_wait_port 127.0.0.1 "$MAIL_FAKE"
    mail_box "$H" m "$USER_NAME" "$MAIL_FAKE"
    fetch_once
    [ "$status" -ne 0 ]
    [[ "$stderr" == *"TLS with 'localhost'"* ]]
}

@test "a refused password and a missing server do not keep the other mailbox" {
    save 1 2
    mail_box "$H" bad "$USER_NAME" "$MAIL_IMAPS"
    echo "sai" >"$H/secret/bad"
    mail_box "$H" gone "$USER_NAME" 1
    mail_box "$H" good "$USER_NAME" "$MAIL_IMAPS"
    fetch_once
    [ "$status" -eq 78 ]
    [[ "$stderr" == *"mailbox 'bad': log in as '$USER_NAME'"*"2 of 3"* ]]
    same_bytes
    run "$BBT" --house "$H" status --json
    [[ "$output" == *"log in as"* ]]
}

@test "a password file that others may read is refused" {
    save 1
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    chmod 644 "$H/secret/m"
    fetch_once
    [ "$status" -eq 78 ]
    [ "$(count)" -eq 0 ]
}

@test "another UIDVALIDITY: no letter lost, none becomes another letter" {
    save 1 2 3
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    fetch_once
    [ "$(count)" -eq 3 ]
    mail_doveadm mailbox update -u "$USER_NAME" --uid-validity 4242 INBOX
    save 4
    fetch_once
    [ "$status" -eq 0 ]
    [ "$(count)" -eq 7 ]
    [ "$(mail_spooled "$H" | uniq | wc -l)" -eq 4 ]
    diff <(sent) <(mail_spooled "$H" | uniq)
    [ "$(grep -l '"receipt":"INBOX/4242/' "$H"/spool/new/*.facts | wc -l)" -eq 4 ]
}

@test "1,000 letters sharing one Message-ID are 1,000" {
    local i box=$MAIL_DIR/mail/$USER_NAME
    mkdir -p "$box/cur" "$box/new" "$box/tmp"
    for i in $(seq 1000); do
        printf 'From: a@mic.gov.vn\r\nMessage-ID: <same@x>\r\nSubject: %d\r\n\r\nBody %d\r\n' $i $i \
            >"$box/new/$((1700000000 + i)).M${i}P1.host"
    done
    chown -R nobody "$box"
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    fetch_once
    [ "$status" -eq 0 ]
    [ "$(mail_spooled "$H" | uniq | wc -l)" -eq 1000 ]
}

@test "a letter of 40 MB is streamed: the process stays small" {
    mkdir -p "$BATS_TEST_TMPDIR/sent"
    { printf 'From: a@mic.gov.vn\r\nSubject: big\r\n\r\n'
      yes 'A line of seventy characters or so, again and again, to make it big..' | head -n 560000 | sed 's/$/\r/'
    } >"$BATS_TEST_TMPDIR/sent/big"
    mail_save "$USER_NAME" <"$BATS_TEST_TMPDIR/sent/big"
    save 1
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    mail_box "$H" p "$USER_NAME" "$MAIL_POP3S" "protocol pop3"
    run --separate-stderr /usr/bin/python3 -c '
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$BBT" --house "$H" fetch --once
    read -r code rss <<<"$output"
    [ "$code" -eq 0 ]
    [ "$rss" -lt 40000 ]
    diff <(sent) <(mail_spooled "$H" | uniq)
}

@test "a letter over max-letter comes as its header, marked, and stays on the server" {
    mkdir -p "$BATS_TEST_TMPDIR/sent"
    save 1
    { printf 'From: a@mic.gov.vn\r\nSubject: too big\r\n\r\n'; yes 'x' | head -n 100000 | sed 's/$/\r/'; } |
        mail_save "$USER_NAME"
    sed -i '1a max-letter 64K' "$H/banbientap.conf"
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS" "after delete"
    fetch_once
    [ "$status" -eq 0 ]
    mail_box "$H" p "$USER_NAME" "$MAIL_POP3S" "protocol pop3" # not beside the one that deletes: it may see a letter go
    fetch_once
    [ "$status" -eq 0 ]
    [ "$(grep -l '"header_only":true' "$H"/spool/new/*.facts | wc -l)" -ge 1 ]
    grep -l 'Subject: too big' "$H"/spool/new/*.eml | while read -r eml; do
        [ "$(stat -c %s "$eml")" -lt 1000 ]
    done
    [ "$(mail_doveadm search -u "$USER_NAME" all | wc -l)" -eq 1 ]
}

@test "after flag, move and delete happen on the server, also after a crash between commit and flag" {
    save 1 2
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS"
    fetch_once
    # What a crash leaves: taken, but not flagged.
    sed -i 's/user /after flag $Taken\n    user /' "$H/banbientap.conf"
    save 3
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 3 ]
    [ "$(mail_doveadm search -u "$USER_NAME" keyword '$Taken' | wc -l)" -eq 3 ]
    mail_doveadm mailbox create -u "$USER_NAME" "Đã xử lý"
    sed -i 's/after flag .*/after move "Đã xử lý"/' "$H/banbientap.conf"
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 3 ]
    [ "$(mail_doveadm search -u "$USER_NAME" mailbox "Đã xử lý" | wc -l)" -eq 3 ]
    [ "$(mail_doveadm search -u "$USER_NAME" mailbox INBOX | wc -l)" -eq 0 ]
    sed -i 's/after move .*/after delete/' "$H/banbientap.conf"
    save 4
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 4 ]
    [ "$(mail_doveadm search -u "$USER_NAME" mailbox INBOX | wc -l)" -eq 0 ]
    same_bytes
}

@test "POP3 deletes only what is durable, and only when told" {
    save 1 2
    mail_box "$H" p "$USER_NAME" "$MAIL_POP3S" "protocol pop3"
    fetch_once
    [ "$(mail_doveadm search -u "$USER_NAME" all | wc -l)" -eq 2 ]
    sed -i 's/user /after delete\n    user /' "$H/banbientap.conf"
    save 3
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 3 ]
    [ "$(mail_doveadm search -u "$USER_NAME" all | wc -l)" -eq 0 ]
    same_bytes
}

@test "a folder with a Vietnamese name is read" {
    mail_doveadm mailbox create -u "$USER_NAME" "Tin bài & ý kiến"
    printf 'From: a@mic.gov.vn\r\n\r\nx\r\n' | mail_save "$USER_NAME" "Tin bài & ý kiến"
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS" 'folder "Tin bài & ý kiến"'
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 1 ]
}

@test "a Maildir is taken once, though its letters are renamed, and links are not followed" {
    mkdir -p "$H/drop/new" "$H/drop/cur" "$H/drop/tmp"
    printf 'mailbox drop {\n    protocol maildir\n    path drop\n}\n' >>"$H/banbientap.conf"
    printf 'From: a@mic.gov.vn\r\n\r\none\r\n' >"$H/drop/new/1.host"
    printf 'From: a@mic.gov.vn\r\n\r\ntwo\r\n' >"$H/drop/cur/2.host:2,F"
    ln -s /etc/passwd "$H/drop/new/3.host"
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 2 ]
    [ -f "$H/drop/cur/1.host:2,S" ]
    mv "$H/drop/cur/2.host:2,F" "$H/drop/cur/2.host:2,FRS"
    fetch_once
    [ "$status" -eq 0 ] && [ "$(count)" -eq 2 ]
}

# ---- the role that stays

start_role() {
    "$BBT" --house "$H" fetch 2>"$BATS_TEST_TMPDIR/role.log" >/dev/null 3>&- &
    ROLE=$!
}

wait_count() { # N, twentieths of a second: prints how long it took, in ms
    local start i
    start=$(date +%s%N)
    for i in $(seq "$2"); do
        [ "$(count)" -ge "$1" ] && { echo $((($(date +%s%N) - start) / 1000000)); return 0; }
        sleep 0.05
    done
    return 1
}

@test "IDLE: a new letter is in the spool within a second; SIGTERM ends the role within five" {
    save 1
    mail_box "$H" m "$USER_NAME" "$MAIL_IMAPS" "poll 1h"
    start_role
    wait_count 1 200
    sleep 1
    # Polling is an hour away, so each that comes at all came by IDLE. On a busy machine one may be late.
    local n ms best=99999
    for n in 2 3 4; do
        save $n
        ms=$(wait_count $n 300)
        [ "$ms" -ge "$best" ] || best=$ms
    done
    [ "$best" -lt 1000 ]
    kill -TERM "$ROLE"
    local start=$SECONDS
    wait "$ROLE"
    ROLE=
    [ $((SECONDS - start)) -le 5 ]
    same_bytes
}

@test "a Maildir letter is in the spool within a second" {
    mkdir -p "$H/drop/new" "$H/drop/cur" "$H/drop/tmp"
    printf 'mailbox drop {\n    protocol maildir\n    path drop\n    poll 1h\n}\n' >>"$H/banbientap.conf"
    start_role
    sleep 1
    local n ms best=99999
    for n in 1 2 3; do
        printf 'From: a@mic.gov.vn\r\n\r\nletter %s\r\n' $n >"$H/drop/tmp/$n.host"
        mv "$H/drop/tmp/$n.host" "$H/drop/new/$n.host"
        ms=$(wait_count $n 300)
        [ "$ms" -ge "$best" ] || best=$ms
    done
    [ "$best" -lt 1000 ]
}

@test "the role comes back when the server does, and a second role is refused" {
    save 1
    mail_box "$H" m "$USER_NAME" "$MAIL_FAKE"
    start_role
    local i
    for i in $(seq 300); do # it holds the lock when it has tried the server
        ! grep -q 'failed retry-in' "$BATS_TEST_TMPDIR/role.log" || break
        sleep 0.1
    done
    run --separate-stderr timeout 30 "$BBT" --house "$H" fetch --once
    [ "$status" -eq 75 ]
    [[ "$stderr" == *"fetches in this house already"* ]]
    /usr/bin/python3 "$BATS_TEST_DIRNAME/fakeimap.py" "$MAIL_DIR/certs" "$MAIL_FAKE" plain >/dev/null 3>&- &
    FAKE=$!
    wait_count 3 600
    grep -q 'failed retry-in' "$BATS_TEST_TMPDIR/role.log"
}
