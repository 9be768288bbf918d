# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint export: what it writes is what the store holds, and a run that starts from it is the same run."""
import os
import subprocess

import h5py
import numpy
import pandas
import xarray

from tools import call, in_a_directory, table, train

SWEEP = """
name: export
model: {activation: tanh, width: 12}
init: {scheme: power}
data: {target: random, inputs: 2, samples: 7}
train: {method: adam, learning_rate: 0.05, max_steps: 60}
observe: {curve_ratio: 1.5}
store: {weights: seed < 2, trajectories: seed == 1 or seed == 2}
axes: {t: [0.5, 1], seed: {repeat: 4}}
"""


def neurons(data, run, column):
    """The neurons of a run in weights_first or weights_last."""
    first, size = int(data["weights_offset"][run]), int(data["weights_row_size"][run])
    return data[column][first:first + size]


def check_weights(store):
    with h5py.File(store) as data:
        # by row and by values, CSV and HDF5, at both ends
        call("export", store, "--run", "5", "-o", "last.csv")
        text = numpy.loadtxt("last.csv", delimiter=",", skiprows=1)
        assert (text == neurons(data, 5, "weights_last")).all()
        with open("last.csv", encoding="utf8") as file:
            assert file.readline() == "w_1,w_2,bias,a_1\n"
        call("export", store, "--at", "t=1", "--at", "seed=1", "--point", "first", "-o", "first.h5")
        with h5py.File("first.h5") as file:
            assert (file["weights"][...] == neurons(data, 5, "weights_first")).all()
            assert file["weights"].attrs["inputs"] == 2
        # along the curve, by number and by step
        steps = data["curve_step"][5]
        points = int(numpy.isfinite(steps).sum())
        assert points > 8 and steps[points - 1] == 60
        row = int(data["along_offset"][5])
        along = data["weights_along"][row:row + points * 12].reshape(points, 12, 4)
        assert (along[0] == neurons(data, 5, "weights_first")).all()
        assert (along[-1] == neurons(data, 5, "weights_last")).all()
        for words, point in ((["--point", "4"], 4), (["--point", f"step={steps[6]:.0f}"], 6), ([], points - 1)):
            call("export", store, "--run", "5", "-o", "point.h5", *words)
            with h5py.File("point.h5") as file:
                assert (file["weights"][...] == along[point]).all(), words
        # a run that keeps trajectories alone has both ends as well
        call("export", store, "--run", "6", "-o", "point.h5", "--point", "first")
    told = call("export", store, "--run", "7", "-o", "no.csv", code=2)
    assert "store: {weights: all}" in told, told
    told = call("export", store, "--run", "4", "-o", "no.csv", "--point", "2", code=2)
    assert "trajectories" in told, told
    told = call("export", store, "--at", "t=1", "-o", "no.csv", code=2)
    assert "4 runs" in told and "seed (0, 1, ...)" in told and "t (" not in told, told
    assert not os.path.exists("no.csv")


def check_round_trip(store):
    """Starting from the exported first neurons is the run itself, in every bit of every result."""
    for ending in ("csv", "h5"):
        call("export", store, "--run", "5", "--point", "first", "-o", "start." + ending)
        text = SWEEP.replace("scheme: power", f"scheme: file, path: start.{ending}").replace("t: [0.5, 1], ", "")
        again = train("again_" + ending, text, "--set", "seed=1")
        with h5py.File(store) as data, h5py.File(again) as new:
            for name in "steps loss_first loss loss_test rd rd_w rd_a directions lines".split():
                assert data[name][5].tobytes() == new[name][0].tobytes(), name
            for name in "weights_first", "weights_last":
                assert neurons(data, 5, name).tobytes() == neurons(new, 0, name).tobytes(), name


