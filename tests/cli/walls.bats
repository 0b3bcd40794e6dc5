#!/usr/bin/env bats
# Ways around the approval that somebody of the staff could try: each was open once.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

ingest() {
    bbt --json ingest "$1" | ref_of
}

@test "an edit that brings a mark of secrecy is taken from nobody, and is not stored (A31)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    printf 'TUYỆT MẬT\n\nCục Viễn thông báo cáo kết quả kiểm tra.\n' > "$L/body"
    run -1 bbt --as bientap edit "$ref" --body-file "$L/body"
    [[ "$output" == *"dấu hiệu mật"* ]]
    run -1 bbt --as bientap edit "$ref" --title 'TỐI MẬT: Kế hoạch'
    run ! grep -rq 'kết quả kiểm tra' "$H"
    run -0 bbt --as bientap edit "$ref" --title 'Bảo mật thông tin cho người dùng'
}

@test "an edit that brings a flag's words raises the flag; a flag lowered by a person stays lowered (MIC-13.5a)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -0 bbt --as bientap edit "$ref" --title 'Khởi tố vụ án tham nhũng'
    bbt --json show "$ref" | grep -q '"flag":"sensitive"'
    run -0 bbt --as photruongban approve "$ref"
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt --as truongban flag "$ref" sensitive --off --reason 'tin đã công bố'
    run -0 bbt --as bientap edit "$ref" --title 'Khởi tố vụ án tham nhũng tại Hà Nội'
    run ! grep -q '"flag":"sensitive"' <(bbt --json show "$ref")
}

@test "what is called news later is looked at for a flag's words then (MIC-13.5a)" {
    letter "$L/a.eml" vtb@mic.gov.vn pass 'Hỏi' <<'TEXT'
Kính gửi Ban Biên tập,

Tôi xin hỏi thủ tục cấp giấy phép bưu chính gồm những giấy tờ nào? Việc này có liên quan vụ khởi tố vừa qua không?
TEXT
    ref=$(ingest "$L/a.eml")
    run ! grep -q '"flag":"sensitive"' <(bbt --json show "$ref")
    run -0 bbt --as truongban reclassify "$ref" news --reason 'là tin'
    bbt --json show "$ref" | grep -q '"flag":"sensitive"'
}

@test "what nobody can read is no reason, no list and no answer to a check" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    for blank in ' ' $'\u200b' $'\u00a0\u2060' $'\u3164' $'\u2800'; do
        run -1 bbt --as truongban refuse "$ref" --ground 14.4a --reason "$blank"
        run -1 bbt --as truongban note "$ref" --reason "$blank"
        run -1 bbt --as thuky flag "$ref" sensitive --reason "$blank"
        run -1 bbt --as bientap return "$ref" --todo 'Bổ sung ảnh' --todo "$blank"
        run -1 bbt --as bientap check "$ref" --origin "$blank"
    done
    run -0 bbt --as bientap edit "$ref" --title $'\u200b'
    run -1 bbt --as truongban approve "$ref"
    [[ "$output" == *"bbt edit"* ]]
}

# Each must be refused by the database, with these words.
refused() {
    run ! sqlite3 "$H/case.db" "PRAGMA foreign_keys = ON; $2"
    [[ "$output" == *"$1"* ]] || { echo "$2: $output"; false; }
}

