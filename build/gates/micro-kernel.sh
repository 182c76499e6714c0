#!/usr/bin/env bash
# Fails where the micro-kernel reaches less than 85 % of the multiply-adds that the same process measured the core to do, or one of the forms in which
# plans take it less than the share that is written beside it (bench/Microsoft.ML.Cnn.Benchmarks/Kernels/GatedKernels.cs).
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet run -c Release --project bench/Microsoft.ML.Cnn.Benchmarks -- micro-kernel
