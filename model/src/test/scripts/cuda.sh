#!/usr/bin/env bash
# All goldens on a GPU, in fp32 and fp16; run from anywhere in the repository. Fetches nothing: Maven's local repository must have
# com.microsoft.onnxruntime:onnxruntime_gpu already (mvn -Pcuda dependency:go-offline on a machine that may fetch).
# Needed: NVIDIA's driver, CUDA 12 (libcudart, libcublas, libcublasLt, libcurand) where the loader finds it. Golden data: -Dgolden.dir.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
mvn -B -q -o -Pcuda -pl model -Donnx.backend=CUDA -Dtest='OnnxGoldenTest,OnnxHalfPrecisionTest,CudaPreflightTest' \
  -Dsurefire.failIfNoSpecifiedTests=false test "$@"
cat model/target/largest-errors-onnx.md