@test "the database itself keeps approvals, versions, holds and what is published (WF-1, WF-4, WF-9)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    local approval='INSERT INTO approvals (submission, user, login, content_hash, kind, roles, at) SELECT id,'
    local publish='INSERT INTO published (submission, version, content_hash, kind_label, withdrawn, reason, at) SELECT id,'
    bbt --as bientap edit "$ref" --title 'Tin khác' >/dev/null
    refused 'did not write' "$approval 'bientap', 'x', content_hash, kind, 1, 1 FROM submissions"
    refused 'present text' "$approval 'truongban', 'x', 'other', kind, 1, 1 FROM submissions"
    refused 'by a person' "$approval 'system', 'x', content_hash, kind, 1, 1 FROM submissions"
    refused 'not to be published' "$publish version, content_hash, 'x', 0, '', 1 FROM submissions"
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as thuky flag "$ref" sensitive --reason 'x' >/dev/null
    refused 'not to be published' "$publish version + 90, content_hash, 'x', 0, '', 1 FROM submissions"
    refused 'does not change' "UPDATE approvals SET user = 'photruongban'"
    refused 'does not change' 'DELETE FROM approvals'
    refused 'lowered once' "UPDATE flags SET reason = ''"
    refused 'does not change' 'DELETE FROM contents'
    refused 'does not change' "UPDATE contents SET user = 'system'"
    refused 'does not change' "INSERT OR REPLACE INTO contents (id, submission, hash, title, body, at) SELECT id, submission, hash, 'x', 'y', 1 FROM contents"
    refused 'no such version' "UPDATE submissions SET content_hash = 'x'"
    refused 'grows by one' 'UPDATE submissions SET version = 1'
    refused 'keeps its number' "UPDATE submissions SET ref = 'BBT-2026-000009'"
    refused 'keeps its number' 'DELETE FROM submissions'
    refused 'lowered once' 'DELETE FROM flags'
    refused 'not deleted' "DELETE FROM staff WHERE user = 'thuky'"
    bbt --as bientap publish "$ref" >/dev/null
    refused 'does not change' "UPDATE published SET content_hash = 'x'"
    refused 'does not change' 'DELETE FROM published'
    refused 'withdrawn first' "UPDATE submissions SET restricted = 1"
    run -0 bbt fsck
    sqlite3 "$H/case.db" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger' AND name NOT LIKE 'journal%'" > "$L/drop"
    sqlite3 "$H/case.db" < "$L/drop"
    run -1 bbt fsck
    [ "$(grep -c . "$L/drop")" -ge 40 ]
    [ "$(grep -c . <<< "$output")" -ge "$(grep -c . "$L/drop")" ]
    [[ "$output" == *published_bound* ]]
}

@test "what is on the portal, also while it is corrected, is withdrawn before it is called something else" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    run -1 bbt --as truongban reclassify "$ref" complaint --reason 'x'
    bbt --as bientap edit "$ref" --title 'Bản đính chính' --reason 'sai' >/dev/null
    run -1 bbt --as truongban reclassify "$ref" complaint --reason 'x'
    [[ "$output" == *"thu hồi"* || "$output" == *"gỡ"* ]]
    run -0 bbt --as truongban withdraw "$ref" --reason 'x'
    run -0 bbt --as truongban reclassify "$ref" complaint --reason 'x'
}

@test "what is called another kind is approved anew, also on the same track (WF-4)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as thuky reclassify "$ref" mic/press-release --reason 'là thông cáo'
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
}

holds() {
    bbt --as truongban --json show "$ref" | python3 -c 'import json, sys; print(*sorted(h["reason"] for h in json.load(sys.stdin)["holds"]))'
}

@test "what is called a document later is looked at as one: issued, and naming the portal (DC-3, DC-6)" {
    document "$L/a.eml" 1290 'Cục Viễn thông;'
    ref=$(ingest "$L/a.eml")
    [ "$(holds)" = portal-recipient ]
    bbt --as truongban release "$ref" --hold portal-recipient --reason 'đồng ý' >/dev/null
    bbt --as thuky release "$ref" --hold portal-recipient --reason 'đồng ý' >/dev/null
    run -0 bbt --as thuky reclassify "$ref" news --reason 'là tin'
    [ -z "$(holds)" ]
    run -0 bbt --as thuky reclassify "$ref" document --reason 'vẫn là văn bản'
    [ "$(holds)" = portal-recipient ]
    document "$L/b.eml" '      ' 'Cổng TTĐT Bộ;'
    sed -i 's/Công văn đề nghị đăng toàn văn/Tin/' "$L/b.eml"
    ref=$(ingest "$L/b.eml")
    run -0 bbt --as thuky reclassify "$ref" question --reason 'x'
    run -0 bbt --as thuky reclassify "$ref" document --reason 'x'
    [[ "$(holds)" == *not-issued* ]]
}

@test "two people let a text pass, not the case: an edit is held again (A32)" {
    document "$L/a.eml" 1290 'Cục Viễn thông;'
    ref=$(ingest "$L/a.eml")
    bbt --as truongban release "$ref" --hold portal-recipient --reason 'đồng ý' >/dev/null
    bbt --as thuky release "$ref" --hold portal-recipient --reason 'đồng ý' >/dev/null
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap edit "$ref" --title 'Một văn bản khác hẳn'
    [ "$(holds)" = portal-recipient ]
    run -1 bbt --as truongban approve "$ref"
}

