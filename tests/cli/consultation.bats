#!/usr/bin/env bats
# A draft is put to public comment from one minute to another; who may ask for that, what is said, who gets it
# (MIC-11.2b2, 13.5c, QC-10).
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

# draft FILE [WINDOW] [FROM]
draft() {
    letter "$1" "${3:-vtb@mic.gov.vn}" pass 'Đăng dự thảo Thông tư về kho số để lấy ý kiến' <<TEXT
Kính gửi: Ban Biên tập Cổng Thông tin điện tử

Cục Viễn thông đề nghị đăng tải toàn văn dự thảo Thông tư quy định về quản lý kho số viễn thông để lấy ý kiến rộng rãi
của các cơ quan, tổ chức và cá nhân.

${2-Thời gian lấy ý kiến: từ ngày 23/11/2026 đến hết ngày 24/11/2026.}
TEXT
}

# comment FILE TIME TO SUBJECT [FROM]: taken by our server at TIME
comment() {
    letter "$L/c" "${5:-dan.thuong@gmail.com}" pass "$4" <<'TEXT'
Kính gửi cơ quan soạn thảo,

Tôi góp ý dự thảo: khoản 2 Điều 5 nên quy định rõ thời hạn thu hồi số. Trân trọng cảm ơn.
TEXT
    sed -e "s/^To: .*/To: $3\r/" -e "s/Fri, 20 Nov 2026 08:30:00/$2/" -e "s/^Message-ID.*/Message-ID: <$(basename "$1")@c>\r/" "$L/c" > "$1"
}

at() {
    NOW=$1 bbt "${@:2}"
}

draft_ref() {
    bbt --json ingest "$1" > "$L/r"
    grep -q '"category":"draft"' "$L/r"
    ref_of < "$L/r"
}

@test "a draft that says both days has a window to the minute, on the site too" {
    draft "$L/a.eml"
    ref=$(draft_ref "$L/a.eml")
    run -0 bbt --json consultation "$ref"
    [[ "$output" == *'"opens":"2026-11-23T00:00:00+07:00","closes":"2026-11-25T00:00:00+07:00","phase":"before"'* ]]
    bbt --as thuky check "$ref" --origin 'Cục Viễn thông' --content 'dự thảo' --purpose 'lấy ý kiến' >/dev/null
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
    page=$(find "$H/site/" -name "$ref.html")
    grep -q 'Chưa đến thời gian' "$page"
    run -0 at 2026-11-22T23:59:59+07:00 consultation --run
    grep -q 'Chưa đến thời gian' "$(find "$H/site/" -name "$ref.html")"
    run -0 at 2026-11-23T00:00:00+07:00 consultation --run
    grep -q "Đang lấy ý kiến.*banbientap+c-${ref,,}@mic.gov.vn" "$(find "$H/site/" -name "$ref.html")"
    run -0 at 2026-11-24T23:59:59+07:00 --json consultation "$ref"
    [[ "$output" == *'"phase":"open"'* ]]
    run -0 at 2026-11-25T00:00:00+07:00 consultation --run
    grep -q 'Đã kết thúc lấy ý kiến' "$(find "$H/site/" -name "$ref.html")"
    run -0 at 2026-11-25T00:00:00+07:00 fsck
}

@test "a draft without an end is held until a person sets the window with a reason" {
    draft "$L/a.eml" 'Rất mong nhận được ý kiến góp ý từ ngày 23/11/2026.'
    ref=$(draft_ref "$L/a.eml")
    run -0 bbt show "$ref"
    [[ "$output" == *'ngày kết thúc lấy ý kiến'* ]]
    run -1 bbt consultation "$ref"
    run -1 bbt --as truongban approve "$ref"
    run -1 bbt --as truongban release "$ref" --hold consultation-window --reason 'tôi muốn'
    run -1 bbt --as thuky consultation "$ref" --from 2026-11-23 --to 2026-12-23
    run -1 bbt --as bientap consultation "$ref" --from 2026-11-23 --to 2026-12-23 --reason x
    run -1 bbt --as thuky consultation "$ref" --from 2026-12-23 --to 2026-11-23 --reason x
    run -64 bbt --as thuky consultation "$ref" --from mai --to 2026-11-23 --reason x
    run -0 bbt --as thuky --json consultation "$ref" --from 2026-11-23T08:00:00+07:00 --to 2026-12-23 --reason 'đơn vị báo qua điện thoại'
    [[ "$output" == *'"opens":"2026-11-23T08:00:00+07:00","closes":"2026-12-24T00:00:00+07:00"'* ]]
    bbt --json show "$ref" > "$L/s"
    run ! grep -q 'consultation-window' <(bbt --json list --hold consultation-window)
}

@test "news has no consultation; a draft of somebody who is neither focal point nor leader is held" {
    news "$L/n.eml"
    ref=$(bbt --json ingest "$L/n.eml" | ref_of)
    run -1 bbt consultation "$ref"
    run -1 bbt --as thuky consultation "$ref" --from 2026-11-23 --to 2026-12-23 --reason x
    draft "$L/a.eml" "Thời gian lấy ý kiến: từ ngày 23/11/2026 đến hết ngày 24/12/2026." nhan.vien@mic.gov.vn
    ref=$(draft_ref "$L/a.eml")
    [[ "$(bbt --json list --hold consultation-sender)" == *"$ref"* ]]
}

