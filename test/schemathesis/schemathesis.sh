#!/usr/bin/env bash
# Fuzzes the HTTP API on the local emulator with Schemathesis, which knows only /openapi.json.
# Passes without a 5xx and without undocumented answers. Validates the document first with openapi-spec-validator.
# EXAMPLES (1000): maximum number of examples for each operation. SEED (1): the same seed sends the same requests.
# Needs Python 3.10 or newer with venv, and PyPI; otherwise prints "skipped" and succeeds.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly SCHEMATHESIS=4.32.5 VALIDATOR=0.9.0
readonly EXAMPLES=${EXAMPLES:-1000} SEED=${SEED:-1}
skip() {
  echo "skipped: test:api ($1)"
  exit 0
}

work=$(mktemp -d)
laptop=
cleanup() {
  if [ -n "$laptop" ]; then kill "$laptop" 2>/dev/null || true; wait "$laptop" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || skip 'no Python 3.10 or newer'
python3 -m venv "$work/venv" >/dev/null 2>&1 || skip 'this Python creates no virtual environments'
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  "schemathesis==$SCHEMATHESIS" "openapi-spec-validator==$VALIDATOR" >"$work/pip.log" 2>&1 ||
  skip "PyPI provides no schemathesis $SCHEMATHESIS and openapi-spec-validator $VALIDATOR"

fail() {
  echo "FAILED: test:api ($1)" >&2
  tail -n 40 "$work/laptop.log" >&2 2>/dev/null || true
  exit 1
}

# With speed 100, so that abandoned uploads expire soon.
node local/main.ts --port 0 --home "$work/home" --speed 100 -c "endpoints=$PWD/test/schemathesis/endpoints.ts" \
  >"$work/laptop.log" 2>&1 &
laptop=$!
for _ in $(seq 600); do
  url=$(sed -n 's/^HTTP API *\(http[^ ]*\).*/\1/p' "$work/laptop.log")
  if grep -q '^ready' "$work/laptop.log"; then break; fi
  kill -0 "$laptop" 2>/dev/null || break
  sleep 0.2
done
grep -q '^ready' "$work/laptop.log" || fail 'the local emulator did not start'

mkdir "$work/pictures"
node test/schemathesis/pictures.ts "$work/pictures"
node -e 'fetch(process.argv[1]).then(async (answer) => console.log(await answer.text()))' "$url/openapi.json" \
  >"$work/openapi.json"
"$work/venv/bin/openapi-spec-validator" "$work/openapi.json" || fail 'the document does not follow OpenAPI 3.1'

# Because the emulator enforces no authorizers, the document under test requires no credentials. Operators' routes
# require them even with `none()`.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const [, from, to] = process.argv;
  const withoutSecurity = (key, value) => (key === "security" ? undefined : value);
  writeFileSync(to, JSON.stringify(JSON.parse(readFileSync(from, "utf8"), withoutSecurity)));
' "$work/openapi.json" "$work/open.json"

hooks=$PWD/test/schemathesis/pictures.py
# Because Schemathesis writes its cache into the current folder.
cd "$work"
run() {
  PICTURES="$work/pictures" SCHEMATHESIS_HOOKS="$hooks" "$work/venv/bin/schemathesis" run \
    "$work/open.json" --url "$url" --checks all \
    --max-examples "$EXAMPLES" --seed "$SEED" --generation-database none --max-redirects 0 --continue-on-failure \
    --warnings off "$@" || fail 'undocumented answers'
}

# Two checks are excluded. unsupported_method: API Gateway answers 404, not 405, for methods without a route.
# positive_data_acceptance: a request that matches the schema can still be rejected, for example for bytes that are not
# a picture, for its Accept header, or for an option sent twice.
# Fuzzing also excludes negative_data_rejection: in a form, an empty list that breaks the schema sends no field at all.
readonly TOO_STRICT=unsupported_method,positive_data_acceptance
started=$SECONDS
run --phases examples,coverage --exclude-checks "$TOO_STRICT"
run --phases fuzzing,stateful --exclude-checks "$TOO_STRICT,negative_data_rejection"
echo "passed: test:api (up to $EXAMPLES examples for each operation in $((SECONDS - started)) s)"
