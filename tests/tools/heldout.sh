#!/usr/bin/env bash
# Scores the held-out letters (tests/heldout/README.md): one house per profile, the letters ingested in the order of
# their dates, the reports compared with the labels. Needs nothing outside the repository.
#
#   [BBT=build/bbt] tests/tools/heldout.sh [--misses] [--floor FIGURE=PERCENT]...
#
# Options go to tests/tools/heldout_score.py. Exit code 1: a figure below its floor, or the program failed on a letter.
# HELDOUT names another set with the same layout; KEEP, a directory that receives predictions.tsv and the reports.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
bbt=$(realpath "${BBT:-$root/build/bbt}")
set_dir=${HELDOUT:-$root/tests/heldout}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The names of one profile's letters, oldest Date first.
by_date() {
  python3 - "$set_dir" "$1" <<'PY'
import csv, email.utils, pathlib, sys
root, profile = pathlib.Path(sys.argv[1]), sys.argv[2]
def date(name):
    head = (root / "mail" / name).read_bytes().split(b"\n\n", 1)[0].decode("latin-1").split("\n")
    return email.utils.parsedate_to_datetime(next(l[6:] for l in head if l.startswith("Date: ")))
with open(root / "labels.tsv", encoding="utf-8") as f:
    rows = csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)
    names = [r["file"] for r in rows if r["profile"] == profile]
print("\n".join(str(root / "mail" / n) for n in sorted(names, key=lambda n: (date(n), n))))
PY
}

for profile in mic langson dongnai bca; do
  by_date "$profile" >"$work/$profile.list"
  "$bbt" init "$work/$profile" --profile "$profile" >"$work/log"
  "$bbt" --house "$work/$profile" units import "$set_dir/directory.tsv" >>"$work/log"
  mapfile -t letters <"$work/$profile.list"
  "$bbt" --house "$work/$profile" --json ingest "${letters[@]}" >>"$work/reports.json"
  "$bbt" --house "$work/$profile" fsck >>"$work/log" || { echo "fsck found trouble in the house of $profile" >&2; exit 1; }
done
python3 "$root/tests/tools/predictions.py" "$work/reports.json" >"$work/predictions.tsv"
if [ -n "${KEEP:-}" ]; then cp "$work/predictions.tsv" "$work/reports.json" "$KEEP"; fi
python3 "$root/tests/tools/heldout_score.py" "$set_dir/labels.tsv" "$work/predictions.tsv" "$@"
