# stack.bash: the mail of a made-up ministry on loopback, all in one directory and on high ports, nothing of the
# machine's own /etc or queues touched. Two hops through a real Postfix:
#
#   letter -> $STACK_SUBMIT  the unit's server mail.unit.ministry.example: its opendkim signs (d=unit.ministry.example)
#          -> $STACK_MX      mx.ministry.example: its opendkim verifies, adds Authentication-Results
#          -> Maildir of u50 in Dovecot (mailserver.bash), read by `bbt fetch`
#   letter -> $STACK_MX      whoever knocks at the ministry's door directly
#   bbt send -> $STACK_RELAY mx.ministry.example with STARTTLS -> Maildir of u51 (leader@so.example) or u52 (anybody
#                            else at so.example and other.example): stack_read USER waits for a letter
#   $STACK_DNS               unbound with the zone: DKIM key, SPF, DMARC, MX (zone()); asked by the verifier
#
#   stack_missing            prints why it cannot run here; true when it cannot
#   stack_start / stack_stop once per suite, after mail_start; $MAIL_DIR/stack holds everything, maillog too
#   stack_send PORT [HELO [MAIL-FROM [TO]]]   the letter on stdin to banbientap@ministry.example; waits till it lies
#                            in the Maildir and prints its path
# so.example and other.example sign too, by the same signer and key; stranger.example has the key and no signer.
# The verifier removes no line that came with the letter: telling them apart is bbt's work, and under test.

#
# A suite that loads this file after mailserver.bash gets setup_file, teardown_file and setup from it: the servers
# once, and for each test empty mailboxes and the names $H (of a house to be made) and $L (where letters are put).

stack_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
STACK_USER=u50 # banbientap@ministry.example

setup_file() {
    export WHY_NOT=$(stack_missing)
    [ -z "$WHY_NOT" ] || return 0
    # Not below bats' own directory, which Postfix' and Dovecot's users may not enter.
    export MAIL_DIR=$(mktemp -d)
    mail_start
    export MAIL_IMAPS
    stack_start
}

teardown_file() {
    [ -z "$WHY_NOT" ] || return 0
    stack_stop
    mail_stop
    rm -rf "$MAIL_DIR"
}

setup() {
    [ -z "$WHY_NOT" ] || skip "$WHY_NOT"
    H=$BATS_TEST_TMPDIR/house
    L=$BATS_TEST_TMPDIR
    rm -rf "$MAIL_DIR"/mail/u5?
}

stack_missing() {
    local program
    [ "$(id -u)" = 0 ] || { echo "Postfix's master needs root"; return 0; }
    for program in postfix opendkim unbound dovecot openssl; do
        PATH=$PATH:/usr/sbin:/sbin type -P "$program" >/dev/null || { echo "$program is not installed"; return 0; }
    done
    return 1
}

# Ports that are free now, all chosen while the others are held.
stack_ports() {
    read -r STACK_DNS STACK_SIGNER STACK_VERIFIER STACK_SUBMIT STACK_MX STACK_RELAY < <(/usr/bin/python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
print(*[s.getsockname()[1] for s in held])')
    export STACK_DNS STACK_SIGNER STACK_VERIFIER STACK_SUBMIT STACK_MX STACK_RELAY
}

stack_start() {
    PATH=$PATH:/usr/sbin:/sbin
    export STACK=$MAIL_DIR/stack
    local part
    mkdir -p "$STACK"
    stack_ports
    openssl genrsa -out "$STACK/dkim.pem" 2048 2>/dev/null
    for part in dns dkim postfix; do
        # Nothing inherited: a daemon that holds our pipe would keep the caller waiting for ever.
        sh "$stack_here/$part.sh" "$STACK" </dev/null >"$STACK/$part.start" 2>&1 3>&- 4>&- ||
            { cat "$STACK/$part.start" >&2; return 1; }
    done
    for part in "$STACK_SIGNER" "$STACK_VERIFIER" "$STACK_SUBMIT" "$STACK_MX" "$STACK_RELAY"; do
        mail_wait_port 127.0.0.1 "$part" || { tail -n 20 "$STACK"/*.log >&2; return 1; }
    done
}

stack_stop() {
    local file pid i pids=
    [ -d "${STACK:-/nonexistent}" ] || return 0
    PATH=$PATH:/usr/sbin:/sbin postfix -c "$STACK/postfix" stop >/dev/null 2>&1 3>&- 4>&-
    for file in "$STACK"/*.pid; do
        read -r pid 2>/dev/null <"$file" && kill "$pid" 2>/dev/null && pids+=" $pid"
    done
    for i in $(seq 100); do # opendkim takes a second
        kill -0 $pids 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL $pids 2>/dev/null
    return 0
}

stack_send() {
    local before
    before=$(ls "$MAIL_DIR/mail/$STACK_USER/new" 2>/dev/null || true)
    /usr/bin/python3 "$stack_here/send.py" "$1" "${2:-client.unit.ministry.example}" "${3-httrang@unit.ministry.example}" \
        "${4:-banbientap@ministry.example}" || return 1
    stack_read "$STACK_USER" "$before"
}

# The path of the first letter that is in new/ of USER and not in the list BEFORE.
stack_read() {
    local box=$MAIL_DIR/mail/$1 i after
    for i in $(seq 300); do
        after=$(comm -13 <(printf '%s\n' "${2:-}" | sort) <(ls "$box/new" 2>/dev/null | sort) | head -n 1)
        [ -z "$after" ] || { echo "$box/new/$after"; return 0; }
        sleep 0.1
    done
    tail -n 20 "$STACK/maillog" >&2
    return 1
}
