# SPDX-License-Identifier: BSD-3-Clause
"""plan_model.py DEWPOINT SWEEPS: the built-in cost model of `plan` against the CPU seconds that the shipped sweeps take on one
core (AVX-512, 2026): trained in full, or extrapolated from some seconds of trial runs."""
import json
import subprocess
import sys

MEASURED = {
    "initial-tanh": 600, "initial-xtanh": 0.41, "multiplicity": 140, "multiplicity-paper-1d": 2.0, "multiplicity-paper-5d": 1.6,
    "multiplicity-seed": 1.4, "phase-2d": 142, "phase-5d": 43, "phase-file": 10, "phase-relu": 16, "phase-sin20": 63,
    "phase-tanh": 94, "phase-tanh-1d": 490, "phase-x2tanh": 95, "phase-xtanh": 51, "quickstart": 0.26, "seed-000": 6.6,
    "seed-001": 0.57, "seed-002": 0.26, "seed-003": 5.0, "seed-003-noise": 109, "seed-004": 8.1, "teacher": 1200,
}


def main():
    dewpoint, folder = sys.argv[1:]
    off = {}
    for sweep, seconds in MEASURED.items():
        out = subprocess.run([dewpoint, "plan", f"{folder}/{sweep}.yaml", "--json"], capture_output=True, text=True, check=True)
        plan = json.loads(out.stdout)
        assert plan["costs_from"] == "model"
        assert plan["core_seconds_low"] < seconds < plan["core_seconds_high"], sweep
        off[sweep] = max(plan["core_seconds"] / seconds, seconds / plan["core_seconds"])
        print(f"{sweep:24} {plan['core_seconds']:8.3g} s for {seconds} s, off by a factor of {off[sweep]:.1f}")
    within_3 = sum(factor <= 3 for factor in off.values())
    assert within_3 >= 0.8 * len(off), f"within a factor of 3: {within_3} of {len(off)}"


def steps_that_nothing_ends(dewpoint, folder):
    """A descent without a goal takes all its steps, however many."""
    options = ["--set", "method=gd", "--set", "learning_rate=0.01", "--set", "stop_loss=0"]
    seconds = [json.loads(subprocess.run([dewpoint, "plan", f"{folder}/quickstart.yaml", "--json", *options, "--set", f"max_steps={steps}"],
                                         capture_output=True, text=True, check=True).stdout)["core_seconds"] for steps in (10**5, 10**6)]
    assert 9 < seconds[1] / seconds[0] < 11, seconds


main()
steps_that_nothing_ends(*sys.argv[1:])
