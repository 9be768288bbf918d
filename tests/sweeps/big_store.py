# SPDX-License-Identifier: BSD-3-Clause
"""`big_store.py DEWPOINT_PHASE ROWS`: dewpoint-phase on a store of so many rows needs no more memory than on one of a
twentieth of them, since memory follows cells and not runs; and it finds the slopes that went in. The stores are made
here, compressed, with only the columns that are read."""
import csv
import math
import os
import subprocess
import sys
import tempfile
import zlib

SIDE, WIDTHS = 21, [1000, 3000, 10000, 30000, 100000]
CELLS = SIDE * SIDE
MARGIN = 8 << 20


def make_store(path, seeds):
    """Rows as a sweep orders them: width slowest, seed fastest. RD_w = width^(gamma - 1 + own), own of the seed."""
    import h5py
    import numpy
    rows = len(WIDTHS) * CELLS * seeds
    block = CELLS * seeds
    gamma = numpy.repeat(numpy.tile(numpy.linspace(0.5, 2, SIDE), SIDE), seeds)
    prime = numpy.repeat(numpy.repeat(numpy.linspace(-0.5, 1.5, SIDE), SIDE), seeds)
    seed = numpy.tile(numpy.arange(seeds), CELLS)
    own = 0.01 * numpy.cos(seed)
    h5py.get_config().track_order = True
    with h5py.File(path, "w") as store:
        def column(name, kind):
            return store.create_dataset(name, (rows,), kind, chunks=(min(rows, 1 << 16),), compression=1, shuffle=True)
        names = {"run": "<i4", "gamma": "<f8", "gamma_prime": "<f8", "width": "<i4", "multiplicity": "<i4", "seed": "<i8",
                 "status": "<i4", "stop_reason": "<i4", "rd_w": "<f8", "rd_a": "<f8", "checksum": "<u4"}
        columns = {name: column(name, kind) for name, kind in names.items()}
        for j, width in enumerate(WIDTHS):
            part = slice(j * block, (j + 1) * block)
            values = {"run": numpy.arange(j * block, (j + 1) * block), "gamma": gamma, "gamma_prime": prime, "width": width, "multiplicity": 0, "seed": seed, "status": 1, "stop_reason": 1,
                      "rd_w": width ** (gamma - 1 + own), "rd_a": width ** -0.5}
            table = numpy.empty(block, [(name, names[name]) for name in values])  # rows as their checksums see them
            for name, value in values.items():
                columns[name][part] = table[name] = value
            size, data = table.itemsize, memoryview(table.tobytes())
            columns["checksum"][part] = [zlib.crc32(data[i:i + size]) for i in range(0, block * size, size)]
        seal(store, seeds)


def seal(store, seeds):
    """The attributes that make a store of it, with their checksum: names and bytes."""
    import numpy
    sweep = f"""name: big
axes:
  gamma: {{linspace: [0.5, 2, {SIDE}]}}
  gamma_prime: {{linspace: [-0.5, 1.5, {SIDE}]}}
  width: {WIDTHS}
  seed: {{repeat: {seeds}}}
"""
    values = {"store_format": numpy.array([2], "<i4"), "sweep_yaml": numpy.bytes_(sweep.encode())}
    crc = 0
    for name, value in values.items():
        store.attrs[name] = value
        crc = zlib.crc32(name.encode() + b"\0" + value.tobytes(), crc)
    store.attrs["attributes_checksum"] = numpy.array([crc], "<u4")


def peak_memory(phase, store, table):
    """Bytes of the program's largest resident set."""
    with open(os.devnull, "w", encoding="ascii") as out:
        process = subprocess.Popen([phase, store, "--csv", table], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    return 1024 * usage.ru_maxrss


def check_table(table, seeds):
    own = sum(0.01 * math.cos(seed) for seed in range(seeds)) / seeds
    with open(table, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == CELLS
    for row in rows:
        assert abs(float(row["S_w"]) - (float(row["gamma"]) - 1 + own)) < 1e-9, row
        assert abs(float(row["S_a"]) + 0.5) < 1e-9 and int(row["runs"]) == seeds * len(WIDTHS), row


def main():
    phase, wanted = sys.argv[1], int(sys.argv[2])
    many = wanted // (CELLS * len(WIDTHS))
    used = {}
    with tempfile.TemporaryDirectory() as directory:
        store, table = os.path.join(directory, "big.h5"), os.path.join(directory, "big.csv")
        for seeds in (many // 20, many):
            # In a process of its own: a child's largest resident set counts what its parent held when it was started.
            subprocess.run([sys.executable, __file__, "make", store, str(seeds)], check=True)
            used[seeds] = peak_memory(phase, store, table)
            check_table(table, seeds)
            print(f"{seeds * CELLS * len(WIDTHS)} rows: {used[seeds] >> 10} KiB at most")
    assert used[many] < used[many // 20] + MARGIN, used


if sys.argv[1] == "make":
    make_store(sys.argv[2], int(sys.argv[3]))
else:
    main()
