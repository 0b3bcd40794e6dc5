#!/usr/bin/env bats
# Signatures made with certificates: those inside a PDF are reported and release nothing; that of a letter (S/MIME)
# proves its From, where the site names an authority that answers for the certificate.
load lib

DATA=$BATS_TEST_DIRNAME/../unit/data/programs

setup() {
    H=$BATS_TEST_TMPDIR/house
    L=$BATS_TEST_TMPDIR
    "$BBT" --now "$NOW" init "$H" --profile mic --trial >/dev/null
    {
        directory
        printf 'mic\tHG\tSở Thông tin Hà Giang\tleader\tSùng Mí Dẻ\tGiám đốc\tsmd@hg.example\n'
        printf 'mic\tHG\tSở Thông tin Hà Giang\tcontact\tGiàng Thị E\tChuyên viên\tgte@hg.example\n'
    } > "$L/directory.tsv"
    bbt units import "$L/directory.tsv" >/dev/null
}

# The unit's letter with the PDF $1; what its server says of it: $2.
with_pdf() {
    printf 'Authentication-Results: mx.mic.gov.vn; dmarc=%s header.from=hg.example\r\n' "$2"
    printf 'Received: from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1;\r\n'
    printf '\tFri, 20 Nov 2026 08:30:00 +0700\r\nFrom: gte@hg.example\r\nTo: banbientap@mic.gov.vn\r\n'
    printf 'Subject: De nghi dang tin\r\nMessage-ID: <%s@x>\r\nMIME-Version: 1.0\r\n' "$RANDOM"
    printf 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
    printf 'De nghi Ban Bien tap dang tin trong tep kem theo.\r\n--b\r\nContent-Type: application/pdf; name=tin.pdf\r\n'
    printf 'Content-Transfer-Encoding: base64\r\n\r\n'
    base64 "$DATA/$1"
    printf -- '--b--\r\n'
}

@test "a PDF that the leader has signed is said to be signed, and confirms nothing (A29)" {
    command -v pdfsig >/dev/null || skip "poppler-utils is not installed"
    with_pdf signed-whole.pdf pass > "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | tee "$L/r" | ref_of)
    grep -q '"signature":\[{"name":"Sùng Mí Dẻ","time":"2026-11-22T[^"]*","intact":true,"whole":true}\]' "$L/r"
    grep -q '"verdict":"needs-confirmation"' "$L/r"
    bbt --json list --hold confirmation | grep -q "\"submission\":\"$ref\""
    run -1 bbt --as truongban approve "$ref"
    run -0 bbt show "$ref"
    [[ "$output" == *'tin.pdf: có chữ ký số ghi tên "Sùng Mí Dẻ"'*'ký toàn bộ tệp'*'công cụ của Ban Cơ yếu'* ]]
    [[ "$output" != *'Sùng Mí Dẻ đã ký'* ]]
}

@test "what was added to a signed PDF, or changed in it, is said" {
    command -v pdfsig >/dev/null || skip "poppler-utils is not installed"
    with_pdf signed-more.pdf none > "$L/more.eml"
    with_pdf signed-broken.pdf none > "$L/broken.eml"
    with_pdf text.pdf none > "$L/none.eml"
    run -0 bbt --json explain "$L/more.eml"
    [[ "$output" == *'"defects":["signature-part"]'*'"whole":false'* ]]
    run -0 bbt explain "$L/more.eml"
    [[ "$output" == *'CHỈ ký một phần tệp'* ]]
    run -0 bbt --json explain "$L/broken.eml"
    [[ "$output" == *'"defects":["signature-broken"]'*'"intact":false'* ]]
    run -0 bbt explain "$L/broken.eml"
    [[ "$output" == *'KHÔNG HỢP LỆ'* ]]
    run -0 bbt --json explain "$L/none.eml"
    [[ "$output" == *'"defects":[],"signature":[]'* ]]
}

# ---- S/MIME ----

# person NAME ADDRESS FIRST-DAY LAST-DAY: a certificate of the authority, YYMMDD.
person() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$L/$1.key" -subj "/CN=$1" -out "$L/$1.csr" 2>/dev/null
    printf 'subjectAltName=email:%s\nkeyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n' "$2" > "$L/$1.ext"
    openssl ca -batch -notext -config "$L/ca.conf" -cert "$L/ca.pem" -keyfile "$L/ca.key" -in "$L/$1.csr" \
        -extfile "$L/$1.ext" -startdate "${3}000000Z" -enddate "${4}000000Z" -out "$L/$1.pem" 2>/dev/null
}

authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=Authority" -keyout "$L/ca.key" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -out "$L/ca.pem" 2>/dev/null
    printf '[ca]\ndefault_ca=t\n[t]\ndatabase=%s/index\nserial=%s/serial\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n' \
        "$L" "$L" "$L" > "$L/ca.conf"
    : > "$L/index"
    echo 01 > "$L/serial"
}

# smime WHO FROM: the leader's own text, signed by WHO, in the name of FROM.
smime() {
    printf 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n' > "$L/text"
    news /dev/stdout | sed '1,/^\r$/d' >> "$L/text"
    printf 'Received: from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1;\r\n\tSun, 22 Nov 2026 08:30:00 +0700\r\n'
    printf 'From: %s\r\nTo: banbientap@mic.gov.vn\r\nSubject: De nghi dang tin\r\nDate: Sun, 22 Nov 2026 08:29:00 +0700\r\nMessage-ID: <%s@x>\r\n' "$2" "$RANDOM"
    openssl smime -sign -binary -crlfeol -in "$L/text" -signer "$L/$1.pem" -inkey "$L/$1.key" -md sha256 2>/dev/null || return 1
}

look() { # the report of the letter, with a DNS that does not answer: only the signature can speak
    printf 'profile mic\nresolver 127.0.0.1@9\n%s\n' "$2" > "$H/banbientap.conf"
    "$BBT" --house "$H" --json explain --look-up "$1"
}

@test "S/MIME: a signature of the From, by a known authority, proves him and confirms his own text" {
    authority
    person leader smd@hg.example 261001 271001
    person other someone@else.example 261001 271001
    person late smd@hg.example 251001 261001
    smime leader smd@hg.example > "$L/good.eml"
    look "$L/good.eml" "smime-ca $L/ca.pem" > "$L/r"
    grep -q '"result":"authenticated","by":"smime"' "$L/r"
    grep -q '"verdict":"confirmed"' "$L/r"
    # No authority is named; the text was changed; the signer is another person; his certificate had run out.
    look "$L/good.eml" '' > "$L/r.unknown"
    sed 's/Cục Viễn thông đã/Cục Viễn thông chưa/' "$L/good.eml" > "$L/changed.eml"
    run -1 cmp -s "$L/good.eml" "$L/changed.eml"
    look "$L/changed.eml" "smime-ca $L/ca.pem" > "$L/r.changed"
    smime other smd@hg.example > "$L/other.eml"
    look "$L/other.eml" "smime-ca $L/ca.pem" > "$L/r.other"
    smime late smd@hg.example > "$L/late.eml"
    look "$L/late.eml" "smime-ca $L/ca.pem" > "$L/r.late"
    for r in unknown changed other late; do
        run -1 grep '"result":"authenticated"' "$L/r.$r"
        run -1 grep '"verdict":"confirmed"' "$L/r.$r"
        grep -q '"verdict":"' "$L/r.$r"
    done
}

@test "S/MIME covers no header: an old signed yes under new ones is no answer to a submission (A9)" {
    authority
    person leader smd@hg.example 261001 271001
    letter "$L/unit.eml" gte@hg.example pass 'De nghi dang tin: Cho phien' < <(news /dev/stdout | sed '1,/^\r$/d' | tr -d '\r')
    ref=$(bbt --json ingest "$L/unit.eml" | ref_of)
    bbt --json list --hold confirmation | grep -q "\"submission\":\"$ref\""
    # What the leader once signed, about anything; the headers are of today.
    printf 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nĐồng ý.\r\n' > "$L/text"
    {
        printf 'Received: from out.example.net (out.example.net [192.0.2.7]) by mx.mic.gov.vn with ESMTPS id 1;\r\n\tSun, 22 Nov 2026 08:30:00 +0700\r\n'
        printf 'From: smd@hg.example\r\nTo: banbientap@mic.gov.vn\r\nDate: Sun, 22 Nov 2026 08:29:00 +0700\r\n'
        printf 'Subject: Re: De nghi dang tin: Cho phien\r\nIn-Reply-To: <unit.eml@x>\r\nMessage-ID: <replayed@x>\r\n'
        openssl smime -sign -binary -crlfeol -in "$L/text" -signer "$L/leader.pem" -inkey "$L/leader.key" -md sha256 2>/dev/null
    } > "$L/yes.eml"
    printf 'profile mic\nresolver 127.0.0.1@9\nsmime-ca %s\n' "$L/ca.pem" > "$H/banbientap.conf"
    "$BBT" --house "$H" --json ingest --look-up "$L/yes.eml" > "$L/r"
    grep -q '"result":"authenticated","by":"smime"' "$L/r"
    bbt --json list --hold confirmation | grep -q "\"submission\":\"$ref\""
    run -1 bbt --as truongban approve "$ref"
    bbt --json show "$ref" | grep -q '"confirmation":{"state":"requested"'
}
