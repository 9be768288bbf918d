#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""peers.py DEWPOINT [--write REFERENCE]

dewpoint and PyTorch train the same networks from the same weights on the same data, in the same batches: the loss of
every step and every parameter at points along the way must agree, in float64 within 1e-10 relative over 1000 steps, in
float32 within 1e-4 over 200. Where PyTorch is not installed, dewpoint is held against reference.csv, which this script
wrote with --write where it was: the same cases in a small width, parameters at the end.
"""
import csv
import itertools
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

try:
    import torch
except ImportError:
    torch = None

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES, INPUTS, OUTPUTS, BATCH, EVERY = 12, 3, 2, 5, 50
ACTIVATIONS = ["relu", "tanh", "sigmoid", "softplus", "linear", "xtanh", "x2tanh"]
# with learning rates at which rounding is not blown up: Adam can be unstable where a gradient was tiny for long
METHODS = {
    "gd": {"method": "gd", "learning_rate": 0.02},
    "sgd": {"method": "sgd", "learning_rate": 0.02},
    "adam": {"method": "adam", "learning_rate": 0.0005},
    "momentum": {"method": "gd", "learning_rate": 0.01, "momentum": 0.8},
    "nesterov": {"method": "sgd", "learning_rate": 0.01, "momentum": 0.7, "nesterov": True, "weight_decay": 0.01},
    "decay": {"method": "gd", "learning_rate": 0.02, "weight_decay": 0.05},
    "adam-decay": {"method": "adam", "learning_rate": 0.0005, "weight_decay": 0.02},
}
STEPS = {"float64": 1000, "float32": 200}
TOLERANCE = {"float64": 1e-10, "float32": 1e-4}


def numbers(count, pace, size):
    """Numbers without a pattern that anyone can make again."""
    return size * numpy.sin(pace * numpy.arange(1, count + 1) ** 1.5)


def data():
    x = numbers(SAMPLES * INPUTS, 1.37, 1.5).reshape(SAMPLES, INPUTS)
    y = numbers(SAMPLES * OUTPUTS, 2.11, 1.0).reshape(SAMPLES, OUTPUTS)
    return x, y


def start(width):
    """[width][w_1..w_d, bias, a_1..a_o]"""
    return numbers(width * (INPUTS + 1 + OUTPUTS), 0.91, 2 / numpy.sqrt(width)).reshape(width, -1)


# --- the order of samples, from its definition (src/core/data/batches.h, rng.h): Philox4x32-10, then Fisher and Yates

def philox(key, counter):
    mask = 0xFFFFFFFF
    k0, k1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & mask, (p0 >> 32) ^ c3 ^ k1, p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
    return c0, c1, c2, c3


ORDER = 6  # the stream of random numbers that orders are drawn from


def order(seed, epoch):
    indices = list(range(SAMPLES))
    for i in range(SAMPLES - 1, 0, -1):
        a, b, _, _ = philox((seed & 0xFFFFFFFF, seed >> 32), (i, epoch, 0, ORDER))
        u = (((a << 32 | b) >> 11) + 0.5) * 2.0**-53
        j = int(u * (i + 1))
        indices[i], indices[j] = indices[j], indices[i]
    return indices


def batches(case, steps):
    if METHODS[case]["method"] != "sgd":
        return [list(range(SAMPLES))] * steps
    taken = []
    for epoch in itertools.count():
        indices = order(0, epoch)
        taken += [indices[i:i + BATCH] for i in range(0, SAMPLES, BATCH)]
        if len(taken) >= steps:
            return taken[:steps]


# --- PyTorch

def sigma(name):
    return {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": torch.nn.functional.softplus,
            "linear": lambda h: h, "xtanh": lambda h: h * torch.tanh(h), "x2tanh": lambda h: h * h * torch.tanh(h)}[name]


def make_optimizer(parameters, method, learning_rate, **others):
    if method == "adam":
        return torch.optim.Adam(parameters, lr=learning_rate, **others)
    return torch.optim.SGD(parameters, lr=learning_rate, **others)


def train_torch(activation, method, precision, width):
    """Losses of the steps 0.. on the whole set, and parameters at every EVERY-th step."""
    torch.set_num_threads(1)
    kind = {"float64": torch.float64, "float32": torch.float32}[precision]
    x, y = (torch.tensor(values, dtype=kind) for values in data())
    theta = torch.tensor(start(width), dtype=kind)
    w, b, a = (part.clone().requires_grad_() for part in (theta[:, :INPUTS], theta[:, INPUTS], theta[:, INPUTS + 1:]))
    optimizer = make_optimizer([w, b, a], **METHODS[method])
    function, mse = sigma(activation), torch.nn.MSELoss()
    losses, points = [], []
    for step, indices in enumerate(batches(method, STEPS[precision]) + [None]):
        with torch.no_grad():
            losses.append(mse(function(x @ w.T + b) @ a, y).item())
            if step % EVERY == 0:
                points.append(torch.cat([w, b[:, None], a], 1).numpy().astype(float))
        if indices is None:
            return numpy.array(losses), numpy.array(points)
        optimizer.zero_grad()
        mse(function(x[indices] @ w.T + b) @ a, y[indices]).backward()
        optimizer.step()


# --- dewpoint

def train_dewpoint(program, directory, precision, width):
    """{(activation, method): (losses of every step, parameters at every EVERY-th)}"""
    x, y = data()
    with h5py.File(f"{directory}/data.h5", "w") as file:
        file["x"], file["y"] = x, y
    columns = [f"w_{j + 1}" for j in range(INPUTS)] + ["bias"] + [f"a_{c + 1}" for c in range(OUTPUTS)]
    with open(f"{directory}/start.csv", "w") as file:
        file.write(",".join(columns) + "\n")
        for row in start(width):
            file.write(",".join(repr(float(value)) for value in row) + "\n")
    blocks = "".join("  - train: {" + ", ".join(f"{key}: {str(value).lower()}" for key, value in case.items()) +
                     f", batch: {BATCH if case['method'] == 'sgd' else 0}}}\n" for case in METHODS.values())
    with open(f"{directory}/peers.yaml", "w") as file:
        file.write(f"""name: peers
