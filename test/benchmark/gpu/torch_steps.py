"""Inference and training steps of a small transformer, with PyTorch.

usage: torch_steps.py [--steps N]

Prints losses and a checksum of the outputs, which do not change from run to
run, and the milliseconds of one step as `time NAME VALUE` (medians).
"""

import argparse
import os
import statistics
import time

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
import torch  # noqa: E402


def timed(step, count):
    times = []
    for _ in range(count):
        torch.cuda.synchronize()
        start = time.perf_counter()
        step()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, default=30)
    options = parser.parse_args()

    torch.manual_seed(1)
    torch.use_deterministic_algorithms(True)
    layer = torch.nn.TransformerEncoderLayer(256, 4, 512, dropout=0.0,
                                             batch_first=True)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 256), torch.nn.TransformerEncoder(layer, 2),
        torch.nn.LayerNorm(256), torch.nn.Linear(256, 10)).cuda()
    data = torch.randn(8, 32, 64).cuda()
    target = torch.randint(0, 10, (8 * 32,)).cuda()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def infer():
        with torch.no_grad():
            return model(data)

    def train():
        optimizer.zero_grad()
        output = model(data).reshape(-1, 10)
        loss = torch.nn.functional.cross_entropy(output, target)
        loss.backward()
        optimizer.step()
        return loss

    model.eval()
    infer()
    inference = timed(infer, options.steps)
    print(f"inference checksum {infer().double().sum().item():.9g}")
    model.train()
    print(f"first loss {train().item():.9g}")
    training = timed(train, options.steps)
    print(f"last loss {train().item():.9g}")
    print(f"time inference {inference:.4f}\ntime training {training:.4f}")


main()