def check_table(store):
    call("export", store, "--table", "runs.csv")
    rows = table("runs.csv")
    with h5py.File(store) as data:
        assert len(rows) == 8 and "weights_offset" not in rows[0] and "curve_loss" not in rows[0]
        for name in "run gamma width seed t steps loss rd_w directions checksum".split():
            assert [float(row[name]) for row in rows] == list(data[name][...].astype(float)), name
        assert all(row["status"] == "done" for row in rows)
        # adam has no flow time, random labels have no test set
        assert all(row["flow_time"] == row["loss_test"] == "nan" for row in rows)
        # pandas and numpy read it without being told more than that it is CSV with a header
        frame = pandas.read_csv("runs.csv")
        assert frame.status.tolist() == ["done"] * 8 and frame.flow_time.isna().all()
        assert numpy.allclose(frame.rd_w, data["rd_w"][...], rtol=1e-14, atol=0)  # pandas rounds the last digit
        call("export", store, "--table", "numbers.csv", "--numbers")
        numbers = numpy.loadtxt("numbers.csv", delimiter=",", skiprows=1)
        for name, column in zip(frame.columns, numbers.T):
            assert numpy.array_equal(column, data[name][...].astype(float), equal_nan=True), name
    assert "needs --table" in call("export", store, "--numbers", "-o", "no.csv", "--run", "0", code=2)


def check_compressed(store):
    call("export", store, "--compress", "small.h5")
    with xarray.open_dataset(store) as old, xarray.open_dataset("small.h5") as new:
        assert new.attrs.pop("compressed_from") == store
        assert old.attrs.pop("attributes_checksum") != new.attrs.pop("attributes_checksum")
        xarray.testing.assert_identical(old, new)
    assert "agrees" in call("verify", "small.h5")
    told = call("run", "export.yaml", "-o", "small.h5", code=2)
    assert "compressed copy" in told, told
    # what is worth compressing is: wide columns in chunks of shuffled deflate
    large = train("large", "model: {width: 2}\ntrain: {max_steps: 1}\naxes: {seed: {repeat: 5000}}\n")
    call("export", large, "--compress", "packed.h5")
    with h5py.File("packed.h5") as data:
        assert data["loss"].compression == "gzip" and data["loss"].shuffle and data["loss"].dims[0][0].name == "/run"
    assert os.path.getsize("packed.h5") < os.path.getsize(large) * 0.7
    with xarray.open_dataset(large, engine="h5netcdf") as old, xarray.open_dataset("packed.h5", engine="h5netcdf") as new:
        xarray.testing.assert_equal(old, new)


def check_overwriting(store):
    """No output takes the place of data that the runs read, of another store or of a sweep file; a compressed copy may be made anew."""
    for name in "data.csv", "test.csv":
        with open(name, "w", encoding="utf8") as file:
            file.write("x,y\n0,1\n1,2\n")
    sweep = "data: {target: file, file: data.csv, test_file: test.csv}\nmodel: {width: 2}\ntrain: {max_steps: 1}\n"
    mine = train("mine", sweep)
    for name in "data.csv", "test.csv":
        assert "runs of mine.h5 read this file" in call("export", mine, "--table", name, code=2)
    assert "runs of mine.h5 read this file" in call("phase", mine, "--netcdf", "data.csv", code=2)
    assert "that is another store" in call("phase", mine, "--csv", store, code=2)
    with open("mine.yaml", encoding="utf8") as file:
        before = file.read()
    assert "that is a sweep file" in call("phase", mine, "--csv", "mine.yaml", code=2)
    with open("mine.yaml", encoding="utf8") as file:
        assert file.read() == before
    call("export", mine, "--compress", "small.h5")
    call("export", mine, "--table", "table.csv")
    call("export", mine, "--table", "table.csv")
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        call("export", mine, "--table", "pipe")
        assert reader.stdout.read().startswith(b"run,")
    with open("data.csv", encoding="utf8") as file:
        assert file.read() == "x,y\n0,1\n1,2\n"
    assert "agrees" in call("verify", store)


def main():
    store = train("export", SWEEP)
    check_weights(store)
    check_round_trip(store)
    check_table(store)
    check_compressed(store)
    check_overwriting(store)
    assert "that is the store" in call("export", store, "--table", store, code=2)
    assert "what to write" in call("export", store, code=2)
    assert "usage: dewpoint export" in call("export", "--help")


in_a_directory(main)
