#!/usr/bin/env bash
# Exports pictures of the local emulator in each format, loads them with the tools' own libraries (pycocotools,
# supervision, globox, label-studio-sdk), and imports them again. Needs Python 3.11 or newer with venv, and PyPI;
# otherwise prints "skipped" and succeeds.
# The packages are no dependencies of this repository. They are installed without what they import only elsewhere
# (PyAV, matplotlib, OpenCV), which would be 350 MB more; requirements.txt has all that is imported here.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly test=test:labels
source test/setup/emulator.sh

start_emulator

install_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
    python3 -m venv "$work/venv" >/dev/null 2>&1 &&
    timeout 80 "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
      -r test/label-tools/requirements.txt >"$work/pip.log" 2>&1
}
if ! install_python; then
  echo "skipped: $test (no Python 3.11 with venv and the packages of test/label-tools/requirements.txt within 80 s)"
  exit 0
fi

await_emulator

labels() {
  local command=$1
  shift
  node cli/labels.ts "$command" count-cars "$@" --local --home "$work/home" --deployment fuzzed \
    >"$work/$command.log" 2>&1 || fail "labels $command $*" "$work/$command.log"
}

node test/label-tools/record.ts "$work/home" >"$work/record.log" 2>&1 || fail 'record pictures' "$work/record.log"
for format in coco yolo label-studio cvat; do
  labels export --as "$format" --out "$work/$format"
done
"$work/venv/bin/python" test/label-tools/load.py "$work" >"$work/load.log" 2>&1 || fail 'load' "$work/load.log"
grep ' pictures, \| tasks, ' "$work/load.log"
for format in coco yolo cvat; do
  labels import "$work/$format" --confirmed
done
labels import "$work/label-studio/completed.json" --confirmed --decisions --by CI
"$work/venv/bin/python" test/label-tools/truth.py "$work" >"$work/truth.log" 2>&1 || fail 'truth' "$work/truth.log"
grep "^truth" "$work/truth.log"
echo "passed: $test (in $SECONDS s)"
