#!/usr/bin/env bash
# Generates three API clients from the /openapi.json of the local emulator, compiles each, and calls the API with it:
# openapi-typescript with openapi-fetch, @hey-api/openapi-ts, openapi-python-client. No generated file is edited.
# Each must read what expected.json says. Needs the npm registry, and for the last one Python 3.11 or newer with venv,
# and PyPI; otherwise prints "skipped" and succeeds.
# The generators are not dependencies of this repository, because openapi-typescript needs TypeScript 5.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly TYPESCRIPT_PACKAGES=(
  openapi-typescript@7.13.0 openapi-fetch@0.17.0 @hey-api/openapi-ts@0.99.0 typescript@5.9.3 @types/node@24.19.2
)
readonly PYTHON_PACKAGE=openapi-python-client==0.29.1

readonly test=test:clients
source test/setup/emulator.sh

skip() {
  echo "skipped: $test ($1)"
}

start_emulator

mkdir "$work/typescript" "$work/python" "$work/pictures"
# In the installed package, so that the callers resolve it.
cp test/clients/callers/*.ts test/clients/callers/tsconfig.json "$work/typescript"
cp test/clients/callers/python.py "$work/python"
echo '{"private":true,"type":"module"}' >"$work/typescript/package.json"
cp models/counter-nano/golden/cars.jpg "$work/pictures/cars.jpg"
head -c 2000 "$work/pictures/cars.jpg" >"$work/pictures/broken.jpg"
echo '%PDF-1.7' >"$work/pictures/document.pdf"
# Larger than a picture may be, and larger than API Gateway accepts.
head -c 4300000 /dev/zero >"$work/pictures/large.jpg"
head -c 12000000 /dev/zero >"$work/pictures/huge.jpg"

clients=()
install_typescript() {
  npm install --prefix "$work/typescript" --silent --no-audit --no-fund --fetch-retries 0 \
    "${TYPESCRIPT_PACKAGES[@]}" >"$work/npm.log" 2>&1
}
install_python() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
    python3 -m venv "$work/venv" >/dev/null 2>&1 &&
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check "$PYTHON_PACKAGE" >"$work/pip.log" 2>&1
}
if install_typescript; then clients+=(openapi-fetch hey-api); else skip "TypeScript: npm provides no generators"; fi
if install_python; then clients+=(python); else skip "Python: no Python 3.11 with venv and $PYTHON_PACKAGE"; fi
[ ${#clients[@]} -gt 0 ] || exit 0

await_emulator

generate() {
  local bin="$work/typescript/node_modules/.bin"
  case $1 in
    openapi-fetch) "$bin/openapi-typescript" "$work/openapi.json" -o "$work/typescript/openapi-fetch.gen.ts" ;;
    hey-api) "$bin/openapi-ts" --input "$work/openapi.json" --output "$work/typescript/hey-api" --no-log-file ;;
    python)
      "$work/venv/bin/openapi-python-client" generate --path "$work/openapi.json" --meta none \
        --config test/clients/callers/python.yaml --output-path "$work/python/generated"
      ;;
  esac
}

compile() {
  case $1 in
    python) "$work/venv/bin/python" -m compileall -q "$work/python" ;;
    *) "$work/typescript/node_modules/.bin/tsc" --project "$work/typescript" ;;
  esac
}

call() {
  case $1 in
    python) "$work/venv/bin/python" "$work/python/python.py" "$url" "$work/pictures" ;;
    *) node "$work/typescript/built/$1.js" "$url" "$work/pictures" ;;
  esac
}

for client in "${clients[@]}"; do
  generate "$client" >"$work/$client.log" 2>&1 || fail "$client: generate" "$work/$client.log"
done
for client in "${clients[@]}"; do
  compile "$client" >"$work/$client.log" 2>&1 || fail "$client: compile" "$work/$client.log"
  call "$client" >"$work/$client.json" 2>"$work/$client.log" || fail "$client: call" "$work/$client.log"
  diff -u test/clients/expected.json "$work/$client.json" || fail "$client: the difference above"
done
echo "passed: $test (${clients[*]}, in $SECONDS s)"
