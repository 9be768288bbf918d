#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""noise.py DEWPOINT

The second protocol of the notebook of seed-003 (fifty inputs, a thousand noisy labels, fifty linear neurons, sum of
squares at a rate of 1e-5), step by step against PyTorch in float64, or where it is not installed against the same
gradients in NumPy: losses, risks and parameters agree within 1e-10 over 1000 steps. The data are made again here from
their definition (src/core/math/rng.h, data.h): inputs, labels and noise by counters.
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from philox import normals

try:
    import torch
except ImportError:
    torch = None

SAMPLES, TESTS, INPUTS, OUTPUTS, WIDTH, STEPS, EVERY = 1000, 200, 50, 2, 50, 1000, 100
SEED, NOISE, RATIO, RATE = 7, 1.0, 3.0, 1e-5
TOLERANCE = 1e-10

SWEEP = f"""name: noise
model: {{activation: linear, width: {WIDTH}, bias: false}}
init: {{scheme: direct, alpha: 1, beta1: 0.1, beta2: 0.1, draw: diagonal}}
data: {{target: linear-modes, samples: {SAMPLES}, inputs: {INPUTS}, outputs: {OUTPUTS}, input_ratio: {RATIO},
  noise: {NOISE}, data_seed: {SEED}, test_samples: {TESTS}}}
train: {{method: gd, reduction: sum, learning_rate: {RATE}, max_steps: {STEPS}, precision: float64}}
observe: {{risk: L2, curve_every: 1}}
store: {{weights: all, trajectories: all}}
"""


def data():
    """Training inputs and noisy labels, test inputs and clean labels."""
    spread = numpy.where(numpy.arange(INPUTS) < (INPUTS + 1) // 2, 1, RATIO**-0.5)
    strength = numpy.array([0.01001, 1.0])
    x, tests = normals(SEED, "inputs", SAMPLES, INPUTS) * spread, normals(SEED, "test", TESTS, INPUTS) * spread
    return (x, x[:, :OUTPUTS] * strength + NOISE * normals(SEED, "noise", SAMPLES, OUTPUTS),
            tests, tests[:, :OUTPUTS] * strength)


def by_torch(w, a, x, y, tests, labels):
    """Losses and risks of every step, (w, a) at every EVERY-th."""
    torch.set_num_threads(1)
    w, a = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (w, a))
    x, y, tests, labels = (torch.tensor(v, dtype=torch.float64) for v in (x, y, tests, labels))
    loss_of = torch.nn.MSELoss(reduction="sum")
    optimizer, losses, risks, kept = torch.optim.SGD([w, a], lr=RATE), [], [], []
    for step in range(STEPS + 1):
        loss = loss_of(x @ w.T @ a.T, y)
        with torch.no_grad():
            losses.append(loss.item())
            risks.append(loss_of(tests @ w.T @ a.T, labels).item() / TESTS)
            if step % EVERY == 0:
                kept.append((w.numpy().copy(), a.numpy().copy()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses, risks, kept


def by_numpy(w, a, x, y, tests, labels):
    losses, risks, kept = [], [], []
    for step in range(STEPS + 1):
        hidden = x @ w.T
        e = hidden @ a.T - y
        losses.append((e**2).sum())
        risks.append(((tests @ w.T @ a.T - labels)**2).sum() / TESTS)
        if step % EVERY == 0:
            kept.append((w, a))
        w, a = w - RATE * 2 * (e @ a).T @ x, a - RATE * 2 * e.T @ hidden
    return losses, risks, kept


def apart(ours, theirs):
    return float(numpy.max(numpy.abs(numpy.asarray(ours) - theirs)) / numpy.max(numpy.abs(theirs)))


def main():
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "noise.yaml"), "w", encoding="utf8") as file:
            file.write(SWEEP)
        store = os.path.join(directory, "noise.h5")
        subprocess.run([sys.argv[1], "run", file.name, "-o", store, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        with h5py.File(store) as file:
            points = file["weights_along"][:].reshape(STEPS + 1, WIDTH, -1)
            loss, risk = file["curve_loss"][0], file["curve_risk"][0]
            loss, risk = loss[:STEPS + 1], risk[:STEPS + 1]
    w, a = points[0][:, :INPUTS], points[0][:, INPUTS + 1:].T
    wrong = 0
    for name, train in (("PyTorch", by_torch if torch else None), ("NumPy", by_numpy)):
        if train is None:
            print("PyTorch is not installed here (python3-torch)")
            continue
        losses, risks, kept = train(w, a, *data())
        gaps = (numpy.max(numpy.abs(loss / losses - 1)), numpy.max(numpy.abs(risk / risks - 1)),
                apart(points[::EVERY, :, :INPUTS], [v[0] for v in kept]),
                apart(points[::EVERY, :, INPUTS + 1:], [v[1].T for v in kept]))
        print(f"{name}: loss {gaps[0]:.1e}, risk {gaps[1]:.1e}, w {gaps[2]:.1e}, a {gaps[3]:.1e} apart")
        wrong += max(gaps) > TOLERANCE
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
