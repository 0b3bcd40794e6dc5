# rules.bats: `rules check`, `rules test` and `rules show` of the shipped profiles.
load lib

@test "all shipped profiles are right" {
    run "$BBT" --lang vi rules check
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -ge 4 ]
}

@test "all examples come out right, three or more for each kind" {
    run "$BBT" --json rules test
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -c '"failed":0' <<< "$output")" -ge 4 ]
    [[ "$output" != *'"few"'* ]]
}

@test "an example that comes out otherwise is reported with its place, and is exit 1" {
    S=$BATS_TEST_TMPDIR/share
    mkdir -p "$S/rules"
    cp "$BBT" "$S/bbt"
    cp -r conf "$S/conf"
    cp -r rules/common rules/mic "$S/rules/"
    printf '# one\nexample mic/complaint { subject "Cam on"; body "Xin cam on." }\n' > "$S/rules/mic/wrong.rules"
    run "$S/bbt" --lang vi rules test mic
    echo "$output"
    [ "$status" -eq 1 ]
    [[ "$output" == *"mic/wrong.rules:2: "*"mic/complaint"* ]]
}

@test "show: text of 80 columns, HTML without script, JSON; each row has an article" {
    run "$BBT" --lang vi rules show dongnai
    [ "$status" -eq 0 ]
    [[ "$output" == *"An toàn thực phẩm"*"SCT"*"[DN-8.2k]"* ]]
    run "$BBT" --lang vi rules show --html dongnai
    [ "$status" -eq 0 ]
    [[ "$output" == "<!DOCTYPE html>"*'<html lang="vi">'*"</html>" ]]
    [[ "$output" != *"<script"* ]]
    run "$BBT" --json rules show dongnai
    [ "$status" -eq 0 ]
    python3 -c '
import json, sys
rows = [r for s in json.load(sys.stdin)["sections"] for r in s["rows"]]
assert len(rows) > 300, len(rows)
assert all(r["cite"] for r in rows)
' <<< "$output"
}

@test "slips: an unknown verb, an unknown profile, a word too many" {
    run "$BBT" rules chek
    [ "$status" -eq 64 ]
    run "$BBT" rules show nowhere
    [ "$status" -eq 78 ]
    run "$BBT" rules show mic langson
    [ "$status" -eq 64 ]
    run "$BBT" rules test mic --html
    [ "$status" -eq 64 ]
}
