#!/usr/bin/env bash
# Deploys the stacks with the real CDK to MiniStack, an independent CloudFormation, and uses what it made. Then updates
# a running deployment: version 2, a deployment that fails on purpose, the same again. Then runs doctor, console and
# rollback.
# It needs Python 3.10 or newer with venv, and PyPI; elsewhere it says "skipped" and succeeds.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly MINISTACK=1.5.33
# The engine of its Athena.
readonly DUCKDB=2.0.1
skip() {
  echo "skipped: test:deploy ($1)"
  exit 0
}

work=$(mktemp -d)
server=
cleanup() {
  # The whole group: MiniStack keeps a Node process for each function.
  if [ -n "$server" ]; then kill -- "-$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || skip 'no Python 3.10 or newer'
python3 -m venv "$work/venv" >/dev/null 2>&1 || skip 'this Python makes no virtual environments'
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "ministack==$MINISTACK" "duckdb==$DUCKDB" \
  >"$work/pip.log" 2>&1 || skip "PyPI gave no ministack $MINISTACK or no duckdb $DUCKDB"

# SNS compares each object of a list with a filter, as the records of S3 need; MiniStack compares none.
"$work/venv/bin/python" - <<'END'
import importlib.util
from pathlib import Path

path = Path(importlib.util.find_spec("ministack").origin).parent / "services" / "sns.py"
code = path.read_text()
before = "_body_lookup(body[key]) if isinstance(body.get(key), dict) else None"
first = "body[key][0] if body.get(key) and isinstance(body[key], list) else body.get(key)"
after = f"(lambda one: _body_lookup(one) if isinstance(one, dict) else None)({first})"
assert before in code, "MiniStack's filters have changed"
path.write_text(code.replace(before, after))
END

case $(uname -m) in
  x86_64 | amd64) architecture=x86_64 ;;
  aarch64 | arm64) architecture=arm64 ;;
  *) skip "no runtime layer for $(uname -m)" ;;
esac
case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  *) skip "no runtime layer for $(uname -s)" ;;
esac

port=$(node -e '
  const server = require("node:net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
    server.close();
  });
')
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test CDK_DEFAULT_ACCOUNT=000000000000
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_SESSION_TOKEN

mkdir "$work/tmp"
# MiniStack's scripts are CommonJS, whatever a package.json above the temporary folder says.
echo '{"type":"commonjs"}' >"$work/package.json"
set -m
# Without the flag, MiniStack's `require` fails for an index.mjs that awaits; with it, MiniStack imports the file, as
# Lambda does.
NODE_OPTIONS=--no-experimental-require-module \
  TMPDIR="$work/tmp" S3_DATA_DIR="$work/s3" STATE_DIR="$work/state" BIND_HOST=127.0.0.1 GATEWAY_PORT=$port \
  "$work/venv/bin/python" -m ministack >"$work/ministack.log" 2>&1 &
server=$!
set +m

fail() {
  echo "FAILED: test:deploy ($1)" >&2
  tail -n 40 "$work/deploy.log" "$work/ministack.log" >&2 2>/dev/null || true
  exit 1
}
node test/deploy/await-server.ts "$AWS_ENDPOINT_URL" || fail 'MiniStack did not start'

cdk() {
  command cdk --no-notices -o "$work/cdk.out" -c "architecture=$architecture" -c "os=$os" "$@" >>"$work/deploy.log" 2>&1
}
started=$SECONDS
cdk bootstrap "aws://$CDK_DEFAULT_ACCOUNT/$AWS_REGION" || fail 'cdk bootstrap'
# At the same time, because the CDK mostly waits. API Gateway would refuse routes of several stacks, MiniStack does not.
cdk deploy --all --concurrency 4 --require-approval never --outputs-file "$work/outputs.json" || fail 'cdk deploy --all'
echo "deployed in $((SECONDS - started)) s"
node test/deploy/smoke.ts "$work/outputs.json" || fail 'the deployed stacks do not serve'
node test/deploy/athena.ts "$work/outputs.json" || fail 'the tables in Athena'
node test/deploy/batch.ts "$work/outputs.json" || fail 'the batch job'

update() {
  cdk deploy CountCars --exclusively --require-approval never --app 'node test/deploy/app.ts' "$@"
}
update -c maxSide=1500 || fail 'the update to version 2'
node test/deploy/releases.ts second || fail 'version 2'
if update -c maxSide=1400 -c clash=true; then fail 'the update that is to fail succeeded'; fi
node test/deploy/releases.ts failed || fail 'the failed update'
update -c maxSide=1400 || fail 'the update after the failed one'
node test/deploy/releases.ts again || fail 'the version after the failed update'

# Because glibc does not resolve the address that MiniStack gives the API.
NODE_OPTIONS=--import=./test/deploy/localhost-names.ts node test/deploy/commands.ts || fail 'the commands'
echo "passed: test:deploy ($((SECONDS - started)) s)"
