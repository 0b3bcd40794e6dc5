#!/usr/bin/env bats
# A unit's letter from outside waits for its leader's word; what counts as that word, and what does not (SV-6..9).
load lib

LATER=2026-11-20T15:00:00+07:00

setup() {
    L=$BATS_TEST_TMPDIR
    {
        directory
        printf 'mic\tHG\tSở Thông tin Hà Giang\tleader\tSùng Mí D\tGiám đốc\tsmd@hg.example\n'
        printf 'mic\tHG\tSở Thông tin Hà Giang\tcontact\tGiàng Thị E\tChuyên viên\tgte@hg.example\n'
        printf 'mic\tLC\tSở Thông tin Lào Cai\tleader\tLý A F\tGiám đốc\tlaf@lc.example\n'
    } > "$L/directory.tsv"
    copy_of_house make_house
}

# The unit's text from its own mail server, which is not the Ministry's.
from_outside() {
    letter "$L/unit.eml" "${1:-gte@hg.example}" "${2:-pass}" 'De nghi dang tin: Cho phien' < <(news /dev/stdout | sed '1,/^\r$/d' | tr -d '\r')
}

# answer FILE FROM AUTH [HEADER...] < own text: an answer to the request, as a mail program writes it.
answer() {
    local file=$1 from=$2 auth=$3
    shift 3
    {
        printf 'Return-Path: <%s>\r\n' "$from"
        [ "$auth" = none ] || printf 'Authentication-Results: mx.mic.gov.vn; dmarc=%s header.from=%s\r\n' "$auth" "${from#*@}"
        printf 'Received: from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 2;\r\n'
        printf '\t%s\r\n' "${RECEIVED:-Fri, 20 Nov 2026 14:30:00 +0700}"
        printf 'From: %s\r\nTo: banbientap@mic.gov.vn\r\nSubject: Re: %s\r\n' "$from" "$(cat "$L/request.subject")"
        printf 'Message-ID: <%s.%s@x>\r\nIn-Reply-To: <%s>\r\nReferences: <%s>\r\n' "$(basename "$file")" "$RANDOM" "$(cat "$L/request.id")" "$(cat "$L/request.id")"
        [ $# -eq 0 ] || printf '%s\r\n' "$@"
        printf 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        sed 's/$/\r/'
        printf '\r\n> %s\r\n' 'Nếu đồng ý cho đăng đúng nội dung trên, đề nghị trả lời thư này, ghi: Đồng ý.'
    } > "$file"
}

# Ingests the unit's letter; sets ref, and request.id, request.subject of the letter to the leader.
asked() {
    from_outside "$@"
    ref=$(bbt --json ingest "$L/unit.eml" | tee "$L/first" | ref_of)
    grep -q '"confirmation":{"state":"requested"' "$L/first"
    number=$(bbt --json outbox | sed -n 's/.*"id":\([0-9]*\),"key":"confirm-request.*/\1/p')
    bbt --as thuky outbox --preview "$number" > "$L/request"
    sed -n 's/^Message-ID: <\(.*\)>$/\1/p' "$L/request" > "$L/request.id"
    echo 'De nghi xac nhan' > "$L/request.subject"
}

later() {
    "$BBT" --house "$H" --now "$LATER" "$@"
}

held_for_confirmation() {
    bbt --json list --hold confirmation | grep -q "$ref"
}

# How the confirmation of the submission stands.
stands() {
    bbt --json show "$ref" | python3 -c 'import json, sys; print(json.load(sys.stdin)["confirmation"]["state"])'
}

nothing_released() {
    held_for_confirmation
    run -1 bbt --as truongban approve "$ref"
    bbt --json list --all | grep -q "$ref"
    run -0 bbt fsck
}

@test "held, asked, confirmed by the leader's answer, released, published" {
    asked
    grep -q '^To: smd@hg.example$' "$L/request"
    grep -q '^Auto-Submitted: auto-generated$' "$L/request"
    grep -q 'khai trương mạng cáp quang' "$L/request"
    held_for_confirmation
    answer "$L/yes.eml" smd@hg.example pass <<<'Tôi đồng ý, đề nghị Ban Biên tập đăng tin này.'
    later --json ingest "$L/yes.eml" > "$L/r"
    grep -q "\"submission\":\"$ref\"" "$L/r"
    grep -q '"verdict":"confirmed"' "$L/r"
    grep -q '"confirmation":{"state":"confirmed","by":"smd@hg.example","how":"token"' "$L/r"
    run -1 held_for_confirmation
    [ "$(bbt --json list --all | wc -l)" -eq 1 ]
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
    run -0 bbt fsck
    bbt --lang en show "$ref" | grep -q 'confirmed: smd@hg.example, answer to the request'
}

@test "the next reference is not lost when a letter joins a case" {
    asked
    answer "$L/yes.eml" smd@hg.example pass <<<'Đồng ý.'
    later ingest "$L/yes.eml" >/dev/null
    news "$L/next.eml"
    [ "$(later --json ingest "$L/next.eml" | ref_of)" = BBT-2026-000002 ]
}

@test "taking the answer in twice changes nothing" {
    asked
    answer "$L/yes.eml" smd@hg.example pass <<<'Đồng ý.'
    later ingest "$L/yes.eml" >/dev/null
    cp "$L/yes.eml" "$L/copy.eml"
    later --json ingest "$L/copy.eml" "$L/yes.eml" | grep -q "\"duplicate_of\":\"$ref\""
    [ "$(bbt --json show "$ref" | grep -o '"what":"confirmed"' | wc -l)" -eq 1 ]
    run -0 bbt fsck
}

# SV-7, SV-8, DOMAIN 6: each row is FROM | AUTH | expected state | own text
@test "what does not release: other people, other units, conditions, questions, refusals" {
    asked
    cp -a "$H" "$L/asked"
    while IFS='|' read -r from auth state text; do
        rm -rf "$H"
        cp -a "$L/asked" "$H"
        answer "$L/a.eml" "$from" "$auth" <<<"$text"
        later --json ingest "$L/a.eml" > "$L/r"
        nothing_released || { echo "released by: $from $auth $text"; false; }
        [ "$(stands)" = "$state" ] || { echo "not $state but $(stands): $text"; false; }
    done <<'ROWS'
gte@hg.example|pass|requested|Giám đốc đã đồng ý, đề nghị đăng.
laf@lc.example|pass|requested|Tôi đồng ý.
nva@mic.gov.vn|pass|requested|Tôi đồng ý cho đăng.
smd@hg.example|none|requested|Tôi đồng ý.
smd@hg.example|fail|requested|Tôi đồng ý.
smd@hg-example.net|pass|requested|Tôi đồng ý.
smd@hg.example|pass|refused|Tôi không đồng ý đăng tin này.
smd@hg.example|pass|requested|Đồng ý nếu bỏ câu cuối.
smd@hg.example|pass|requested|Tin này đã gửi qua Văn phòng chưa?
smd@hg.example|pass|requested|
smd@hg.example|pass|requested|Đã xem.
ROWS
}

@test "an automatic answer of the leader's mailbox releases nothing and is answered by nobody" {
    asked
    before=$(bbt --json outbox | wc -l)
    answer "$L/a.eml" smd@hg.example pass 'Auto-Submitted: auto-replied' <<<'Tôi đồng ý nhận thư, hiện vắng mặt.'
    later ingest "$L/a.eml" >/dev/null
    nothing_released
    [ "$(bbt --json outbox | wc -l)" -eq "$before" ]
}

@test "an answer that comes too late confirms nothing, and is kept in the case" {
    asked
    RECEIVED='Fri, 18 Dec 2026 08:30:00 +0700' answer "$L/a.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    "$BBT" --house "$H" --now 2026-12-18T09:00:00+07:00 --json ingest "$L/a.eml" > "$L/r"
    grep -q "\"submission\":\"$ref\"" "$L/r"
    nothing_released
    [ "$(stands)" = requested ]
}

@test "a withdrawal puts the hold back; after publication staff see it" {
    asked
    answer "$L/yes.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    later ingest "$L/yes.eml" >/dev/null
    answer "$L/no.eml" smd@hg.example pass <<<'Tôi rút lại ý kiến đồng ý, đề nghị dừng đăng tin này.'
    later --json ingest "$L/no.eml" | grep -q '"state":"withdrawn"'
    nothing_released
    [ "$(stands)" = withdrawn ]
    answer "$L/again.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    later ingest "$L/again.eml" >/dev/null
    run -0 bbt fsck
}

@test "a withdrawal after publication is a hold that a person must end" {
    asked
    answer "$L/yes.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    later ingest "$L/yes.eml" >/dev/null
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    answer "$L/no.eml" smd@hg.example pass <<<'Tôi rút lại ý kiến đồng ý, đề nghị dừng đăng tin này.'
    later ingest "$L/no.eml" >/dev/null
    bbt --json list --all --hold withdrawn | grep -q "$ref"
    run -0 bbt --as truongban withdraw "$ref" --reason 'đơn vị rút'
}

@test "a withdrawal while the published text is corrected is seen as one of what is on the portal" {
    asked
    answer "$L/yes.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    later ingest "$L/yes.eml" >/dev/null
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    bbt --as bientap edit "$ref" --title 'Bản đính chính' --reason 'sai' >/dev/null
    answer "$L/no.eml" smd@hg.example pass <<<'Tôi rút lại ý kiến đồng ý, đề nghị dừng đăng tin này.'
    later ingest "$L/no.eml" >/dev/null
    bbt --json list --all --hold withdrawn | grep -q "$ref"
}

@test "what its sender writes of a text that is about to appear is read first" {
    asked
    number=$(bbt --json outbox | sed -n 's/.*"id":\([0-9]*\),"key":"received.*/\1/p')
    bbt --as thuky outbox --preview "$number" | sed -n 's/^Message-ID: <\(.*\)>$/\1/p' > "$L/receipt.id"
    answer "$L/yes.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    later ingest "$L/yes.eml" >/dev/null
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap schedule "$ref" --at 2026-11-20T16:00:00+07:00 >/dev/null
    mv "$L/receipt.id" "$L/request.id"
    answer "$L/more.eml" gte@hg.example pass <<<'Số liệu trong tin đã gửi bị sai, đề nghị chưa đăng.'
    [ "$(later --json ingest "$L/more.eml" | ref_of)" = "$ref" ]
    run -0 "$BBT" --house "$H" --now 2026-11-20T16:01:00+07:00 schedule --run
    [ ! -e "$H/site/items/$ref.html" ]
    bbt --json list --all --hold follow-up | grep -q "$ref"
    run -0 bbt --as thuky release "$ref" --hold follow-up --reason 'đã đọc, tin đúng'
}

@test "a guessed number, subject or forged token joins nothing: it is linked" {
    asked
    sed -i 's/^./0/' "$L/request.id"
    answer "$L/a.eml" smd@hg.example pass <<<'Tôi đồng ý.'
    sed -i "s/^Subject: .*/Subject: Re: [$ref] dong y\r/" "$L/a.eml"
    other=$(later --json ingest "$L/a.eml" | ref_of)
    [ "$other" != "$ref" ]
    nothing_released
    bbt --lang en show "$other" | grep -q "Link.*$ref"
}

@test "the sender's own answer to our receipt joins the case as a follow-up" {
    asked
    number=$(bbt --json outbox | sed -n 's/.*"id":\([0-9]*\),"key":"received.*/\1/p')
    bbt --as thuky outbox --preview "$number" | sed -n 's/^Message-ID: <\(.*\)>$/\1/p' > "$L/request.id"
    answer "$L/more.eml" gte@hg.example pass <<<'Tôi gửi bổ sung số liệu: có 150 đại biểu tham dự, trong đó 20 đại biểu của xã Sủng Là và các xã lân cận.'
    [ "$(later --json ingest "$L/more.eml" | ref_of)" = "$ref" ]
    nothing_released
    answer "$L/other.eml" laf@lc.example pass <<<'Tôi gửi bổ sung số liệu: có 150 đại biểu tham dự.'
    [ "$(later --json ingest "$L/other.eml" | ref_of)" != "$ref" ]
}

@test "nobody is asked for a sender who is not proved, or not known" {
    for row in 'gte@hg.example none' 'gte@hg.example fail' 'la@khong-ai-biet.example pass'; do
        rm -rf "$H"
        setup
        from_outside $row
        bbt ingest "$L/unit.eml" >/dev/null
        run -1 grep -c confirm-request < <(bbt --json outbox)
    done
    [ "$(bbt --json outbox | grep -c received/)" -eq 1 ] # of the last row only: proved, and told that it waits
}

@test "with plus addresses the token in the address alone brings the answer home" {
    printf 'letters { plus-addresses yes }\n' >> "$H/banbientap.conf"
    asked
    to=$(sed -n 's/^Reply-To: \(.*\)$/\1/p' "$L/request")
    [ "$to" = "banbientap+$(cut -d. -f1 "$L/request.id")@mic.gov.vn" ]
    answer "$L/yes.eml" smd@hg.example pass <<<'Tôi đồng ý, đề nghị đăng.'
    sed -i "/^In-Reply-To:/d; /^References:/d; s/^To: .*/To: $to\r/; s/^Subject: .*/Subject: dong y\r/" "$L/yes.eml"
    later --json ingest "$L/yes.eml" | grep -q '"how":"token"'
    [ "$(stands)" = confirmed ]
}

@test "staff record a confirmation on paper, with its evidence; the sender himself may not" {
    asked
    echo 'scan of a paper' > "$L/scan.pdf"
    run -64 bbt --as thuky confirm "$ref" --how paper
    run -1 bbt --as bientap confirm "$ref" --how paper --evidence "$L/scan.pdf"
    run -1 bbt --as thuky confirm "$ref" --how telepathy --evidence "$L/scan.pdf"
    run -66 bbt --as thuky confirm "$ref" --how paper --evidence "$L/nothing" || [ "$status" -ne 0 ]
    [ -z "$(ls "$H/evidence")" ]
    run -0 bbt --as thuky confirm "$ref" --how paper --by 'Sùng Mí D' --evidence "$L/scan.pdf" --reason 'công văn kèm'
    [ "$(stat -c %a "$H/evidence"/*)" = 600 ]
    [ "$(sha256sum < "$L/scan.pdf" | cut -c1-64)" = "$(ls "$H/evidence")" ]
    run -0 bbt --as truongban approve "$ref"
    run -1 bbt --as thuky confirm "$ref" --how paper --evidence "$L/scan.pdf"
    bbt --json show "$ref" | grep -q '"how":"paper"'
    run -0 bbt fsck
    echo x >> "$H/evidence/$(ls "$H/evidence")"
    run -1 bbt fsck
    rm "$H/evidence"/*
    run -1 bbt fsck
}

@test "a house from before there were tokens gets its key at its first letter" {
    rm "$H/keys/token.key"
    asked
    [ "$(stat -c '%a %s' "$H/keys/token.key")" = '600 65' ]
    [ "$(ls "$H/keys" | wc -l)" -eq 2 ]
    echo 'not a key' > "$H/keys/token.key"
    run -78 bbt ingest "$L/unit.eml"
}

@test "the request can be sent again, and is repeated once when nobody answers" {
    asked
    run -0 bbt --as thuky confirm "$ref" --request
    [ "$(bbt --json outbox | grep -c confirm-request)" -eq 2 ]
    "$BBT" --house "$H" --now 2026-11-22T10:00:00+07:00 confirm --remind >/dev/null # Sunday
    [ "$(bbt --json outbox | grep -c confirm-reminder || true)" -eq 0 ]
    for day in 24 24 25 26; do
        "$BBT" --house "$H" --now 2026-11-${day}T10:00:00+07:00 confirm --remind >/dev/null
    done
    [ "$(bbt --json outbox | grep -c confirm-reminder)" -eq 1 ]
}

@test "a word changed after his yes: the leader is asked about the new text, and then it goes on" {
    asked
    answer "$L/a.eml" smd@hg.example pass <<< 'Đồng ý.'
    later ingest "$L/a.eml" >/dev/null
    run -0 later --as bientap edit "$ref" --title 'Chợ phiên'
    held_for_confirmation
    run -1 later --as truongban approve "$ref"
    run -0 later --as thuky confirm "$ref" --request
    number=$(bbt --json outbox | sed -n 's/.*"id":\([0-9]*\),"key":"confirm-request.*/\1/p' | tail -1)
    bbt --as thuky outbox --preview "$number" | sed -n 's/^Message-ID: <\(.*\)>\r*$/\1/p' > "$L/request.id"
    answer "$L/b.eml" smd@hg.example pass <<< 'Đồng ý.'
    later ingest "$L/b.eml" >/dev/null
    run ! held_for_confirmation
    run -0 later --as truongban approve "$ref"
    run -0 later --as bientap publish "$ref"
}

@test "what was refused waits for nobody's word: it is not asked about again, and nobody is reminded" {
    asked
    bbt --as thuky refuse "$ref" --ground 14.4a --reason 'ngoài phạm vi' >/dev/null
    run -1 bbt --as thuky confirm "$ref" --request
    run -0 "$BBT" --house "$H" --now 2026-11-24T09:00:00+07:00 --json timers --once
    [[ "$output" == *'"reminders":0'* ]]
}

@test "limits: a receipt too many is dropped, a request too many waits" {
    printf 'letters { requests-a-day 2; receipts-a-day 1; receipts held }\n' >> "$H/banbientap.conf"
    for i in 1 2 3 4; do
        from_outside
        sed -i "s/Message-ID: .*/Message-ID: <n$i@x>\r/; s/^Sáng ngày 19/Sáng ngày 1$i/" "$L/unit.eml"
        mv "$L/unit.eml" "$L/u$i.eml"
    done
    bbt ingest "$L"/u?.eml >/dev/null
    [ "$(bbt --json outbox | grep -c 'received/')" -eq 1 ]
    [ "$(bbt --json outbox | grep -c 'confirm-request/')" -eq 4 ]
    [ "$(bbt --json outbox | grep 'confirm-request/' | grep -c '"next_try":"2026-11-21')" -eq 2 ]
    bbt --lang en show BBT-2026-000004 | grep -q 'dropped, too many'
}

@test "500 forged letters: no letter goes out, and there is one alarm" {
    mkdir "$L/burst" "$L/few"
    for i in $(seq 500); do
        letter "$L/burst/$i.eml" nva@mic.gov.vn fail "Tin $i" <<<"Đề nghị đăng gấp tin số $i trên Cổng."
    done
    mv "$L"/burst/1?.eml "$L/few"
    bbt ingest "$L/few" >/dev/null
    shipped
    bbt ingest "$L/burst" >/dev/null
    [ "$(bbt --json outbox | wc -l)" -eq 0 ]
    run -1 bbt --json status
    [[ "$output" == *'"alarms":[{"what":"forged-burst","n":500}]'* ]]
}

# later_pass FILE DOMAIN: the DNS answers at last, and the letter's signature verifies.
later_pass() {
    local facts
    facts=$(grep -rl --include='*.facts' "\"shown\":\"$(basename "$1")\"" "$H/spool/done")
    [ -z "$(tail -c 1 "$facts")" ] || echo >> "$facts"
    printf '{"attempt":1795400000,"complete":true,"dkim":[{"domain":"%s","selector":"s","result":"pass","why":"ok","key_bits":2048}],"from_domain":"%s","dmarc":"none","dmarc_result":"pass","org_domain":"%s","smime":"none","smime_signer":""}\n' \
        "$2" "$2" "$2" >> "$facts"
    mkdir -p "$H/spool/changed"
    : > "$H/spool/changed/$(basename "$facts" .facts)"
    later intake --once >/dev/null
    [ -z "$(ls "$H/spool/changed")" ]
}

@test "a sender who is proved only later: the leader is asked then, and the journal says why" {
    from_outside gte@hg.example none
    ref=$(bbt --json ingest "$L/unit.eml" | ref_of)
    [ "$(bbt --json outbox | wc -l)" -eq 0 ]
    later_pass "$L/unit.eml" hg.example
    held_for_confirmation
    [ "$(bbt --json outbox | grep -c '"to":"smd@hg.example"')" -eq 1 ]
    [ "$(stands)" = requested ]
    bbt --lang en show "$ref" | grep -q 'New evidence of the sender: [Aa]uthenticated'
    later_pass "$L/unit.eml" hg.example # the same once more
    [ "$(bbt --json outbox | wc -l)" -eq 1 ]
    run -0 bbt fsck
}

@test "an answer whose writer is proved only later counts then, once" {
    asked
    answer "$L/yes.eml" smd@hg.example none <<<'Tôi đồng ý, đề nghị đăng.'
    own=$(later --json ingest "$L/yes.eml" | ref_of)
    [ "$own" != "$ref" ]
    nothing_released
    later_pass "$L/yes.eml" hg.example
    [ "$(stands)" = confirmed ]
    run -1 held_for_confirmation
    later_pass "$L/yes.eml" hg.example
    [ "$(bbt --json show "$ref" | grep -o '"what":"confirmed"' | wc -l)" -eq 1 ]
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt fsck
}

@test "from a private mailbox a person says whose it is; then that unit's leader is asked, and only he counts" {
    from_outside em.giang@gmail.example pass
    ref=$(bbt --json ingest "$L/unit.eml" | tee "$L/first" | ref_of)
    grep -q '"confirmation":{"state":"needed"' "$L/first"
    run bbt --as thuky confirm "$ref" --request
    [ "$status" -eq 1 ]
    run bbt --as thuky confirm "$ref" --request --unit KHONGCO
    [ "$status" -eq 1 ]
    [[ $output == *KHONGCO* ]]
    run bbt --as thuky confirm "$ref" --unit HG
    [ "$status" -eq 64 ]
    bbt --as thuky confirm "$ref" --request --unit HG >/dev/null
    number=$(bbt --json outbox | sed -n 's/.*"id":\([0-9]*\),"key":"confirm-request.*/\1/p')
    bbt --as thuky outbox --preview "$number" > "$L/request"
    grep -q '^To: <\?smd@hg.example' "$L/request"
    sed -n 's/^Message-ID: <\(.*\)>$/\1/p' "$L/request" > "$L/request.id"
    echo 'De nghi xac nhan' > "$L/request.subject"
    run bbt --as thuky confirm "$ref" --request --unit LC
    [ "$status" -eq 1 ]
    answer "$L/other.eml" laf@lc.example pass <<< "Đồng ý."
    later ingest "$L/other.eml" >/dev/null
    held_for_confirmation
    answer "$L/yes.eml" smd@hg.example pass <<< "Đồng ý."
    later --json ingest "$L/yes.eml" | grep -q '"state":"confirmed"'
    run -1 held_for_confirmation
}
