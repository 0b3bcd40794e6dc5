#!/usr/bin/env bats
# Who approves what, and of which bytes: flags, two persons, versions, schedules, overrides (MISSION WF-1..6, A32).
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

# A house of another profile with one unit.
house_of() {
    H=$BATS_TEST_TMPDIR/$1
    "$BBT" --now "$NOW" init "$H" --profile "$1" --trial >/dev/null
    printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\n%s\tA\tA\tleader\tLê Văn A\tTrưởng phòng\tlva@%s.gov.vn\n' \
        "$1" "$1" > "$BATS_TEST_TMPDIR/d.tsv"
    bbt units import "$BATS_TEST_TMPDIR/d.tsv" >/dev/null
}

# The news of lib.bash as if another institution's leader had sent it.
news_of() {
    news "$1.x" "$3"
    sed "s/mx.mic.gov.vn/$4/; s/vtb@mic.gov.vn/lva@$2.gov.vn/; s/header.from=mic.gov.vn/header.from=$2.gov.vn/" "$1.x" > "$1"
}

ingest() {
    bbt --json ingest "$1" | ref_of
}

@test "a sensitive piece of news needs the chief or a member besides (MIC-13.5a)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -0 bbt --as bientap flag "$ref" sensitive --reason 'chưa rõ số liệu'
    run -0 bbt --as photruongban approve "$ref"
    [[ "$output" == *"còn cần"*"Trưởng ban"* ]]
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
}

@test "a rule's words raise the flag; whoever wrote the text does not lower it" {
    news "$L/a.eml" 'Đề nghị đăng tin: Vụ việc nhạy cảm đang xác minh'
    ref=$(ingest "$L/a.eml")
    bbt --json show "$ref" | grep -q '"flag":"sensitive","by":"system"'
    run -1 bbt --as bientap flag "$ref" sensitive --off --reason 'không phải'
    run -0 bbt --as truongban edit "$ref" --title 'Tin khai trương'
    run -1 bbt --as truongban flag "$ref" sensitive --off --reason 'không phải'
    [[ "$output" == *"truongban"* ]]
    run -0 bbt --as photruongban flag "$ref" sensitive --off --reason 'chỉ là tin khai trương'
    run -1 bbt --as photruongban flag "$ref" sensitive --off --reason 'nữa'
    run -1 bbt --as photruongban flag "$ref" khongco --reason 'x'
}

@test "an edit voids the approval, and its writer does not approve it (WF-2, WF-4)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as photruongban edit "$ref" --title 'Khai trương mạng cáp quang biển' --field author='Ngô Văn A' --reason 'rõ hơn'
    run -1 bbt --as bientap publish "$ref"
    run -1 bbt --as photruongban approve "$ref"
    [[ "$output" == *"photruongban"* ]]
    run -1 bbt --as photruongban edit "$ref" --title 'Khai trương mạng cáp quang biển'
    run -1 bbt --as bientap edit "$ref" --title 'Khác' --version 1
    [[ "$output" == *"photruongban"* ]]
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
    grep -q 'cáp quang biển' "$H/site/index.html"
    run -0 bbt show "$ref" --history
    [[ "$output" == *"- Đề nghị đăng tin"*"+ Khai trương mạng cáp quang biển"* ]]
    [[ "$output" == *"+ field author=Ngô Văn A"* ]]
    bbt --json show "$ref" --history | python3 -c 'import json,sys; v=json.load(sys.stdin)["versions"]; assert len(v) == 2 and v[1]["published"] and not v[0]["published"]'
    run -0 bbt fsck
}

@test "the same bytes again are another version: an old approval does not come back" {
    news "$L/a.eml" 'Tin A'
    ref=$(ingest "$L/a.eml")
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap edit "$ref" --title 'Tin B'
    run -0 bbt --as bientap edit "$ref" --title 'Tin A'
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
}

@test "a correction waits for its approval while the old version stands; both stay in the history" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    bbt --as truongban approve "$ref" >/dev/null
    bbt --as bientap publish "$ref" >/dev/null
    run -1 bbt --as bientap edit "$ref" --title 'Bản đính chính'
    run -0 bbt --as bientap edit "$ref" --title 'Bản đính chính' --reason 'sai số liệu'
    run -0 bbt site build
    grep -q 'Khai trương' "$H/site/index.html"
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
    grep -q 'Bản đính chính' "$H/site/index.html"
    [ "$(bbt --json show "$ref" --history | grep -o '"published":true' | wc -l)" -eq 2 ]
}

@test "what is scheduled appears at its time, not before, and not when it was changed (A32)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -1 bbt --as bientap schedule "$ref" --at 2026-11-20T10:00:00+07:00
    run -0 bbt --as truongban approve "$ref"
    run -1 bbt --as bientap schedule "$ref" --at 2026-11-20T08:00:00+07:00
    run -0 bbt --as bientap schedule "$ref" --at 2026-11-20T10:00:00+07:00
    run -1 bbt --as bientap publish "$ref"
    run -0 bbt schedule --run
    [ ! -e "$H/site/index.html" ]
    NOW=2026-11-20T10:00:01+07:00
    run -0 bbt schedule --run
    grep -q 'Khai trương' "$H/site/index.html"
    bbt --json show "$ref" | grep -q '"state":"published"'
}