model: {{width: {width}}}
init: {{scheme: file, path: {directory}/start.csv}}
data: {{target: file, file: {directory}/data.h5}}
train: {{precision: {precision}, max_steps: {STEPS[precision]}}}
observe: {{curve_every: 1}}
store: {{weights: all, trajectories: all}}
axes:
  activation: [{", ".join(ACTIVATIONS)}]
blocks:
{blocks}""")
    store = f"{directory}/peers-{precision}-{width}.h5"
    subprocess.run([program, "run", f"{directory}/peers.yaml", "-o", store, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    results = {}
    with h5py.File(store) as file:
        methods = [case_of(file, run) for run in range(len(file["run"]))]
        activations = names_of(file["activation"])
        for run in range(len(file["run"])):
            offset, points = int(file["along_offset"][run]), STEPS[precision] + 1
            along = file["weights_along"][offset:offset + points * width].reshape(points, width, -1)
            results[activations[run], methods[run]] = file["curve_loss"][run][:points], along[::EVERY]
    return results


def case_of(file, run):
    """The name in METHODS of a run of a store."""
    for name, case in METHODS.items():
        keys = {"momentum": 0.0, "nesterov": False, "weight_decay": 0.0, **case}
        if names_of(file["method"])[run] == keys.pop("method") and all(file[k][run] == v for k, v in keys.items()):
            return name
    raise ValueError(f"run {run} is no case of ours")


def names_of(column):
    meanings = column.attrs["flag_meanings"]
    names = (meanings if isinstance(meanings, str) else meanings.decode()).split()
    return [names[value] for value in column[:]]


# --- comparison

def apart(ours, theirs):
    """The largest difference, relative to the size of the whole."""
    return float(numpy.max(numpy.abs(ours - theirs)) / numpy.max(numpy.abs(theirs)))


def compare_live(program, directory):
    wrong = 0
    for precision, width in itertools.product(STEPS, (20, 70)):  # lanes of networks, lanes of neurons
        ours = train_dewpoint(program, directory, precision, width)
        for activation, method in itertools.product(ACTIVATIONS, METHODS):
            if method not in ("gd", "sgd", "adam") and activation not in ("relu", "tanh"):
                continue  # time: how a step follows from a gradient does not depend on where that came from
            losses, points = train_torch(activation, method, precision, width)
            loss, theta = ours[activation, method]
            gap = float(numpy.max(numpy.abs(loss - losses) / numpy.maximum(losses, 1e-3))), apart(theta, points)
            fine = max(gap) <= TOLERANCE[precision]
            wrong += not fine
            print(f"{precision} m={width} {method:10} {activation:9} loss {gap[0]:.1e}, parameters {gap[1]:.1e}"
                  f"{'' if fine else '   TOO FAR'}")
    return wrong


REFERENCE_WIDTH = 6


def write_reference(path):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["precision", "activation", "method", "loss_last"] + [f"theta_{i}" for i in range(
            REFERENCE_WIDTH * (INPUTS + 1 + OUTPUTS))])
        for precision, activation, method in itertools.product(STEPS, ACTIVATIONS, METHODS):
            losses, points = train_torch(activation, method, precision, REFERENCE_WIDTH)
            out.writerow([precision, activation, method, repr(losses[-1])] + [repr(v) for v in points[-1].ravel()])


def compare_reference(program, directory):
    wrong = 0
    rows = list(csv.reader(open(f"{HERE}/reference.csv")))[1:]
    for precision in STEPS:
        ours = train_dewpoint(program, directory, precision, REFERENCE_WIDTH)
        for row in rows:
            if row[0] != precision:
                continue
            loss, theta = ours[row[1], row[2]]
            gap = (abs(loss[-1] - float(row[3])) / max(float(row[3]), 1e-3),
                   apart(theta[-1].ravel(), numpy.array(row[4:], dtype=float)))
            if max(gap) > TOLERANCE[precision]:
                wrong += 1
                print(f"{precision} {row[2]} {row[1]}: loss {gap[0]:.1e}, parameters {gap[1]:.1e} from the reference")
    assert len(rows) == len(STEPS) * len(ACTIVATIONS) * len(METHODS)
    return wrong


def main():
    if "--write" in sys.argv:
        write_reference(sys.argv[sys.argv.index("--write") + 1])
        return 0
    with tempfile.TemporaryDirectory() as directory:
        wrong = compare_reference(sys.argv[1], directory)
        print(f"against reference.csv: {wrong} cases too far")
        if torch is None:
            print("PyTorch is not installed here (python3-torch): nothing was trained live")
        else:
            wrong += compare_live(sys.argv[1], directory)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
