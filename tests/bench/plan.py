# SPDX-License-Identifier: BSD-3-Clause
"""plan.py DEWPOINT: how near `plan` comes to sweeps that it has not seen, one rank each: from trial runs, and from a store of
other seeds. Prints a table; times of a machine at work are no assertion."""
import json
import os
import subprocess
import sys
import tempfile

KINKS = "target: two-kinks, samples: 4"
SINE = "target: formula, formula: sin(3*x1), samples: 20, inputs: 1, points: equispaced, low: -1, high: 1"
PRODUCT = "target: formula, formula: sin(3*x1)*x2, samples: 30, inputs: 2, points: uniform, low: -1, high: 1"
SWEEPS = {
    "relu, flow": ("relu", "method: flow, stop_loss: 1.0e-6", "[1000, 5000, 20000]", "{linspace: [0.5, 2, 9]}"),
    "tanh, flow": ("tanh", "method: flow, stop_loss: 1.0e-4", "[100, 400, 1000]", "{linspace: [0.5, 1.5, 7]}"),
    "relu, gd": ("relu", "method: gd, learning_rate: 0.02, max_steps: 5000", "[100, 1000, 3000]", "{linspace: [0.5, 1.5, 7]}"),
    "tanh, adam": ("tanh", "method: adam, learning_rate: 0.001, max_steps: 2000", "[50, 500, 2000]", "{linspace: [0.5, 1.5, 7]}"),
    "relu, narrow": ("relu", "method: gd, learning_rate: 0.02, max_steps: 2000", "[4, 16, 64]", "{linspace: [0.5, 1.5, 41]}"),
    "20 samples": ("relu", "method: flow, stop_loss: 1.0e-4", "[300, 1000, 3000]", "{linspace: [0.5, 2, 9]}", SINE),
    "2d, tanh": ("tanh", "method: flow, stop_loss: 1.0e-4", "[100, 300, 500]", "{linspace: [0.5, 2, 5]}", PRODUCT),
}
TEXT = """
name: planned
model: {{activation: {0}}}
data: {{{4}}}
train: {{{1}}}
axes: {{width: {2}, gamma: {3}, gamma_prime: {{linspace: [0, 1, 7]}}, seed: {5}}}
"""


def call(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def makespan(dewpoint, text, store):
    with open("s.yaml", "w", encoding="utf8") as file:
        file.write(text)
    end = json.loads(call(dewpoint, "run", "s.yaml", "-o", store, "--progress", "json").splitlines()[-1])
    return end["makespan_seconds"]


def planned(dewpoint, *words):
    return json.loads(call(dewpoint, "plan", "s.yaml", "--json", *words))["makespan_seconds"]


def main():
    dewpoint = os.path.abspath(sys.argv[1])
    os.chdir(tempfile.mkdtemp())
    print(f"{'':14}{'makespan':>10}{'--trial 5':>12}{'--from':>10}")
    for number, (name, sweep) in enumerate(SWEEPS.items()):
        parts = sweep if len(sweep) == 5 else sweep + (KINKS,)
        known, unseen = (TEXT.format(*parts, seeds) for seeds in ("[1, 2]", "[11, 12, 13, 14]"))
        makespan(dewpoint, known, f"known{number}.h5")
        with open("s.yaml", "w", encoding="utf8") as file:
            file.write(unseen)
        trial, store = planned(dewpoint, "--trial", "5"), planned(dewpoint, "--from", f"known{number}.h5")
        took = makespan(dewpoint, unseen, f"unseen{number}.h5")
        print(f"{name:14}{took:8.2f} s{100 * (trial / took - 1):+11.1f}%{100 * (store / took - 1):+9.1f}%", flush=True)


main()
