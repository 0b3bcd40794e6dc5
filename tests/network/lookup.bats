# lookup.bats: the DNS asked about letters, against a real unbound on loopback: what it says, what it cannot
# say, and that a dead one costs no letter and little time. Signatures: tests/unit/data/dkim.
bats_require_minimum_version 1.5.0

DKIM=$BATS_TEST_DIRNAME/../unit/data/dkim

# Local data of the keys file; slow.example and dead.example are asked of a server that is silent.
dns_conf() {
    cat <<EOF2
server:
  interface: 127.0.0.1
  port: $DNS
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "$DNS_DIR"
  pidfile: "$DNS_DIR/pid"
  use-syslog: no
  logfile: "$DNS_DIR/log"
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "vn." static
  local-zone: "refused.example." refuse
  local-data: '_dmarc.vanphong.vn. TXT "v=DMARC1; p=reject"'
EOF2
    /usr/bin/python3 - "$DKIM/keys" <<'EOF2'
import sys
for line in open(sys.argv[1]):
    name, text = line.rstrip("\n").split("\t")
    if text != "!":
        print("  local-data: '%s. TXT %s'" % (name, " ".join('"%s"' % text[i:i + 200] for i in range(0, len(text), 200))))
EOF2
    cat <<EOF2
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@$SILENT
EOF2
}

setup_file() {
    export BBT=$(realpath "${BBT:-build/bbt}")
    command -v unbound >/dev/null || skip "unbound is not installed"
    export DNS_DIR=$(mktemp -d) DNS SILENT
    read -r DNS SILENT < <(/usr/bin/python3 -c '
import socket
def free():
    for port in range(20000, 32000):
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u, socket.socket() as t:
                u.bind(("127.0.0.1", port)); t.bind(("127.0.0.1", port))
                yield port
        except OSError:
            pass
import os
ports = free()
for _ in range(os.getpid() % 997): next(ports)
print(next(ports), next(ports))')
    # Takes questions and says nothing.
    /usr/bin/python3 -c '
import socket, sys, time
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("127.0.0.1", int(sys.argv[1])))
while True: u.recv(4096)' "$SILENT" 3>&- &
    echo $! >"$DNS_DIR/silent.pid"
    dns_conf >"$DNS_DIR/unbound.conf"
    unbound -d -c "$DNS_DIR/unbound.conf" 3>&- &
    echo $! >"$DNS_DIR/unbound.pid"
    for i in $(seq 50); do
        grep -q 'start of service' "$DNS_DIR/log" 2>/dev/null && break
        sleep 0.1
    done
}

teardown_file() {
    [ -n "${DNS_DIR:-}" ] || return 0
    kill "$(cat "$DNS_DIR/unbound.pid")" "$(cat "$DNS_DIR/silent.pid")" 2>/dev/null || true
    rm -rf "$DNS_DIR"
}

setup() {
    H=$BATS_TEST_TMPDIR/house
    "$BBT" init "$H" --profile mic >/dev/null
    printf 'profile mic\nresolver 127.0.0.1@%s\n' "$DNS" >"$H/banbientap.conf"
}

teardown() {
    [ -z "${ROLE:-}" ] || { kill -KILL "$ROLE"; wait "$ROLE"; } 2>/dev/null || true
}

# The attempts of the one letter in the house, each a line: "complete dmarc dmarc_result dkim..."
attempts() {
    find "$H/spool" -name '*.facts' -exec tail -n +2 {} + | /usr/bin/python3 -c '
import json, sys
for line in sys.stdin:
    if line.startswith("{"):
        a = json.loads(line)
        print(" ".join([str(a["complete"]).lower(), a["dmarc"], a["dmarc_result"]] +
                       [d["result"] + "/" + d["why"] for d in a["dkim"]]))'
}

# One letter from FROM, signed (not really) by DOMAIN.
letter() {
    printf 'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=s; h=from; bh=YWJj; b=YWJj\r\n' "$2"
    printf 'From: %s\r\nSubject: a\r\nMessage-ID: <%s>\r\n\r\nHello\r\n' "$1" "$RANDOM$RANDOM@x"
}

@test "a signed letter: the answer arrives with it, and a replay needs no network" {
    cp "$DKIM/by-hand.eml" "$BATS_TEST_TMPDIR/a.eml"
    touch -d @1700000060 "$BATS_TEST_TMPDIR/a.eml"
    "$BBT" --house "$H" ingest --look-up "$BATS_TEST_TMPDIR/a.eml"
    run attempts
    [ "$output" = "true reject pass pass/ok" ]
    [ -z "$(ls "$H/spool/again")" ]
    run "$BBT" --house "$H" --json explain --look-up "$BATS_TEST_TMPDIR/a.eml"
    [[ "$output" == *'"by":"dkim"'* && "$output" == *'"result":"authenticated"'* ]]
    run "$BBT" --house "$H" --json explain "$BATS_TEST_TMPDIR/a.eml"
    [[ "$output" != *'"by":"dkim"'* ]]
}