@test "a corrected document that names the portal no more is held (DC-3)" {
    document "$L/a.eml" 1290 'Cổng TTĐT Bộ;'
    ref=$(ingest "$L/a.eml")
    [ -z "$(holds)" ]
    bbt --as bientap return "$ref" --todo 'Sửa số liệu' >/dev/null
    id=$(sqlite3 "$H/case.db" "SELECT message_id FROM outbox WHERE key LIKE 'returned/%'")
    document "$L/b.x" 1290 'Cục Viễn thông;'
    sed "s/^Message-ID:/In-Reply-To: <$id>\r\nReferences: <$id>\r\nMessage-ID:/; s/Fri, 20 Nov 2026 08:/Mon, 23 Nov 2026 08:/; s/^Bộ Thông tin và Truyền thông gửi/Bộ Thông tin và Truyền thông gửi lại/" "$L/b.x" > "$L/b.eml"
    NOW=2026-11-23T09:00:00+07:00
    [ "$(ingest "$L/b.eml")" = "$ref" ]
    [ "$(holds)" = portal-recipient ]
}

@test "a time of publication ends with the track that it was set on" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap schedule "$ref" --at 2026-11-20T10:00:00+07:00 >/dev/null
    bbt --as thuky reclassify "$ref" question --reason 'x' >/dev/null
    [ "$(sqlite3 "$H/case.db" 'SELECT count(*) FROM schedules')" -eq 0 ]
}

# A real house: one login is one person. The owner administers; the accounts are those of a trial house.
real() {
    H=$BATS_TEST_TMPDIR/real
    "$BBT" --now "$NOW" init "$H" --profile mic >/dev/null
    bbt units import "$L/directory.tsv" >/dev/null
    for who in truong:chief pho:standing-deputy bien:editor khac:editor quan:admin; do
        bbt users add "${who%%:*}" --login "${who%%:*}" --roles "${who##*:}" >/dev/null
    done
}

@test "what was handed over is not handed on, nor made longer, nor ended (LS-12.2)" {
    real
    run -0 bbt --as truong users delegate truong bien --until 2026-11-21
    run -1 bbt --as bien users delegate truong khac --until 2027-11-01
    run -1 bbt --as bien users delegate pho khac --until 2027-11-01
    run -0 bbt --as quan users delegate pho khac --until 2026-11-21
    run -1 bbt --as bien users undelegate 2
    run -0 bbt --as khac users undelegate 2
}

@test "who administers does not put his hands on another's account, nor act for those who decide (MIC-5)" {
    real
    run -0 bbt --as quan users set quan --login ''
    run -1 bbt users set truong --login "$(id -un)"
    [[ "$output" == *"Không ai tự cấp"* ]]
    run -0 bbt users set quan --login quan --address quan@mic.gov.vn
    run -1 bbt users set truong --address QUAN@mic.gov.vn
    [[ "$output" == *"mỗi người một tài khoản"* ]]
    run -1 bbt users set truong --login pho
    [[ "$output" == *"mỗi người một tài khoản"* ]]
    run -0 bbt --as truong users delegate truong bien --until 2026-11-21
    run -1 bbt users set bien --roles editor,admin
    run -0 bbt users undelegate 1
    run -0 bbt users set bien --roles editor,admin
}

@test "whose address sent the text does not approve it, whatever his account is called (WF-2)" {
    bbt users set truongban --address VTB@mic.gov.vn >/dev/null
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -1 bbt --as truongban approve "$ref"
    [[ "$output" == *"truongban"* ]]
    run -0 bbt --as photruongban approve "$ref"
}

@test "an approval is of what was read: with its number, a text changed meanwhile is refused (WF-8, LS-14.2)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    read=$(bbt --json show "$ref" | grep -o '"version":[0-9]*' | head -1 | cut -d: -f2)
    bbt --as bientap edit "$ref" --title 'Tin khác hẳn' >/dev/null
    run -1 bbt --as truongban approve "$ref" --version "$read"
    [[ "$output" == *bientap* ]]
    run -0 bbt --as truongban approve "$ref" --version "$((read + 1))"
    run -64 bbt --as truongban approve "$ref" --version x
}
