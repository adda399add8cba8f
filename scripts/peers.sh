#!/bin/sh
# Products against OpenBLAS, vision transformers against ONNX Runtime, products of the scalar kernels against EJML and ojAlgo, by
# turns on one thread: `scripts/peers.sh ARGS...`.
# ARGS are options of `./flops measure`, such as --openblas /usr/lib/x86_64-linux-gnu/openblas-serial/libopenblas.so.0; without, the
# system's libopenblas.so.0 is taken (Debian: libopenblas0-pthread). OpenBLAS chooses its kernels by the processor, whatever
# OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE said here; the output names them.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
exec env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS=1 "$root/flops" measure --peers "$@"
