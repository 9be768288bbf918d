# SPDX-License-Identifier: BSD-3-Clause
"""`dispatcher.py DEWPOINT MPIRUN [RANKS]`: what a message costs the dispatcher on rank 0, in processor time. Runs of almost
no work are handed out one by one, so that the dispatcher has nothing but messages. On a machine with fewer cores the ranks
take turns; then many messages wait at each look, and what a look costs is shared by them.

Service is receiving a request, the scheduler's decision and the reply; most of it is MPI, which looks at the memory of
every rank. The whole thread adds the looks that find nothing, sleeping and waking, and waiting for the lock while rank 0
writes its rows. Nothing is asserted about times."""
import json
import os
import statistics
import subprocess
import sys
import tempfile

SWEEP = """name: one-by-one
data: {samples: 2}
train: {method: gd, learning_rate: 0.01, max_steps: 1}
observe: {directions: false}
axes:
  gamma: {linspace: [0.5, 2, 20]}
  width: [2, 3, 4, 5, 6]
  seed: {repeat: 200}
"""
ROWS, ROUNDS = 20000, 3


def measure(dewpoint, mpirun, ranks, directory, turn):
    done = subprocess.run([mpirun, "-n", ranks, dewpoint, "run", "sweep.yaml", "-o", f"{turn}.h5", "--policy", "dynamic",
                           "--progress", "json"], cwd=directory, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    end = json.loads(done.stdout.splitlines()[-1])
    requests = end["dispatcher_requests"]
    assert end["done"] + end["step_limit"] == ROWS and requests > 0, end
    service, thread = (1e6 * end[f"dispatcher_{part}seconds"] / requests for part in ("service_", ""))
    print(f"{ranks} ranks: {requests} requests in {end['dispatcher_looks']} looks, "
          f"{service:.2f} us of service a request, {thread:.2f} us of the whole thread")
    return service


def main():
    dewpoint, mpirun, ranks = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "64"
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "sweep.yaml"), "w", encoding="utf8") as file:
            file.write(SWEEP)
        times = [measure(dewpoint, mpirun, ranks, directory, turn) for turn in range(ROUNDS)]
    print(f"service: {statistics.median(times):.2f} us a request, the least {min(times):.2f}")


main()