@test "comments join while it is open; later ones are refused by letter and kept; the unit gets all" {
    draft "$L/a.eml"
    ref=$(draft_ref "$L/a.eml")
    to=banbientap+c-${ref,,}@mic.gov.vn
    comment "$L/1.eml" 'Mon, 23 Nov 2026 00:00:00' "$to" '=HYPERLINK("http://x")'
    comment "$L/2.eml" 'Tue, 24 Nov 2026 23:59:59' banbientap@mic.gov.vn "Góp ý dự thảo $ref" 'hai@gmail.com'
    comment "$L/3.eml" 'Wed, 25 Nov 2026 00:00:00' "$to" 'Góp ý dự thảo' 'ba@gmail.com'
    run -0 at 2026-11-25T09:00:00+07:00 ingest "$L/1.eml" "$L/2.eml" "$L/3.eml"
    run -0 at 2026-11-25T09:00:00+07:00 --json consultation "$ref"
    [[ "$output" == *'"comments":2,"late":1'* ]]
    [ "$(bbt --json list | wc -l)" -eq 1 ]
    bbt --json outbox | grep '"to":"ba@gmail.com"' | grep -q 'consultation-closed'
    [ "$(bbt --json outbox | grep -c '"to":"[a-z.]*@gmail.com"')" -eq 1 ]
    run -0 at 2026-11-25T09:00:00+07:00 consultation --run
    run -0 at 2026-11-25T09:00:00+07:00 consultation --run
    [ "$(bbt --json outbox | grep -c 'consultation-bundle.*"to":"vtb@mic.gov.vn"')" -eq 1 ]
    run -0 bbt --as thuky consultation "$ref" --bundle "$L/b"
    cmp "$L/1.eml" "$L/b/001.eml"
    cmp "$L/3.eml" "$L/b/003.eml"
    python3 - "$L/b/comments.csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline="")))
assert len(rows) == 4, rows
assert rows[1][6].startswith("'="), rows[1]
assert [r[2] for r in rows[1:]] == ["có", "có", "không"]
assert "Điều 5" in rows[1][7]
PY
    run -1 bbt --as thuky consultation "$ref" --bundle "$L/b"
    run -1 at 2026-11-25T09:00:00+07:00 --as thuky consultation "$ref" --from 2026-11-23 --to 2026-12-23 --reason x
    bbt --json show "$ref" > "$L/s"
    run ! grep -q 'thu hồi số' <(bbt --json show "$ref" | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d.get("body",""))')
    run -0 bbt audit verify
    run -0 bbt fsck
}

@test "what is no comment stands alone: before the opening, a complaint, a machine, two references" {
    draft "$L/a.eml"
    ref=$(draft_ref "$L/a.eml")
    to=banbientap+c-${ref,,}@mic.gov.vn
    comment "$L/1.eml" 'Sun, 22 Nov 2026 23:59:59' "$to" 'Góp ý dự thảo'
    comment "$L/2.eml" 'Mon, 23 Nov 2026 10:00:00' "$to" 'Góp ý dự thảo' 'hai@gmail.com'
    sed -i 's/^Subject/Auto-Submitted: auto-replied\r\nSubject/' "$L/2.eml"
    comment "$L/3.eml" 'Mon, 23 Nov 2026 10:00:00' "$to, banbientap+c-bbt-2026-000777@mic.gov.vn" 'Góp ý dự thảo' 'ba@gmail.com'
    complaint "$L/4.eml"
    sed -i "s/^To: .*/To: $to\r/" "$L/4.eml"
    run -0 at 2026-11-23T11:00:00+07:00 ingest "$L/1.eml" "$L/2.eml" "$L/3.eml" "$L/4.eml"
    run -0 bbt --json consultation "$ref"
    [[ "$output" == *'"comments":0,"late":0'* ]]
}

approved_draft() {
    draft "$L/a.eml"
    ref=$(draft_ref "$L/a.eml")
    bbt --as thuky check "$ref" --origin 'Cục Viễn thông' --content 'dự thảo' --purpose 'lấy ý kiến' >/dev/null
    bbt --as truongban approve "$ref" >/dev/null
}

page_of() {
    find "$H/site/" -name "$1.html" | grep . || true
}

