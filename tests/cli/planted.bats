# planted.bats: `rules check` finds each planted mistake: tests/grammar/planted/pNN-NAME.rules holds one, and says
# on a line `# expect LINE | WORD | WORD` in which line it stands (or FILE:LINE) and which words the message must
# have: the mistake and its remedy. `# without WORD` leaves out the lines of the right profile that hold the word.
load lib

setup() {
    S=$BATS_TEST_TMPDIR/share
    mkdir -p "$S/rules/common" "$S/rules/t"
    cp "$BBT" "$S/bbt"
    cp -r conf "$S/conf"
}

# The right profile "t" and one more file.
profile_with() {
    local without
    rm -f "$S"/rules/t/*
    cp tests/grammar/base/*.rules "$S/rules/t/"
    [ -n "$1" ] || return 0
    cp "$1" "$S/rules/t/"
    without=$(LC_ALL=C sed -n 's/^# without //p' "$1")
    [ -z "$without" ] || sed -i "/$without/d" "$S/rules/t/identity.rules"
}

# found FILE: the mistake is reported at its place and nowhere else, with its words.
found() {
    local name expect line words out status=0
    name=$(basename "$1")
    profile_with "$1"
    expect=$(LC_ALL=C sed -n 's/^# expect //p' "$1")
    line=${expect%% |*}
    [[ "$line" == *:* ]] || line="t/$name:$line"
    out=$("$S/bbt" --lang vi rules check t 2>/dev/null) || status=$?
    [ "$status" -eq 1 ] || { echo "$name: exit $status"; return 1; }
    grep -q "^$line:[0-9]*: " <<< "$out" || { echo "$name: not at $line: $out"; return 1; }
    ! grep '^t/.*:[0-9]*:[0-9]*: ' <<< "$out" | grep -vq "^$line:" || { echo "$name: elsewhere too: $out"; return 1; }
    IFS='|' read -ra words <<< "${expect#* | }"
    for word in "${words[@]}"; do
        word=$(sed 's/^ *//; s/ *$//' <<< "$word")
        grep -qF -- "$word" <<< "$out" || { echo "$name: nothing about '$word': $out"; return 1; }
    done
}

@test "the profile that the mistakes are planted in is right" {
    profile_with ""
    run "$S/bbt" --lang vi rules check t
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "each planted mistake is found, with file, line and remedy" {
    local bad=0 n=0
    for file in tests/grammar/planted/*.rules; do
        n=$((n + 1))
        found "$file" || bad=$((bad + 1))
    done
    echo "$n planted, $bad missed"
    [ "$n" -ge 40 ]
    [ "$bad" -eq 0 ]
}

@test "all mistakes of all files are reported at once, in English too" {
    profile_with tests/grammar/planted/p01-unknown-block.rules
    cp tests/grammar/planted/p03-category-misspelt.rules tests/grammar/planted/p04-kind-without-cite.rules "$S/rules/t/"
    run "$S/bbt" --lang en rules check t
    [ "$status" -eq 1 ]
    [[ "$output" == *"t/p01-unknown-block.rules:2:"*"t/p03-category-misspelt.rules:2:"*"t/p04-kind-without-cite.rules:2:"* ]]
    [[ "$output" == *"kimd"* && "$output" == *"Hint: news"* || "$output" == *"news"* ]]
}
