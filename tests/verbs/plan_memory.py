# SPDX-License-Identifier: BSD-3-Clause
"""plan_memory.py DEWPOINT: the memory that `plan` names for a rank against the most that one rank really holds at a time,
where parameters, samples, steps of flow, kept weights or rows decide it."""
import json
import os
import subprocess
import sys
import tempfile

LARGEST_RESERVE = 50e6  # MPI's libraries and network buffers, which differ between systems
MOST_WAITING = 134e6  # kept rows that are in training or wait to be stored: how many is a matter of time
SWEEPS = {
    "parameters": ("relu", "two-kinks, samples: 4", "gd, learning_rate: 0.001, max_steps: 5", "false", 1000000, 1),
    "samples": ("tanh", "sine-mix, samples: 40", "adam, learning_rate: 0.001, max_steps: 3", "false", 300000, 1),
    "implicit steps": ("tanh", "sine-mix, samples: 40", "flow, stop_loss: 0.1", "false", 20000, 1),
    "repetition": ("relu", "random, inputs: 1, samples: 8", "flow, stop_loss: 1.0e-6, tolerance: 1.0e-4", "false", 100000, 1),
    "kept weights": ("relu", "two-kinks, samples: 4", "gd, learning_rate: 0.001, max_steps: 5", "all", 100000, 20),
    "rows": ("relu", "two-kinks, samples: 4", "gd, learning_rate: 0.001, max_steps: 1", "false", 10, 60000),
}
TEXT = """
model: {{activation: {0}, width: {4}}}
data: {{target: {1}}}
train: {{method: {2}}}
observe: {{directions: false}}
store: {{weights: {3}}}
axes: {{seed: {{repeat: {5}}}}}
"""


def peak(*words):
    """The largest resident set of a process."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, code, usage = os.wait4(process.pid, 0)
    assert code == 0, words
    return usage.ru_maxrss * 1024


def main():
    dewpoint = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, sweep in SWEEPS.items():
            with open("s.yaml", "w", encoding="utf8") as file:
                file.write(TEXT.format(*sweep))
            out = subprocess.run([dewpoint, "plan", "s.yaml", "--json"], capture_output=True, text=True, check=True).stdout
            planned, used = json.loads(out)["memory_bytes"], peak(dewpoint, "run", "s.yaml", "-q", "-o", "s.h5")
            os.remove("s.h5")
            print(f"{name:16} planned {planned / 1e6:.0f} MB, used {used / 1e6:.0f} MB", flush=True)
            waiting = MOST_WAITING if name == "kept weights" else 0
            assert used <= planned <= 1.25 * used + LARGEST_RESERVE + waiting, name


main()
