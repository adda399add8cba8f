#!/bin/sh
# Every kernel in several fresh JVMs, median and worst as shares of the FMA peak of the same run: `scripts/benchmark.sh ARGS...`.
# ARGS are options of JMH: `-f 3` for three JVMs a kernel, `-p simd=auto` for the vector kernels alone,
# `-p kernel=product-17x64x64,gelu-197x768` for two kernels. Without any it takes an hour. Builds what is missing as ./flops does.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/find-jdk.sh"
find_jdk 25
"$root/flops" --version >/dev/null
exec "$JAVA_HOME/bin/java" --add-modules=jdk.incubator.vector --sun-misc-unsafe-memory-access=allow -cp "$root/flops-bench/target/flops-bench.jar" \
    dev.flops.bench.jmh.KernelSuite "$@"