@test "an approved draft is published in the minute in which its consultation opens, and not before" {
    approved_draft
    run -0 bbt --as bientap schedule "$ref"
    bbt --json show "$ref" > "$L/s"
    grep -q '"state":"scheduled"' "$L/s"
    run -0 at 2026-11-22T23:59:59+07:00 consultation --run
    [ -z "$(page_of "$ref")" ]
    run -0 at 2026-11-22T23:59:59+07:00 schedule --run
    [ -z "$(page_of "$ref")" ]
    run -1 at 2026-11-22T23:59:59+07:00 --as bientap publish "$ref"
    run -0 at 2026-11-23T00:00:00+07:00 consultation --run
    grep -q "Đang lấy ý kiến" "$(page_of "$ref")"
    bbt --json show "$ref" | grep -q '"state":"published"'
    run ! grep -q consultation-unpublished <(bbt show "$ref" --history)
    # to the second at the other end
    comment "$L/1.eml" 'Tue, 24 Nov 2026 23:59:59' "banbientap+c-${ref,,}@mic.gov.vn" 'Góp ý dự thảo'
    comment "$L/2.eml" 'Wed, 25 Nov 2026 00:00:00' "banbientap+c-${ref,,}@mic.gov.vn" 'Góp ý dự thảo' 'hai@gmail.com'
    run -0 at 2026-11-25T00:00:30+07:00 ingest "$L/1.eml" "$L/2.eml"
    run -0 at 2026-11-25T00:00:30+07:00 consultation --run
    run -0 bbt --json consultation "$ref"
    [[ "$output" == *'"comments":1,"late":1'* ]]
    [[ "$(bbt --json outbox)" == *'consultation-closed'*'consultation-bundle'* ]]
    run -0 bbt audit verify
}

@test "what was not approved is not published by an opening: a person is told, and may still approve it" {
    draft "$L/a.eml"
    ref=$(draft_ref "$L/a.eml")
    run -1 bbt --as bientap schedule "$ref"
    run -0 at 2026-11-23T08:30:00+07:00 consultation --run
    [ -z "$(page_of "$ref")" ]
    run -0 at 2026-11-23T08:30:00+07:00 timers
    [[ "$output" == *"$ref: đang lấy ý kiến từ 23/11/2026 00:00 mà dự thảo chưa đăng"* ]]
    run -1 at 2026-11-23T08:30:00+07:00 --json status
    [[ "$output" == *'"what":"consultation-unpublished"'* ]]
    NOW=2026-11-23T09:00:00+07:00
    bbt --as thuky check "$ref" --origin 'Cục Viễn thông' --content 'dự thảo' --purpose 'lấy ý kiến' >/dev/null
    bbt --as truongban approve "$ref" >/dev/null
    run -0 bbt --as bientap publish "$ref"
    run -0 bbt timers
    [[ "$output" != *"$ref: đang lấy ý kiến"* ]]
}

@test "a text that changed after its approval is not published at the opening" {
    approved_draft
    bbt --as bientap schedule "$ref" >/dev/null
    bbt --as bientap edit "$ref" --title 'Dự thảo khác' >/dev/null
    run -0 at 2026-11-23T00:00:00+07:00 consultation --run
    [ -z "$(page_of "$ref")" ]
    run -0 at 2026-11-23T00:00:00+07:00 timers
    [[ "$output" == *"$ref: đang lấy ý kiến"* ]]
}

@test "a window that is moved takes the publication along; a time of its own stays" {
    approved_draft
    bbt --as bientap schedule "$ref" >/dev/null
    run -0 bbt --as thuky consultation "$ref" --from 2026-11-24T09:00:00+07:00 --to 2026-12-24 --reason 'đơn vị đề nghị lùi'
    run -0 at 2026-11-24T08:59:59+07:00 consultation --run
    [ -z "$(page_of "$ref")" ]
    run -0 at 2026-11-24T09:00:00+07:00 consultation --run
    grep -q 'Đang lấy ý kiến' "$(page_of "$ref")"
    draft "$L/b.eml" 'Thời gian lấy ý kiến: từ ngày 28/11/2026 đến hết ngày 30/12/2026.'
    sed -i 's/kho số/băng tần/' "$L/b.eml"
    ref=$(bbt --json ingest "$L/b.eml" | ref_of)
    bbt --as thuky check "$ref" --origin 'Cục Viễn thông' --content 'dự thảo' --purpose 'lấy ý kiến' >/dev/null
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap schedule "$ref" --at 2026-11-27T08:00:00+07:00 >/dev/null
    bbt --as thuky consultation "$ref" --from 2026-11-29 --to 2026-12-30 --reason 'lùi' >/dev/null
    run -0 at 2026-11-27T08:00:00+07:00 schedule --run
    grep -q 'Chưa đến thời gian' "$(page_of "$ref")"
}

@test "a draft that was closed or refused before anybody saw it opens for nobody" {
    draft "$L/a.eml"
    ref=$(draft_ref "$L/a.eml")
    run -0 bbt --as thuky close "$ref" --reason 'đơn vị rút dự thảo'
    for t in 2026-11-23T09:00:00+07:00 2026-11-25T09:00:00+07:00; do
        run -0 at "$t" consultation --run
    done
    [ "$(bbt --json outbox | grep -c consultation)" -eq 0 ]
    [ "$(sqlite3 "$H/case.db" "SELECT count(*) FROM journal WHERE what = 'CONSULTATION' AND detail NOT LIKE 'key=letter%'")" -eq 0 ]
}
