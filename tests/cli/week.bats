#!/usr/bin/env bats
# A week of each institution, step by step with the article of each, compared with what a person has read and kept
# (issue 6; how a week is written: tests/tools/week.py). Every sentence of the tracks and every letter is taken, or
# the script says why not.
bats_require_minimum_version 1.5.0

week() {
    BBT=${BBT:-build/bbt} python3 tests/tools/week.py "$@"
}

# A whole week is some hundred commands: by the program as it is shipped, like all that asks for numbers.
whole() {
    BBT=${BBT_PLAIN:-${BBT:-build/bbt}} week "$1"
}

# part NAME < steps: a short script
part() {
    {
        printf 'profile mic\npart\ndirectory\n    CVT | Cục Viễn thông | contact | Vũ Thị B | Chuyên viên | vtb@mic.gov.vn\n'
        printf 'day 2026-01-05\n'
        cat
    } > "$BATS_TEST_TMPDIR/$1.week"
}

@test "mic: 5 to 20 January 2026, with a Saturday that is worked" {
    whole mic
}

@test "dongnai: 27 April to 5 May 2026, with three days off, a month's end on one, and reports before 5 May" {
    whole dongnai
}

@test "langson: 17 August to 11 September 2026, with a Saturday that is worked and National Day" {
    whole langson
}

@test "bca: 31 August to 22 September 2026, with two days off, a swapped one, and terms of hours that do not stop for them" {
    whole bca
}

@test "a step without an article, or with one that the rules do not know, is refused" {
    part none <<< $'08:00\nNo article.\n> clock'
    run -1 week --weeks "$BATS_TEST_TMPDIR" none
    [[ $output == *'without an article'* ]]
    part row <<< $'08:00 WF-1\nA row of the mission is no article.\n> clock'
    run -1 week --weeks "$BATS_TEST_TMPDIR" row
    part unknown <<< $'08:00 MIC-13.5a MIC-77.9\nNobody wrote article 77.\n> clock'
    run -1 week --weeks "$BATS_TEST_TMPDIR" unknown
    [[ $output == *'MIC-77.9'* ]]
    part back <<< $'08:00 MIC-13.5a\nEight.\n> clock\n07:59 MIC-13.5a\nBefore.\n> clock'
    run -1 week --weeks "$BATS_TEST_TMPDIR" back
}

@test "what goes otherwise than the script or the golden file says is a failure" {
    part ok <<< $'08:00 MIC-13.5d1\nA digest.\n> clock'
    week --weeks "$BATS_TEST_TMPDIR" --update ok
    week --weeks "$BATS_TEST_TMPDIR" ok
    sed -i 's/items=0/items=1/' "$BATS_TEST_TMPDIR/ok.golden"
    run -1 week --weeks "$BATS_TEST_TMPDIR" ok
    [[ $output == *'+'*'items=0'* ]]
    part exit <<< $'08:00 MIC-13.5d1\nIt does not fail.\n>1 system: digest complaints'
    run -1 week --weeks "$BATS_TEST_TMPDIR" exit
    [[ $output == *'exit 0, expected 1'* ]]
    part has <<< $'08:00 MIC-13.5d1\nA digest.\n> clock\n> letter digest - has "khong co"'
    run -1 week --weeks "$BATS_TEST_TMPDIR" has
    sed '/^part$/d' "$BATS_TEST_TMPDIR/ok.week" > "$BATS_TEST_TMPDIR/whole.week"
    run -1 week --weeks "$BATS_TEST_TMPDIR" whole
    [[ $output == *'never takes'* ]]
}
