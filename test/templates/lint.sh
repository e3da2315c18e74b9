#!/usr/bin/env bash
# Checks the synthesized templates with cfn-lint, which knows CloudFormation's schemas and nothing of us: those of this
# repository's deployment, and of one with every option. Warnings are failures.
# Needs Python 3.10 or newer with venv, and PyPI; otherwise prints "skipped" and succeeds.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly CFN_LINT=1.58.0
skip() {
  echo "skipped: test:templates ($1)"
  exit 0
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || skip 'no Python 3.10 or newer'
python3 -m venv "$work/venv" >/dev/null 2>&1 || skip 'this Python creates no virtual environments'
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "cfn-lint==$CFN_LINT" >"$work/pip.log" 2>&1 ||
  skip "PyPI provides no cfn-lint $CFN_LINT"

fail() {
  echo "FAILED: test:templates ($1)" >&2
  exit 1
}

synthesize() {
  local name=$1
  shift
  cdk synth --quiet --no-notices -o "$work/$name" "$@" >"$work/synth.log" 2>&1 && return
  cat "$work/synth.log" >&2
  fail "cdk synth of $name"
}
synthesize own
synthesize all-options -c "endpoints=$PWD/test/templates/all-options.ts"

templates=("$work"/own/*.template.json "$work"/all-options/*.template.json)
# W3005, a dependency that a reference already makes: the CDK adds it, so that a function waits for the policies of its
# role, and names the role with them.
"$work/venv/bin/cfn-lint" --non-zero-exit-code informational --include-checks I --ignore-checks W3005 \
  --regions us-east-1 --format parseable -t "${templates[@]}" || fail 'the findings above'
echo "passed: test:templates (${#templates[@]} templates, cfn-lint $CFN_LINT)"
