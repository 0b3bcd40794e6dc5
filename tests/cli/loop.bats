#!/usr/bin/env bats
# Two houses that write to each other (A17): whatever their letters look like on the way, at most two go out.
load lib

DAY=2026-11-20T09:00:00+07:00

mailbox() {
    [ "$1" = mic ] && echo banbientap@mic.gov.vn || echo quantricong@dongnai.gov.vn
}

# Each knows the other's mailbox as a contact of one of its units, so that every letter could be answered.
setup() {
    T=$BATS_TEST_TMPDIR
    for p in mic dongnai; do
        other=$([ $p = mic ] && echo dongnai || echo mic)
        "$BBT" --now "$DAY" init "$T/$p" --profile $p --trial >/dev/null
        printf 'from %s\nauthserv-ids %s\nletters { receipts all }\n' "$(mailbox $p)" "mx.$p.gov.vn" >> "$T/$p/banbientap.conf"
        printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n%s\tU\tUnit\tcontact\tKia\t\t%s\n%s\tU\tUnit\tleader\tAi\t\tleader@else.example\n' \
            $p "$(mailbox $other)" $p > "$T/$p.tsv"
        at $p units import "$T/$p.tsv" >/dev/null
        : > "$T/$p.given"
    done
}

at() {
    local p=$1
    shift
    "$BBT" --house "$T/$p" --now "$DAY" "$@"
}

# The server of house $1 takes the letter on stdin from house $2 and has proved its sender.
arrive() {
    printf 'Return-Path: <%s>\r\nAuthentication-Results: %s; dmarc=pass header.from=%s\r\n' "${3:-}" "mx.$1.gov.vn" "$2.gov.vn"
    printf 'Received: from out (out [192.0.2.7]) by %s with ESMTPS id 1;\r\n\tFri, 20 Nov 2026 08:30:00 +0700\r\n' "mx.$1.gov.vn"
    cat
}

human() {
    printf 'From: %s\r\nTo: %s\r\nSubject: De nghi dang tin so %s\r\nDate: Fri, 20 Nov 2026 08:29:00 +0700\r\nMessage-ID: <h%s@x>\r\n\r\nDe nghi dang tin: sang 19/11/2026 to chuc hoi nghi so %s.\r\n' \
        "$(mailbox "$1")" "$(mailbox "$2")" "$3" "$3" "$3"
}

# What house $1 has queued for house $2 and was not given yet, each through the filter $3.
carry() {
    local from=$1 to=$2 id n=0
    rm -f "$T/carry".*
    for id in $(at "$from" --json outbox | sed -n "s/.*\"id\":\([0-9]*\),.*\"to\":\"$(mailbox "$to")\".*/\1/p"); do
        grep -qx "$id" "$T/$from.given" && continue
        echo "$id" >> "$T/$from.given"
        at "$from" --as thuky outbox --raw "$id" | $3 | arrive "$to" "$from" "$4" > "$T/carry.$id.eml"
        n=1
    done
    [ $n -eq 0 ] || at "$to" ingest "$T"/carry.*.eml >/dev/null
}

letters_in_all() {
    echo $(($(at mic --json outbox | grep -c "$(mailbox dongnai)") + $(at dongnai --json outbox | grep -c "$(mailbox mic)")))
}

rounds() {
    for round in $(seq 100); do
        if [ $((round % $1)) -eq 1 ] || [ "$1" -eq 1 ]; then
            human mic dongnai "$round" | arrive dongnai mic "$(mailbox mic)" > "$T/h.eml"
            at dongnai ingest "$T/h.eml" >/dev/null
        fi
        carry dongnai mic "$2" "$3"
        carry mic dongnai "$2" "$3"
    done
}

no_marks() {
    grep -av '^Auto-Submitted:'
}

@test "100 rounds of two houses: one letter, since notices are never answered" {
    rounds 50 cat ''
    [ "$(letters_in_all)" -eq 1 ]
}

@test "100 rounds where the marks of automatic letters are lost on the way: at most two letters" {
    shipped
    rounds 20 no_marks relay@else.example
    [ "$(letters_in_all)" -le 2 ]
    [ "$(letters_in_all)" -ge 1 ]
    at mic fsck >/dev/null
    at dongnai fsck >/dev/null
}
