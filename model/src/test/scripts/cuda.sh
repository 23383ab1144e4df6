#!/usr/bin/env bash
# All goldens on a GPU, in fp32 and fp16, then throughput beside PyTorch where python3 has torch and transformers; run from anywhere in the repository. Fetches nothing: Maven's local repository must have
# com.microsoft.onnxruntime:onnxruntime_gpu already (mvn -Pcuda dependency:go-offline on a machine that may fetch).
# Needed: NVIDIA's driver, CUDA 12 (libcudart, libcublas, libcublasLt, libcurand) where the loader finds it. Golden data: -Dgolden.dir.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
mvn -B -q -o -Pcuda -pl model -Donnx.backend=CUDA -Dtest='OnnxGoldenTest,OnnxHalfPrecisionTest,OnnxBackendTest,CudaPreflightTest' \
  -Dsurefire.failIfNoSpecifiedTests=false test "$@"
cat model/target/largest-errors-onnx.md
rm -rf model/benchmark/target/benchmark # the other artifact of an earlier build may lie there
mvn -B -q -o -Pcuda -DskipTests -pl model/benchmark -am package
shapes=1x16,1x64,1x128,8x64,16x128,64x128,4x384,8x512
for model in deberta-base deberta-v3-base; do
  ./deberta bench encoder --random $model --backends cuda,cuda-fp32 --shapes $shapes
  if python3 -c 'import torch, transformers' 2>/dev/null; then
    python3 model/benchmark/src/main/scripts/torch_throughput.py $model --shapes $shapes
  fi
done