@test "a schedule whose case was flagged meanwhile holds it for a person" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    bbt --as photruongban approve "$ref" >/dev/null
    bbt --as bientap schedule "$ref" --at 2026-11-20T10:00:00+07:00 >/dev/null
    bbt --as thuky flag "$ref" sensitive --reason 'có ý kiến' >/dev/null
    NOW=2026-11-20T10:00:01+07:00
    run -0 bbt schedule --run
    [ ! -e "$H/site/index.html" ]
    bbt --json show "$ref" | grep -q '"reason":"schedule"'
    run -0 bbt schedule --run
}

@test "hot news in Dong Nai: chief and standing deputy, two persons (DN-9.1)" {
    house_of dongnai
    news_of "$L/a.eml" dongnai 'Tin điểm nóng: vụ việc đang xử lý' mx.dongnai.gov.vn
    ref=$(ingest "$L/a.eml")
    bbt --json show "$ref" | grep -q '"flag":"hot"'
    run -0 bbt --as photruongban approve "$ref"
    run -1 bbt --as bientap publish "$ref"
    run -1 bbt --as photruongban approve "$ref"
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
}

@test "one login is one person, but in a trial house" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    sed -i '/^trial/d' "$H/banbientap.conf"
    run -0 bbt --as bientap edit "$ref" --title 'Tin đã sửa'
    run -1 bbt --as truongban approve "$ref"
}

@test "a return needs a list, a refusal a ground and a text; the letters cite and list; both are counted" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -1 bbt --as bientap return "$ref" --reason 'xem lại'
    run -0 bbt --as bientap return "$ref" --todo 'Bổ sung ảnh' --todo 'Ghi rõ nguồn'
    sqlite3 "$H/case.db" "SELECT bytes FROM outbox WHERE key LIKE 'returned/%'" | python3 -c '
import email, email.policy, sys
t = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default).get_content()
assert "1. Bổ sung ảnh" in t and "2. Ghi rõ nguồn" in t, t'
    run -1 bbt --as truongban refuse "$ref" --ground 14.4a
    run -0 bbt --as truongban refuse "$ref" --ground 14.4a --reason 'ngoài phạm vi'
    sqlite3 "$H/case.db" "SELECT bytes FROM outbox WHERE key LIKE 'refused/%'" | python3 -c '
import email, email.policy, sys
t = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default).get_content()
assert "điểm a khoản 4 Điều 14" in " ".join(t.split()), t'
    [ "$(sqlite3 "$H/case.db" "SELECT group_concat(event || ground) FROM decisions")" = return,refuse14.4a ]
    bbt --json status > "$L/status" || true
    python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))["decisions"] == {"refuse 14.4a": 1, "return": 1}' "$L/status"
}

@test "origin must be known before anything is approved; a person may establish it (MIC-13.2)" {
    letter "$L/a.eml" ai.do@mic.gov.vn pass 'Đề nghị đăng tin: Khai trương mạng cáp quang' < <(news /dev/stdout | sed '1,/^\r$/d' | tr -d '\r')
    ref=$(ingest "$L/a.eml")
    run -1 bbt --as truongban approve "$ref"
    [[ "$output" == *"--origin"* ]]
    run -1 bbt --as bientap check "$ref"
    run -0 bbt --as bientap check "$ref" --origin 'Phòng Truyền thông, gọi điện xác minh'
    run -0 bbt --as truongban approve "$ref"
}

@test "a refusal says who may" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run -1 bbt --as bientap approve "$ref"
    [[ "$output" == *"Trưởng ban"* ]]
    run -1 bbt --lang en --as bientap approve "$ref"
    [[ "$output" == *"Chief"* ]]
}

@test "the database itself refuses a move that the track does not have (WF-1)" {
    news "$L/a.eml"
    ref=$(ingest "$L/a.eml")
    run ! sqlite3 "$H/case.db" "UPDATE submissions SET state = 'published' WHERE ref = '$ref'"
    [[ "$output" == *"no such move"* ]]
    run -0 sqlite3 "$H/case.db" "UPDATE submissions SET state = 'approved' WHERE ref = '$ref'"
}

@test "a step that the state does not allow is refused with those that it allows" {
    news "$BATS_TEST_TMPDIR/n.eml"
    ref=$(bbt --json ingest "$BATS_TEST_TMPDIR/n.eml" | ref_of)
    run -1 bbt --lang en --as bientap publish "$ref"
    [[ $output == *"What can be done now: "*"approve"*"refuse"* ]]
    [[ $output != *"publish,"* ]]
    run -1 bbt --as bientap publish BBT-2026-999999
    [[ $output == *"not found; see: bbt list"* ]]
}
