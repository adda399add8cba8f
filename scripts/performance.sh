#!/bin/sh
# All figures of docs/performance.md in half an hour: `scripts/performance.sh`. Wants an idle machine.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
short='-v SILENT -i 2'
products=product-1024x1024x1024,product-2048x2048x2048,product-197x768x768,product-197x3072x768,product-197x768x3072
products=$products,product-3152x768x768,product-3152x3072x768,product-3152x768x3072,product-65x192x192,product-197x197x64
products=$products,product-197x64x197,product-17x64x64,streamed-197x768x768,perturbed-197x768x768,pair-197x768x768
layers=attention-1x197x768,attention-32x17x48,convolution-32x32x16x16,convolution-16x16x32x32,convolution-8x8x64x64
layers=$layers,convolution-32x32x32x32,convolution-16x16x64x64,convolution-8x8x128x128,convolution-32x32x16x32-by-2
rows=gelu-197x768,silu-197x768,layerNorm-197x768,rmsNorm-197x768,softmax-197x768,exp-197x768,tanh-197x768,erf-197x768
rows=$rows,log-197x768,sin-197x768
noise=normals-197x768,addNormals-197x768,addNormals-86567656,signs-197x768
others=product-qkv,product-proj,product-fc1,product-fc2,pack-768x768,groupNorm-32x32x16,groupNorm-8x8x64,add-197x768
others=$others,multiply-197x768,scale-197x768,axpy-197x768,addRow-197x768,affineRow-197x768,standardizeRow-197x768,relu-197x768
others=$others,cos-197x768,logSoftmax-197x768,dot-197x768,columnSums-197x768,columnDots-197x768,patches-32x32x16
others=$others,maxPool-32x32x16,averagePool-32x32x16,productGelu-197x3072x768,productThenGelu-197x3072x768,productAdd-197x768x768
others=$others,productThenAdd-197x768x768,productGelu-3152x3072x768,productThenGelu-3152x3072x768
scalar=product-197x768x768,product-65x192x192,product-17x64x64,attention-32x17x48
scalar=$scalar,convolution-16x16x32x32,gelu-197x768,layerNorm-197x768,softmax-197x768,exp-197x768,normals-197x768

# shellcheck disable=SC2086 # the options are words
{
    date
    "$root/flops" measure --networks
    "$root/scripts/peers.sh"
    "$root/scripts/benchmark.sh" $short -f 5 -p simd=auto -p "kernel=$products,$noise"
    "$root/scripts/benchmark.sh" $short -f 5 -p simd=auto -p "kernel=$layers,$rows"
    "$root/scripts/benchmark.sh" $short -f 3 -p simd=auto -p "kernel=$others"
    "$root/scripts/benchmark.sh" $short -f 1 -p simd=scalar -p "kernel=$scalar"
    date
}
