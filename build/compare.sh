#!/usr/bin/env bash
# The same work through this library and through libtorch (TorchSharp), in alternating processes; prints a table of ratios.
#   build/compare.sh [--nets lenet5] [--threads 1,2] [--rounds N] [--seconds S] [--out FILE]
# Linux x64. The peer's packages are some hundred megabytes: the project is not part of MlCnn.sln.
set -euo pipefail
cd "$(dirname "$0")/.."
project=bench/Microsoft.ML.Cnn.Peers
dotnet build -c Release -v quiet -nologo "$project"
bin=$PWD/$project/bin/Release/net10.0/linux-x64
peers=$bin/Microsoft.ML.Cnn.Peers

# TorchSharp asks for a symbol version that Debian 12's libstdc++ does not have yet, for one empty function.
if ! grep -q GLIBCXX_3.4.32 "$(gcc -print-file-name=libstdc++.so.6 2>/dev/null || echo /usr/lib/x86_64-linux-gnu/libstdc++.so.6)"; then
  "$peers" weaken "$bin/libLibTorchSharp.so"
  echo 'void _ZSt21ios_base_library_initv(void) {}' | gcc -shared -fPIC -x c -o "$bin/glibcxx.so" -
  export LD_PRELOAD=$bin/glibcxx.so
fi

# With its default settings the C allocator maps and unmaps libtorch's larger tensors at every step; this is its best.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000
exec "$peers" compare "$@"
