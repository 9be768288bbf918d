#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""farm.py DEWPOINT LIBDEWPOINT MPIRUN [ROUNDS]

One sweep on two cores by `mpirun -n 2 dewpoint run`, by an mpi4py master-worker and by GNU parallel, turn by turn; each
time is that of the whole command, from its start to its store, as the median over the rounds. Nothing is asserted about
times. What is asserted: all leave the same losses, bit for bit, because all train with dewpoint's core.

The master-worker is written with care: the widest runs are handed out first, in chunks that shrink towards the end; workers
call libdewpoint and return arrays; the master sleeps between messages and writes the results with h5py. On two cores it
runs as master and one worker, and as master and two workers. It stores seven numbers a run, dewpoint all its columns.
libdewpoint trains one run at a time, dewpoint trains small networks side by side, so on short runs the difference is
that of the farm and of this together. GNU parallel starts one dewpoint process a shard, two at a time, and
`dewpoint merge` joins the shards: two shards of equal expected cost, and sixteen.
"""
import ctypes
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SWEEPS = {
    "short runs": """
name: short
model: {activation: relu}
data: {target: two-kinks, samples: 4}
train: {method: gd, learning_rate: 0.02, stop_loss: 1.0e-9, max_steps: 3000}
axes:
  gamma: {linspace: [0.5, 1.5, 21]}
  gamma_prime: {linspace: [0, 1, 11]}
  width: [10, 30, 100]
  seed: {repeat: 12}
""",
    "runs of spread widths": """
name: spread
model: {activation: tanh}
data: {target: sine-mix, samples: 40}
train: {method: adam, learning_rate: 0.001, max_steps: 2000}
axes:
  gamma: {linspace: [0.5, 1.5, 3]}
  gamma_prime: [0]
  width: [50, 100, 200, 500, 1000, 2000, 5000, 10000]
  seed: {repeat: 2}
