#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""planes.py [--program FILE] [--old FILE] [--limit S] [--write] [SET:ACTIVATION...]: planes of 9 x 9 cells on
every data set of tests/flow/data, gamma .5-2, gamma_prime -.5-1.5, width 1000, stop_loss 1e-4, on two ranks.
Prints a table: seconds, how the 81 runs ended, and the largest numbers of steps and passes; the same seconds of
an older program that gets as long as the limit. --write puts the table into planes.md, next to this file. Fails
when a run ends at a step limit."""
import argparse, csv, os, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
SETS = ["sin20", "two40", "lab20", "d2n30", "d5n60", "d5n80", "cube16", "grid25", "rep30"]
ACTIVATIONS = ["relu", "tanh", "xtanh"]
SWEEP = """name: plane
model: {{activation: {activation}}}
init: {{scheme: phase, antisymmetric: true}}
data: {{target: file, file: {file}}}
train: {{method: flow, stop_loss: 1.0e-4}}
axes:
  gamma: {{from: 0.5, to: 2, step: 0.1875}}
  gamma_prime: {{from: -0.5, to: 1.5, step: 0.25}}
  width: [1000]
"""
HEAD = """# Planes of flow on data sets

Written by `planes.py --write`: 9 x 9 cells, gamma .5-2 times gamma_prime -.5-1.5, width 1000, stop_loss 1e-4, one seed,
on two ranks. Seconds are those on the clock and of CPU time, with start-up. Before: an older program of stabilised explicit
steps, where it was run, with a limit.

"""


def run(program, sweep, store, limit):
    """Seconds on the clock and of CPU, or None beyond the limit."""
    begin, before = time.monotonic(), os.times()
    job = subprocess.Popen(["mpirun", "-n", "2", "--oversubscribe", program, "run", sweep, "-q", "-o", store],
                           stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        job.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(job.pid, 9)
        job.wait()
        return None
    if job.returncode:
        sys.exit(f"{program} run {sweep}: exit {job.returncode}")
    after = os.times()
    return time.monotonic() - begin, sum(after[2:4]) - sum(before[2:4])


def plane(arguments, data, activation, folder):
    sweep, store, table = (os.path.join(folder, name) for name in ("plane.yaml", "plane.h5", "plane.csv"))
    with open(sweep, "w") as file:
        file.write(SWEEP.format(activation=activation, file=os.path.join(HERE, "data", data + ".csv")))
    seconds = run(arguments.program, sweep, store, None)
    export = os.path.join(os.path.dirname(arguments.program), "dewpoint-export")
    subprocess.run([export, store, "--table", table], check=True, stdout=subprocess.DEVNULL)
    with open(table) as file:
        rows = list(csv.DictReader(file))
    ends = [sum(row["stop_reason"] == reason for row in rows) for reason in ("stop_loss", "floor")]
    most = [max(int(row[name]) for row in rows) for name in ("steps", "evaluations")]
    before = "-"
    if arguments.old:
        os.remove(store)
        old = run(arguments.old, sweep, store, arguments.limit)
        before = f"{old[0]:.0f}" if old else f"> {arguments.limit:.0f}"
    os.remove(table)
    for left in os.listdir(folder):
        os.remove(os.path.join(folder, left))
    others = len(rows) - sum(ends)
    cells = [data, activation, f"{seconds[0]:.1f}", f"{seconds[1]:.1f}", *ends, others, *most, before]
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n", others


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=os.path.join(HERE, "../../build/bin/dewpoint"))
    parser.add_argument("--old")
    parser.add_argument("--limit", type=float, default=120)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("planes", nargs="*")
    arguments = parser.parse_args()
    text = "| data | activation | s | CPU s | stop_loss | floor | others | steps | passes | before, s |\n"
    text += 10 * "|---" + "|\n"
    print(text, end="")
    failed = 0
    chosen = arguments.planes or [f"{data}:{activation}" for activation in ACTIVATIONS for data in SETS]
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            line, others = plane(arguments, *name.split(":"), folder)
            print(line, end="", flush=True)
            text += line
            failed += others
    if arguments.write:
        with open(os.path.join(HERE, "planes.md"), "w") as file:
            file.write(HEAD + text)
    return failed > 0


sys.exit(main())
