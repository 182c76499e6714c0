#!/usr/bin/env bash
# The same work through this library, libtorch (TorchSharp) and ONNX Runtime, in alternating processes on pinned threads. First proves that all
# compute the same; then prints a table of ratios, in Markdown. What is measured so far stands in FILE all the time, as JSON.
#   build/compare.sh [--nets lenet5,vgg-small,alexnet,vgg16,gemm-1024,vgg-layers] [--peers libtorch,onnxruntime] [--threads 1,2]
#                    [--modes train,infer,forward,input-gradient,weight-gradient,multiply] [--instruction-set avx512|avx2] [--direct]
#                    [--rounds N] [--seconds S] [--unproved] [--out FILE]
#   build/compare.sh prove [--nets ...] [--direct]     the proofs alone
# Networks train and infer; gemm-1024 is a product of matrices on one core; vgg-layers are the 3 x 3 convolutions of VGG-16 and of the small VGG with 16 or more
# input channels, each forward and for both gradients. ONNX Runtime takes part where networks infer with all that the machine has.
# Linux x64. The peers' packages are some hundred megabytes: the project is not part of MlCnn.sln. The networks take about 40 minutes, the
# layers twice as long; --threads 1 --rounds 3 shortens that.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)/bench/Microsoft.ML.Cnn.Peers
dotnet build -c Release -v quiet -nologo "$project" >&2
bin=$project/bin/Release/net10.0/linux-x64
peers=$bin/Microsoft.ML.Cnn.Peers

# TorchSharp asks for a symbol version that Debian 12's libstdc++ does not have yet, for one empty function.
if ! grep -q GLIBCXX_3.4.32 "$(gcc -print-file-name=libstdc++.so.6 2>/dev/null || echo /usr/lib/x86_64-linux-gnu/libstdc++.so.6)"; then
  "$peers" weaken "$bin/libLibTorchSharp.so"
  echo 'void _ZSt21ios_base_library_initv(void) {}' | gcc -shared -fPIC -x c -o "$bin/glibcxx.so" -
  export LD_PRELOAD=$bin/glibcxx.so
fi

# With its default settings the C allocator maps and unmaps libtorch's larger tensors at every step; this is its best.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000
if [ "${1:-}" = prove ]; then
  exec "$peers" "$@"
fi
exec "$peers" compare "$@"
