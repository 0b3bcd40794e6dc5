# postfix.bats: letters through a real Postfix with opendkim on both sides, fetched from a real Dovecot: what the
# ministry's own verifier wrote is believed where the site says so, what the sender wrote himself never is.
bats_require_minimum_version 1.5.0
BBT=$(realpath "${BBT:-build/bbt}")
load mailserver
load stack/stack

# A house of the ministry; arguments replace what it believes.
ministry() {
    rm -rf "$H"
    mail_house "$H"
    printf '%s\n' "own-domains ministry.example" "stamps ${1:-yes}" "authserv-ids ${2:-mx.ministry.example}" \
        "receivers ${3:-mx.ministry.example}" >>"$H/banbientap.conf"
    mail_box "$H" m "$STACK_USER" "$MAIL_IMAPS"
}

letter() { # lines to put on top of the header
    [ $# -eq 0 ] || printf '%s\r\n' "$@"
    printf '%s\r\n' "From: Hoang Thu Trang <httrang@unit.ministry.example>" "To: banbientap@ministry.example" \
        "Subject: Tin bai: khanh thanh tram do" "Message-ID: <$BATS_TEST_NUMBER.$RANDOM@unit.ministry.example>" \
        "Date: Fri, 20 Nov 2026 08:29:00 +0700" "" "Kinh gui Ban Bien tap tin bai sau." "" "Cuoc hop sang nay tai Ha Noi."
}

FORGED="Authentication-Results: mx.ministry.example; dkim=pass header.d=unit.ministry.example header.s=cong"

# Fetch and intake, then what the store says of the only letter's sender: result and detail in $AUTH, verdict in
# $VERDICT.
judge() {
    timeout 120 "$BBT" --house "$H" fetch --once
    timeout 120 "$BBT" --house "$H" intake --once
    local ref=$("$BBT" --house "$H" --json list --all | sed 's/.*"submission":"\([^"]*\)".*/\1/')
    read -r VERDICT AUTH < <("$BBT" --house "$H" --json show "$ref" | /usr/bin/python3 -c '
import json, sys
r = json.load(sys.stdin)["report"]
print(r["verdict"], r["authentication"]["result"], r["authentication"]["detail"])')
    echo "verdict $VERDICT, auth $AUTH"
}

# lines PATTERN: how many lines of the letter that was delivered match.
lines() {
    grep -c "$1" "$DELIVERED" || true
}

@test "a letter that the unit's server signed is believed, because the ministry's server says so" {
    ministry
    DELIVERED=$(letter | stack_send "$STACK_SUBMIT")
    [ "$(lines '^DKIM-Signature:')" -eq 1 ]
    [ "$(lines '^Authentication-Results: mx.ministry.example;')" -eq 1 ]
    judge
    [[ "$AUTH" == "authenticated dkim=pass unit.ministry.example"* ]]
    [ "$VERDICT" != reject-spoof ]
}

@test "the same letter is not believed on a line of a server, an id or a stamp that the site does not name" {
    DELIVERED=$(letter | stack_send "$STACK_SUBMIT")
    local belief
    for belief in "no mx.ministry.example mx.ministry.example" "yes mx.other.example mx.ministry.example" \
        "yes mx.ministry.example mx.other.example"; do
        ministry $belief
        judge
        [[ "$AUTH" != authenticated* ]]
        [ "$VERDICT" != accept ]
    done
}

@test "a line that the sender wrote himself is not believed, wherever he puts it" {
    ministry
    local top
    # Only his line; his line above a Received that he made up in our server's name; and beneath one.
    for top in "$FORGED" \
        "$FORGED|Received: from mail.unit.ministry.example by mx.ministry.example with ESMTP id 1; Fri, 20 Nov 2026 08:29:01 +0700" \
        "Received: from mail.unit.ministry.example by mx.ministry.example with ESMTP id 1; Fri, 20 Nov 2026 08:29:01 +0700|$FORGED"; do
        rm -rf "$MAIL_DIR/mail/$STACK_USER" "$H"
        ministry
        IFS='|' read -ra head <<<"$top"
        DELIVERED=$(letter "${head[@]}" | stack_send "$STACK_MX" mail.unit.ministry.example)
        # The verifier left his line in, and says itself that nobody signed.
        [ "$(lines 'dkim=pass header.d=unit')" -eq 1 ]
        [ "$(lines '^Authentication-Results: mx.ministry.example;')" -eq 2 ]
        [ "$(lines '\<dkim=none')" -eq 1 ]
        judge
        [[ "$AUTH" != authenticated* ]]
        [ "$VERDICT" != accept ]
    done
}

@test "a signed letter that was altered on its way is not believed" {
    ministry
    DELIVERED=$(letter | stack_send "$STACK_SUBMIT")
    sed -n '/^DKIM-Signature:/,$p' "$DELIVERED" | sed 's/Ha Noi/Hai Phong/' >"$BATS_TEST_TMPDIR/altered"
    rm -rf "$MAIL_DIR/mail/$STACK_USER"
    DELIVERED=$(stack_send "$STACK_MX" mail.unit.ministry.example <"$BATS_TEST_TMPDIR/altered")
    grep -q 'Hai Phong' "$DELIVERED"
    [ "$(lines '\<dkim=fail')" -eq 1 ]
    judge
    [[ "$AUTH" != authenticated* ]]
    [ "$VERDICT" != accept ]
}

@test "forwarded unaltered, the signature still speaks for the letter; a second From does not borrow it" {
    ministry
    DELIVERED=$(letter | stack_send "$STACK_SUBMIT")
    sed -n '/^DKIM-Signature:/,$p' "$DELIVERED" >"$BATS_TEST_TMPDIR/signed"
    rm -rf "$MAIL_DIR/mail/$STACK_USER"
    DELIVERED=$(stack_send "$STACK_MX" forwarder.stranger.example x@stranger.example <"$BATS_TEST_TMPDIR/signed")
    judge
    [[ "$AUTH" == "authenticated dkim=pass unit.ministry.example"* ]]
    rm -rf "$MAIL_DIR/mail/$STACK_USER"
    ministry
    DELIVERED=$({ printf 'From: Bo truong <botruong@ministry.example>\r\n'; cat "$BATS_TEST_TMPDIR/signed"; } |
        stack_send "$STACK_MX" forwarder.stranger.example x@stranger.example)
    judge
    [[ "$AUTH" != authenticated* ]]
    [ "$VERDICT" != accept ]
}

@test "the zone answers as the checks of a sender will ask: key, SPF, DMARC, and nothing for others" {
    ask() { # NAME: what our DNS holds as TXT
        /usr/bin/python3 "$BATS_TEST_DIRNAME/stack/ask.py" "$STACK_DNS" "$1"
    }
    [[ "$(ask cong._domainkey.unit.ministry.example)" == "0 v=DKIM1; k=rsa; p="* ]]
    [ "$(ask unit.ministry.example)" = "0 v=spf1 ip4:127.0.0.1 -all" ]
    [ "$(ask _dmarc.ministry.example)" = "0 v=DMARC1; p=reject" ]
    [ "$(ask other._domainkey.unit.ministry.example)" = "3 " ]
    [ "$(ask gov.vn)" = "5 " ]
}