""",
}
COLUMNS = ["status", "steps", "loss", "rd_w", "rd_a", "growth", "directions"]
READY, ROWS, RESULTS = range(3)  # tags


class Core:
    """libdewpoint, as in tests/library/examples/train.py. Every run is a sweep of its own, because the library reads the
    text of the sweep for each run, and to lay out thousands of runs anew would take as long as a short run."""

    def __init__(self, library, sweep, axes):
        self.library, self.axes = ctypes.CDLL(library), axes
        self.fixed = sweep[:sweep.index("axes:")] + "axes:\n"
        self.library.dp_train_row.restype = ctypes.c_void_p
        self.library.dp_train_row.argtypes = ctypes.c_char_p, ctypes.c_int64, ctypes.c_char_p, ctypes.c_size_t
        self.library.dp_trained_number.restype = ctypes.c_double
        self.library.dp_trained_number.argtypes = ctypes.c_void_p, ctypes.c_char_p
        self.library.dp_trained_free.argtypes = (ctypes.c_void_p,)
        self.names = [name.encode() for name in COLUMNS]

    def train(self, row):
        message = ctypes.create_string_buffer(2000)
        text = self.fixed + "".join(f"  {key}: [{values[row].item()!r}]\n" for key, values in self.axes.items())
        trained = self.library.dp_train_row(text.encode(), 0, message, len(message))
        if not trained:
            raise ValueError(message.value.decode())
        values = [self.library.dp_trained_number(trained, name) for name in self.names]
        self.library.dp_trained_free(trained)
        return values


def work(comm, core):
    import numpy
    from mpi4py import MPI

    status = MPI.Status()
    rows = numpy.empty(1 << 16, dtype="i8")
    comm.Send(numpy.empty(0), dest=0, tag=READY)
    while True:
        comm.Recv(rows, source=0, tag=ROWS, status=status)
        count = status.Get_count(MPI.INT64_T)
        if count == 0:
            return
        results = numpy.array([core.train(int(row)) for row in rows[:count]])
        comm.Send(results, dest=0, tag=RESULTS)


def lead(comm, axes, store):
    import h5py
    import numpy
    from mpi4py import MPI

    order = numpy.argsort(-axes["width"], kind="stable").astype("i8")
    table = numpy.full((len(order), len(COLUMNS)), numpy.nan)
    status, workers, at, given = MPI.Status(), comm.size - 1, 0, {}
    busy = workers
    while busy:
        while not comm.Iprobe(status=status):
            time.sleep(20e-6)
        source, tag = status.source, status.tag
        if tag == READY:
            comm.Recv(numpy.empty(0), source=source, tag=READY)
        else:
            results = numpy.empty((len(given[source]), len(COLUMNS)))
            comm.Recv(results, source=source, tag=RESULTS)
            table[given[source]] = results
        size = max(1, (len(order) - at) // (8 * workers))
        given[source] = order[at:at + size]
        at += size
        comm.Send(given[source], dest=source, tag=ROWS)
        busy -= len(given[source]) == 0
    with h5py.File(store, "w") as file:
        for column, values in zip(COLUMNS, table.T):
            file[column] = values


def master_worker(library, sweep, axes, store):
    """One rank of it: farm.py --master-worker ..."""
    import numpy
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    axes = dict(numpy.load(axes))
    with open(sweep, encoding="utf8") as file:
        core = Core(library, file.read(), axes)
    if comm.rank:
        work(comm, core)
    else:
        lead(comm, axes, store)


def losses(store):
    import h5py

    with h5py.File(store) as file:
        return file["loss"][:]


def call(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)} gave {done.returncode}: {done.stdout}{done.stderr}"


def programs(dewpoint, library, mpirun):
    """Each makes a store from s.yaml and axes.npz."""
    mpi = [mpirun, "--oversubscribe"]

    def by_mpi4py(ranks):
        return lambda store: call(*mpi, "-n", str(ranks), sys.executable, os.path.abspath(__file__),
                                  "--master-worker", library, "s.yaml", "axes.npz", store)

    def by_parallel(shards):
        def run(store):
            call("parallel", "--will-cite", "-j2", dewpoint, "run", "s.yaml", "-q", "--shard", f"{{}}/{shards}", "-o",
                 f"{store}.{{}}", ":::", *(str(shard) for shard in range(1, shards + 1)))
            call(dewpoint, "merge", *(f"{store}.{shard}" for shard in range(1, shards + 1)), "-o", store)
        return run

    return {
        "dewpoint, 2 ranks": lambda store: call(*mpi, "-n", "2", dewpoint, "run", "s.yaml", "-q", "-o", store),
        "mpi4py, master and 1 worker": by_mpi4py(2),
        "mpi4py, master and 2 workers": by_mpi4py(3),
        "GNU parallel, 2 shards": by_parallel(2),
        "GNU parallel, 16 shards": by_parallel(16),
    }


def compare(title, text, ways, rounds):
    import h5py
    import numpy

    with open("s.yaml", "w", encoding="utf8") as file:
        file.write(text)
    key = title.split()[-1]
    known = f"{key}.h5"
    ways["dewpoint, 2 ranks"](known)
    with h5py.File(known) as file:
        axes = {key: file[key][:] for key in ("gamma", "gamma_prime", "width", "seed")}
    numpy.savez("axes.npz", **axes)
    times, right = {name: [] for name in ways}, losses(known)
    for turn in range(rounds):
        for number, (name, way) in enumerate(ways.items()):
            store = f"{key}.{turn}.{number}.h5"
            began = time.perf_counter()
            way(store)
            times[name].append(time.perf_counter() - began)
            assert losses(store).tobytes() == right.tobytes(), f"{name}: other losses"
    own = statistics.median(times["dewpoint, 2 ranks"])
    print(f"\n{len(right)} {title}{'makespan':>{32 - len(title) - len(str(len(right)))}}{'ratio':>10}{'runs/s':>12}")
    for name, seconds in times.items():
        took = statistics.median(seconds)
        print(f"  {name:28}{took:8.2f} s{took / own:8.2f} x{len(right) / took:12.4g}", flush=True)


def main():
    dewpoint, library, mpirun = (os.path.abspath(word) for word in sys.argv[1:4])
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    missing = [module for module in ("mpi4py", "h5py") if not importlib.util.find_spec(module)]
    missing += [] if shutil.which("parallel") else ["GNU parallel"]
    if missing:
        print(f"SKIPPED: without {' and '.join(missing)} there is nothing to compare with; `jobs/packages bench` installs it")
        sys.exit(77)
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    for title, text in SWEEPS.items():
        compare(title, text, programs(dewpoint, library, mpirun), rounds)
    shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1] == "--master-worker":
        master_worker(*sys.argv[2:6])
    else:
        main()
