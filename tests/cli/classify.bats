#!/usr/bin/env bats
# Why a letter is what it is; a person who says what it is; learning from that.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

# A letter on which no rule fires.
vague() {
    letter "$1" dan.thuong@gmail.com pass "${2:-Thu gui quy vi}" <<'TEXT'
Zzz yyy xxx lung tung.
TEXT
}

@test "why names file, line and words of each side, and the model's words" {
    complaint "$L/a.eml"
    run -0 bbt why "$L/a.eml"
    [[ "$output" == *"mic/complaint"* && "$output" == *"common/complaint.phrases.rules:"* ]]
    [[ "$output" == *'"khiếu nại quyết định"'* && "$output" == *"(TT05-2021.6)"* ]]
    [[ "$output" == *"contests-decision: "* ]]
    [[ "$output" == *"mic/question"* ]]
    [[ "$output" == *"Mô hình: Khiếu nại"* ]]
    bbt --json why "$L/a.eml" | jq -e '.kind == "mic/complaint" and (.model.words | length > 0) and all(.model.words[]; .where | test("^(subject|body|attachment:|header:)"))
        and ([.kinds[] | select(.kind == "mic/complaint") | .reasons[] | select(.rule == "model")] | length == 1)'
}

@test "why REF reads the letter again; a complaint only for those who may" {
    complaint "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -0 bbt --as thanhtra why "$ref"
    [[ "$output" == "$ref: "* ]]
    run -1 bbt --as bientap why "$ref"
    [[ "$output" != *"khiếu nại quyết định"* ]]
    run -1 bbt --as truongban why BBT-2026-999999
}

@test "reclassify needs a kind, a reason, another kind, and a role" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -1 bbt --as bientap reclassify "$ref" thematic
    run -1 bbt --as bientap reclassify "$ref" nonsense --reason x
    [[ "$output" == *"nonsense"* ]]
    run -1 bbt --as bientap reclassify "$ref" news --reason x
    run -0 bbt --as bientap reclassify "$ref" thematic --reason 'bài chuyên mục'
    bbt --json list | grep -q '"category":"thematic"'
    run -0 bbt --as bientap show "$ref"
    [[ "$(tr -s ' \n' ' ' <<< "$output")" == *"bài chuyên mục"* ]]
    run -0 bbt fsck
}

@test "what becomes a complaint leaves search and the common list, and gets other clocks" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    bbt search 'mạng cáp quang' | grep -q "$ref"
    run -0 bbt --as bientap reclassify "$ref" complaint --reason 'nội dung là khiếu nại'
    [[ "$output" == *"thanh tra"* ]]
    run bbt --as bientap search 'mạng cáp quang'
    [[ "$output" != *"$ref"* ]]
    [[ "$(bbt --as bientap list)" != *"$ref"* ]]
    [[ "$(bbt --as thanhtra list)" == *"$ref"* ]]
    run -1 bbt --as bientap reclassify "$ref" news --reason 'nhầm'
    run -0 bbt --as thanhtra reclassify "$ref" news --reason 'xem lại'
    bbt search 'mạng cáp quang' | grep -q "$ref"
    run -0 bbt fsck
}

@test "what is on the portal is withdrawn first" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    bbt --as truongban approve "$ref"
    bbt --as bientap publish "$ref"
    run -1 bbt --as truongban reclassify "$ref" complaint --reason x
}

@test "a person's word ends the doubt; a stranger's letter that becomes news waits for a leader" {
    vague "$L/a.eml"
    bbt --json ingest "$L/a.eml" > "$L/r"
    grep -q '"reason":"unsure"' "$L/r"
    ref=$(ref_of < "$L/r")
    run -0 bbt --as bientap reclassify "$ref" question --reason 'câu hỏi'
    [[ "$(bbt --json list)" != *'"hold":"unsure"'* ]]
    [[ "$(bbt --as bientap deadline explain "$ref")" == *"mic/answer"* ]]
    run -0 bbt --as bientap show "$ref"
    [[ "$output" == *"Đổi loại: mic/other → mic/question"* ]]
    run -0 bbt --as bientap reclassify "$ref" news --reason 'tin'
    run -0 bbt --as bientap show "$ref"
    [[ "$output" == *"Hết tính hạn: mic/answer"* ]]
    run -1 bbt --as truongban approve "$ref"
}

@test "learn counts what people decided, and nothing else; the next letter is known" {
    for i in 1 2 3 4; do
        vague "$L/$i.eml" "thu so $i"
        ref=$(bbt --json ingest "$L/$i.eml" | ref_of)
        [ "$i" = 4 ] || bbt --as bientap reclassify "$ref" spam --reason 'rác' >/dev/null
    done
    run -1 bbt --as bientap learn
    run -0 bbt --as truongban learn
    [[ "$output" == *" 3 "* ]]
    grep -q '^letters spam 3$' "$H/learned.model"
    grep -q '^lung tung	spam:3$' "$H/learned.model"
    vague "$L/5.eml" 'thu so 5'
    bbt --json why "$L/5.eml" | jq -e '.model.shares.spam > 0.5'
    printf 'model 1\nletters nonsense 3\n' > "$H/learned.model"
    run -78 bbt why "$L/5.eml"
    [[ "$output" == *"learned.model:2"* ]]
}
