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
