#!/bin/sh
# Time from the start of a JVM to 90 % of its rate of training steps, on one thread, with and without TensorOps.warmUp, in fresh JVMs
# by turns: `scripts/start.sh PAIRS TASK STEPS BATCH SECONDS`, such as `scripts/start.sh 5 scratch 6000 4 3`. SECONDS is how long
# the program waits before it prepares the training, as one does that loads data. Builds what is missing as ./flops does.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/find-jdk.sh"
find_jdk 25
"$root/flops" --version >/dev/null
pairs=$1
shift
while [ "$pairs" -gt 0 ]; do
    for how in warm cold; do
        "$JAVA_HOME/bin/java" --add-modules=jdk.incubator.vector -XX:+UseTransparentHugePages -cp "$root/flops-bench/target/flops-bench.jar" \
            dev.flops.bench.measure.StartMeasurement "$@" "$how"
    done
    pairs=$((pairs - 1))
done
