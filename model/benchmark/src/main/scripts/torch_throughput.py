"""Times transformers' DeBERTa encoder in PyTorch: the peer of `deberta bench encoder --backends cuda` on the same machine.

    pip install torch transformers
    python torch_throughput.py deberta-base [--shapes 1x16,8x64,64x128,8x512] [--device cuda] [--rounds 9]

Random weights with seed 7, nothing is downloaded. On a GPU in fp32 (TF32 off) and in fp16; elsewhere in fp32. Median of the rounds
after three that warm up; a shape is texts x tokens, and all its tokens are real.
"""

import argparse
import statistics
import time

import torch

from export_onnx import SHAPES


def median_seconds(model, ids, mask, rounds):
    seconds = []
    for _ in range(rounds + 3):
        start = time.perf_counter()
        model(input_ids=ids, attention_mask=mask).last_hidden_state.float().cpu()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[3:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(SHAPES))
    parser.add_argument("--shapes", default="1x16,1x64,1x128,8x64,16x128,64x128,4x384,8x512")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.manual_seed(7)
    config_type, model_type, shape = SHAPES[arguments.name]
    model = model_type(config_type(**shape)).eval().to(arguments.device)
    print(f"PyTorch {torch.__version__}, {arguments.device}, {torch.get_num_threads()} threads")
    for dtype in (torch.float32, torch.float16) if arguments.device == "cuda" else (torch.float32,):
        model = model.to(dtype)
        for name in arguments.shapes.split(","):
            texts, tokens = map(int, name.split("x"))
            ids = torch.randint(5, 10_000, (texts, tokens), device=arguments.device)
            with torch.inference_mode():
                median = median_seconds(model, ids, torch.ones_like(ids), arguments.rounds)
            print(f"{name:9} {str(dtype)[6:]:9} {median * 1e3:9.2f} ms {texts * tokens / median:11,.0f} tokens/s")


if __name__ == "__main__":
    main()
