#!/usr/bin/env bats
# From held letter to published page; who may do what; complaints stay in their own room.
load lib

setup() {
    house
    L=$BATS_TEST_TMPDIR
}

@test "approve, publish, withdraw: a page comes and goes" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -0 bbt --as truongban approve "$ref"
    run -0 bbt --as bientap publish "$ref"
    [ -f "$H/site/index.html" ]
    grep -q 'Khai trương mạng cáp quang' "$H/site/index.html"
    [ -n "$(find "$H/site/" -name "$ref.html")" ]
    xmllint --noout "$H/site/atom.xml"
    run -0 bbt --as truongban withdraw "$ref" --reason 'sai số liệu'
    run -0 bbt site build
    [ -z "$(find "$H/site/" -name "$ref.html")" ]
    run -0 bbt fsck
}

@test "an editor cannot approve; nobody publishes what is not approved" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -1 bbt --as bientap approve "$ref"
    [[ "$output" == *"$ref"* ]]
    run -1 bbt --as bientap publish "$ref"
    run -1 bbt --as nobody approve "$ref"
    [[ "$output" == *"nobody"* ]]
    [ ! -e "$H/site/index.html" ]
}

@test "a letter without confirmation is held and cannot be approved or released" {
    letter "$L/a.eml" can.bo@gmail.com pass 'Đề nghị đăng tin' < <(news /dev/stdout | sed '1,/^\r$/d' | tr -d '\r')
    bbt --json ingest "$L/a.eml" > "$L/r"
    grep -q '"verdict":"needs-confirmation"' "$L/r"
    ref=$(ref_of < "$L/r")
    run -1 bbt --as truongban approve "$ref"
    run -1 bbt --as truongban release "$ref" --reason 'tôi tin'
}

@test "a forged letter is held as forged" {
    news "$L/x"
    sed 's/dmarc=pass/dmarc=fail/' "$L/x" > "$L/a.eml"
    bbt --json ingest "$L/a.eml" > "$L/r"
    grep -q '"verdict":"reject-spoof"' "$L/r"
    run -1 bbt --as truongban approve "$(ref_of < "$L/r")"
}

@test "refusing needs a ground of the profile and a reason, and writes to the sender" {
    news "$L/a.eml"
    ref=$(bbt --json ingest "$L/a.eml" | ref_of)
    run -1 bbt --as truongban refuse "$ref" --reason x
    run -1 bbt --as truongban refuse "$ref" --reason x --ground 99.9z
    run -0 bbt --as truongban refuse "$ref" --reason 'ngoài phạm vi' --ground 14.4a
    bbt --json outbox | grep -q '"to":"vtb@mic.gov.vn"'
}

@test "complaints are read by inspector and chief only, and never found by search" {
    complaint "$L/c.eml"
    bbt --json ingest "$L/c.eml" > "$L/r"
    grep -q '"category":"complaint"' "$L/r"
    grep -q '"verdict":"accept"' "$L/r"
    ref=$(ref_of < "$L/r")
    [ "$(bbt --as bientap --json list | wc -l)" -eq 0 ]
    [ "$(bbt --as thanhtra --json list | wc -l)" -eq 1 ]
    run -1 bbt --as bientap show "$ref"
    run -0 bbt --as thanhtra show "$ref"
    run -1 bbt --as truongban search 'khieu nai'
    run -1 bbt --as bientap note "$ref" --reason x
}

@test "search without diacritics finds, exact accents rank first" {
    letter "$L/a.eml" vtb@mic.gov.vn pass 'Tin về ngành điện tử' <<< 'Đề nghị đăng tin.'
    letter "$L/b.eml" vtb@mic.gov.vn pass 'Tin dien tu khong dau' <<< 'De nghi dang tin.'
    bbt ingest "$L/a.eml" "$L/b.eml" >/dev/null
    run -0 bbt --json search 'dien tu'
    [ "$(echo "$output" | wc -l)" -eq 2 ]
    echo "$output" | head -1 | grep -q 'khong dau'
    run -0 bbt --json search 'điện tử'
    echo "$output" | head -1 | grep -q 'ngành điện tử'
    run -1 bbt search 'khongco"NEAR(*'
}

@test "digest: one for a recipient and week, nothing about the sender outside the register" {
    complaint "$L/c.eml"
    bbt ingest "$L/c.eml" >/dev/null
    run -1 bbt digest complaints --week 2026-W47
    run -0 bbt --json digest complaints --week 2026-W47 --dry-run
    [[ "$output" == *'"items":1'* ]]
    NOW=2026-11-23T07:00:00+07:00
    run -0 bbt --json digest complaints
    [[ "$output" == *'"period":"2026-W47"'*'"items":1'*'"state":"queued"'* ]]
    run -0 bbt --json digest complaints
    [[ "$output" == *'"state":"already"'* ]]
    [ "$(bbt --json outbox | wc -l)" -eq 1 ]
    bbt --as thanhtra --json list | grep -q '"state":"forwarded"'
    ! bbt --json outbox | grep -q 'dan.thuong'
    run -0 bbt fsck
}

@test "rules check is good for all four profiles and reports all errors at once" {
    run -0 "$BBT" rules check
    for p in mic langson dongnai bca; do run -0 "$BBT" rules check "$p"; done
    run -78 "$BBT" rules check atlantis
}

@test "units import counts the rows of other profiles and reports bad rows" {
    run -0 bbt --json units import "$BATS_TEST_TMPDIR/directory.tsv"
    [[ "$output" == *'"imported":3'*'"other_profiles":1'* ]]
    printf 'profile\tunit\tunit_name\trole\tname\ttitle\taddress\nmic\tA\tA\tking\tN\tT\tx@y.vn\nmic\tA\tA\tleader\tN\tT\tnot-an-address\n' > "$L/bad.tsv"
    run -65 bbt units import "$L/bad.tsv"
    [[ "$output" == *"bad.tsv:2"* ]]
    [[ "$output" == *"bad.tsv:3"* ]]
    run bbt units check
    [[ "$output" == *TTra* ]]
}

@test "fsck finds a damaged letter, status says what needs a person" {
    news "$L/a.eml"
    bbt ingest "$L/a.eml" >/dev/null
    run -0 bbt status
    run -0 bbt --json status
    echo "$output" | python3 -c 'import json,sys; s=json.load(sys.stdin); assert s["spool"]["done"] == 1 and "schema_version" in s'
    f=$(find "$H/spool/done" -name '*.eml')
    truncate -s -1 "$f"
    run -1 bbt fsck
    [[ "$output" == *"differ"* ]]
}

@test "the journal notices a row that was changed behind its back" {
    news "$L/a.eml"
    bbt ingest "$L/a.eml" >/dev/null
    run -0 bbt fsck
    trigger=$(sqlite3 "$H/case.db" "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master WHERE type='trigger' AND tbl_name='journal'")
    sqlite3 "$H/case.db" "$trigger; UPDATE journal SET at = at + 1 WHERE rowid = (SELECT max(rowid) FROM journal)"
    run -1 bbt fsck
}
