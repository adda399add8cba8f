#!/bin/sh
# Builds the jars twice from the committed sources, in two folders, and compares them byte by byte: scripts/reproducible.sh [MODULES]
# MODULES as for `mvn -pl`, default: all.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for copy in first second; do
    mkdir "$work/$copy"
    git -C "$root" archive HEAD | tar -x -C "$work/$copy"
    (cd "$work/$copy" && ./build -o -q -B -Dmaven.test.skip=true -Dspotless.check.skip=true ${1:+-pl "$1" -am} package)
    (cd "$work/$copy" && find flops-*/target -maxdepth 1 -name '*.jar' -exec sha256sum {} + | sort -k 2) >"$work/$copy.sha256"
done
cat "$work/first.sha256"
if ! [ -s "$work/first.sha256" ] || ! cmp "$work/first.sha256" "$work/second.sha256"; then
    echo 'the two builds differ' >&2
    exit 1
fi
echo 'both builds gave the same bytes'