@test "without --look-up nothing is asked" {
    cp "$DKIM/by-hand.eml" "$BATS_TEST_TMPDIR/a.eml"
    "$BBT" --house "$H" ingest "$BATS_TEST_TMPDIR/a.eml"
    run attempts
    [ -z "$output" ]
}

@test "no such key is final; REFUSED and silence are unknown and marked to be asked again" {
    letter a@vanphong.vn vanphong.vn | "$BBT" --house "$H" ingest --look-up -
    run attempts
    [ "$output" = "true reject fail fail/no-key" ]
    [ -z "$(ls "$H/spool/again")" ]
    letter a@refused.example refused.example | "$BBT" --house "$H" ingest --look-up -
    run attempts
    [[ "$output" == *"false unknown unknown unknown/temporary"* ]]
    [ "$(ls "$H/spool/again" | wc -l)" -eq 1 ]
    local began=$SECONDS
    letter a@slow.example slow.example | "$BBT" --house "$H" ingest --look-up -
    [ $((SECONDS - began)) -le 8 ]
    [ "$(ls "$H/spool/again" | wc -l)" -eq 2 ]
}

@test "a dead server: two hundred letters are taken in within half a minute, all unknown, none lost" {
    printf 'profile mic\nresolver 127.0.0.1@%s\n' "$SILENT" >"$H/banbientap.conf"
    mkdir "$BATS_TEST_TMPDIR/in"
    for i in $(seq 200); do letter "a@d$i.example" "d$i.example" >"$BATS_TEST_TMPDIR/in/$i.eml"; done
    local began=$SECONDS
    "$BBT" --house "$H" ingest --look-up "$BATS_TEST_TMPDIR/in" >/dev/null
    [ $((SECONDS - began)) -le 40 ]
    [ "$(ls "$H/spool/again" | wc -l)" -eq 200 ]
    [ "$(attempts | grep -c '^false unknown unknown')" -eq 200 ]
    run "$BBT" --house "$H" list --json
    [ "$status" -eq 0 ]
}

@test "what was unknown is asked again: the attempt is appended, intake is told" {
    printf 'profile mic\nresolver 127.0.0.1@%s\n' "$SILENT" >"$H/banbientap.conf"
    cp "$DKIM/by-hand.eml" "$BATS_TEST_TMPDIR/a.eml"
    touch -d @1700000060 "$BATS_TEST_TMPDIR/a.eml"
    "$BBT" --house "$H" ingest --look-up "$BATS_TEST_TMPDIR/a.eml"
    [ "$(attempts)" = "false unknown unknown unknown/temporary" ]
    printf 'profile mic\nresolver 127.0.0.1@%s\n' "$DNS" >"$H/banbientap.conf"
    "$BBT" --house "$H" fetch --once # too early: nothing is asked
    [ "$(attempts | wc -l)" -eq 1 ]

    "$BBT" --house "$H" --now "$(TZ=Asia/Ho_Chi_Minh date -d '+5 min' +%Y-%m-%dT%H:%M:%S+07:00)" fetch --once
    [ "$(attempts | tail -1)" = "true reject pass pass/ok" ]
    [ -z "$(ls "$H/spool/again")" ]
    [ "$(ls "$H/spool/changed" | wc -l)" -eq 1 ]
    "$BBT" --house "$H" fsck
}

@test "bbt-gather killed at any time costs one attempt and no letter" {
    mkdir "$BATS_TEST_TMPDIR/in"
    for i in $(seq 60); do letter "a@vanphong.vn" "vanphong.vn" >"$BATS_TEST_TMPDIR/in/$i.eml"; done
    "$BBT" --house "$H" ingest --look-up "$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out" &
    ROLE=$!
    local pid child
    for i in $(seq 20); do
        for child in $(pgrep -P "$(pgrep -P "$ROLE" -d,)" -x bbt-gather 2>/dev/null); do kill -KILL "$child"; done
        sleep 0.01
    done
    wait "$ROLE"
    ROLE=
    [ "$(attempts | wc -l)" -eq 60 ]
    [ "$(grep -c BBT- "$BATS_TEST_TMPDIR/out")" -eq 60 ]
}

@test "a resolver, list or authority that cannot be used is an error of the configuration" {
    cp "$DKIM/by-hand.eml" "$BATS_TEST_TMPDIR/a.eml"
    local line
    for line in "resolver dns.example" "resolver 127.0.0.1@0" "public-suffixes nowhere" "smime-ca nowhere"; do
        printf 'profile mic\n%s\n' "$line" >"$H/banbientap.conf"
        run -78 "$BBT" --house "$H" explain --look-up "$BATS_TEST_TMPDIR/a.eml"
    done
}
