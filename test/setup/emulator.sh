# Sourced by the scripts that test an emulator from outside. Needs `test`, the script's name, and the project as the
# current folder. Creates the folder $work, and stops the emulator and removes the folder at the end of the script.

work=$(mktemp -d)
emulator=
cleanup() {
  if [ -n "$emulator" ]; then kill "$emulator" 2>/dev/null || true; wait "$emulator" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Ends the script with a reason and the end of a log, by default the emulator's.
fail() {
  echo "FAILED: $test ($1)" >&2
  tail -n 40 "${2:-$work/emulator.log}" >&2 2>/dev/null || true
  exit 1
}

# Starts an emulator of the endpoints for API tests, with further options.
start_emulator() {
  node local/main.ts --port 0 --home "$work/home" -c "endpoints=$PWD/test/schemathesis/endpoints.ts" "$@" \
    >"$work/emulator.log" 2>&1 &
  emulator=$!
}

# Waits for the emulator, sets $url to its HTTP API, and writes $work/openapi.json.
await_emulator() {
  for _ in $(seq 600); do
    if grep -q '^ready' "$work/emulator.log"; then break; fi
    kill -0 "$emulator" 2>/dev/null || break
    sleep 0.2
  done
  grep -q '^ready' "$work/emulator.log" || fail 'the local emulator did not start'
  url=$(sed -n 's/^HTTP API *\(http[^ ]*\).*/\1/p' "$work/emulator.log")
  node -e 'fetch(process.argv[1]).then(async (answer) => console.log(await answer.text()))' "$url/openapi.json" \
    >"$work/openapi.json"
}
