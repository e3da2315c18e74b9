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
readonly test=test:api
source test/setup/emulator.sh
skip() {
  echo "skipped: $test ($1)"
  exit 0
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || skip 'no Python 3.10 or newer'
python3 -m venv "$work/venv" >/dev/null 2>&1 || skip 'this Python creates no virtual environments'
"$work/venv/bin/pip" install --quiet --disable-pip-version-check \
  "schemathesis==$SCHEMATHESIS" "openapi-spec-validator==$VALIDATOR" >"$work/pip.log" 2>&1 ||
  skip "PyPI provides no schemathesis $SCHEMATHESIS and openapi-spec-validator $VALIDATOR"

# With speed 100, so that abandoned uploads expire soon.
start_emulator --speed 100
await_emulator

mkdir "$work/pictures"
node test/schemathesis/pictures.ts "$work/pictures"
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
echo "passed: $test (up to $EXAMPLES examples for each operation in $((SECONDS - started)) s)"
