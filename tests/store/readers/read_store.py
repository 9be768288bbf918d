# SPDX-License-Identifier: BSD-3-Clause
"""A store as others see it: `read_store.py MAKE_STORE` makes one with the program MAKE_STORE and reads it with h5py,
netCDF4, xarray (both engines), R, ncdump and h5ls. What must stand there follows from tests/store/store_tools.h alone."""
import math
import os
import shutil
import subprocess
import sys
import tempfile
import zlib

import h5py
import netCDF4
import numpy
import xarray

COORDINATES = "gamma gamma_prime width multiplicity seed activation antisymmetric learning_rate file".split()
RESULTS = ("stop_reason steps evaluations bits flow_error flow_time loss_first loss loss_test loss_rises loss_rise rate_first rate "
           "sharpness_first sharpness rd rd_w rd_a active_neurons directions lines "
           "uncondensed direction_width prediction "
           "directions_predicted lines_predicted directions_matched directions_missed directions_extra directions_faint directions_merged directions_lost angle_error "
           "prediction_unseen prediction_pull").split()
NOTES = "wall_time rank source checksum".split()
CURVES = "curve_step curve_flow_time curve_loss curve_loss_test curve_rd curve_rd_w curve_rd_a curve_growth curve_directions curve_lines curve_active_neurons".split()
SHAPE = "weights_inputs weights_outputs".split()
INDEX = SHAPE + "weights_row_size weights_offset along_row_size along_offset".split()
WEIGHTS = "weights_first weights_last".split()
ALONG = ["weights_along"]
WIDE = "seed steps evaluations loss_rises".split()  # what may need 64 bits; R has whole numbers of 32
RUNS = 128


def check_columns(data, dimensions):
    """Names in their order, units and long names, dimensions of each. data: a netCDF4 dataset."""
    swept = [name for name in data.variables if name in COORDINATES]
    assert sorted(swept) == sorted(COORDINATES), swept
    assert swept[:5] == COORDINATES[:5], swept
    expected = ["run"] + swept + ["status"] + RESULTS + NOTES + CURVES + ["curve_checksum"] + INDEX[:4] + WEIGHTS + \
        INDEX[4:] + ALONG + ["weights_checksum"]
    assert list(data.variables) == expected, list(data.variables)
    for name, variable in data.variables.items():
        assert variable.long_name and len(variable.long_name) <= 45, (name, variable.long_name)
        wide = name in WIDE or name in INDEX and name not in SHAPE
        assert variable.dtype.itemsize == 4 or wide or variable.dtype.kind == "f", (name, variable.dtype)
        assert variable.dimensions == dimensions(name), (name, variable.dimensions)
        assert variable.units in ("1", "s", "rad"), (name, variable.units)
        if name in RESULTS + CURVES + ["status"]:
            assert variable.coordinates.split() == swept, name


def dimensions(name):
    if name in WEIGHTS + ALONG:
        return ("neuron" if name in WEIGHTS else "neuron_point", "component")
    if name in CURVES:
        return ("run", "point")
    return ("run",)


def check_flags(variable, names):
    assert variable.flag_values.dtype == variable.dtype
    assert list(variable.flag_values) == list(range(len(names)))
    assert variable.flag_meanings.split(" ") == names, variable.flag_meanings


def check_netcdf(path, files):
    with netCDF4.Dataset(path) as data:
        check_columns(data, dimensions)
        check_flags(data["status"], "pending done diverged step_limit failed".split())
        check_flags(data["prediction"], "none counted flat zero".split())
        check_flags(data["antisymmetric"], ["false", "true"])
        check_flags(data["activation"], "relu tanh sigmoid softplus linear xtanh x2tanh".split())
        check_flags(data["file"], [name.replace(" ", "_") for name in files])
        assert list(data["file"].texts) == files, data["file"].texts
        assert data["weights_row_size"].sample_dimension == "neuron"
        assert data["along_row_size"].sample_dimension == "neuron_point"
        assert data.Conventions == "CF-1.10" and data.title == "readers"
        assert "activation: [relu, tanh]" in data.sweep_yaml and data.ranks == 3
        for name in "sweep_digest sweep_description program build isa hosts libraries created".split():
            assert getattr(data, name), name
        assert data.store_format == 2
        assert "A = |a| |w|" in data["active_neurons"].comment and data["learning_rate"].long_name == "learning rate"
        restarts = data["job/restarts"]
        assert set(data.dimensions) == set("run point component neuron neuron_point".split()), data.dimensions
        restarts.set_auto_mask(False)
        line = netCDF4.chartostring(restarts[:])[0]
        assert "ranks=3" in line and "hosts=node1 node2" in line, line
        assert data["steps"][3] is numpy.ma.masked and data["steps"][2] == 23


def check_row(row, value):
    """value(name): what stands in the row. The other side of record_of_row in store_tools.h."""
    if row % 4 == 3:
        assert value("status") == 0 and math.isnan(value("rd")), row
        return
    assert value("status") == 1 + row % 4
    assert value("steps") == 10 * row + 3
    assert value("rd") == math.sqrt(row) and value("rd_w") == math.sqrt(row) / 7
    assert value("rd_a") == 1e-300 * row and value("loss_test") == -row
    assert value("directions") == row % 6 and value("lines") == row % 3
    assert math.isnan(value("flow_time")) if row % 5 == 0 else value("flow_time") == row / 3


def check_xarray(path, engine):
    with xarray.open_dataset(path, engine=engine) as data:
        assert dict(data.sizes)["run"] == RUNS
        table = data[[name for name in data.data_vars if data[name].dims == ("run",)]].to_dataframe()
        assert len(table) == RUNS  # and not 64 times as many
        assert set(data.coords) == set(["run"] + COORDINATES), (engine, list(data.coords))
        assert data.wall_time.dtype == "float64"  # and not a span of time
        for row in range(RUNS):
            check_row(row, lambda name: data[name].values[row])
        # The table is tidy: cells and means by name.
        mean = data.rd.where(data.status == 1, drop=True).groupby("width").mean()
        assert list(mean.width.values) == [4, 6]
        row, size = int(data.weights_offset[37]), int(data.weights_row_size[37])
        assert size == data.width[37] and (data.weights_outputs == 2).all()
        weights = data.weights_last.values[row:row + size]
        assert (weights.ravel() == -(37 + numpy.arange(5 * size) / 1024)).all()
        kept = (data.seed < 2) | (data.width == 6)
        assert (data.weights_row_size == data.width * kept).all()
        kept = (data.seed == 1) & (data.activation == 1)
        points = 9  # steps 0, 1, 2, 4, ..., 64 and the last
        assert (data.along_row_size == points * data.width * kept).all()
        run = int(numpy.flatnonzero(kept)[3])
        row, size, width = (int(data[name][run]) for name in ("along_offset", "along_row_size", "width"))
        along = data.weights_along.values[row:row + size].reshape(points, width, 5)
        assert (along[:3].ravel() == 1000 * run + numpy.arange(15 * width) / 1024).all()
        assert numpy.isnan(along[3:]).all()
        assert data.curve_rd.values[37][1] == 37 and math.isnan(data.curve_rd.values[37][3])


def check_checksums(path):
    """CRC-32 over little-endian bytes in the file's order: of the row (coordinates, status, results, indices), and from
    the run's number on of its curves and of its weights."""
    with h5py.File(path) as data:
        order = [name for name in netCDF4.Dataset(path).variables]
        place = {name: (data["weights_offset"][...], data["weights_row_size"][...]) for name in WEIGHTS}
        place.update({name: (data["along_offset"][...], data["along_row_size"][...]) for name in ALONG})
        parts = {"checksum": [name for name in order if name not in NOTES + CURVES + WEIGHTS + ALONG and "checksum" not in name],
                 "curve_checksum": ["run"] + CURVES, "weights_checksum": ["run"] + WEIGHTS + ALONG}
        for checksum, names in parts.items():
            columns = {name: data[name][...] for name in names}
            for row in range(RUNS):
                crc = 0
                for name in names:
                    part = columns[name][row] if name not in place else \
                        columns[name][place[name][0][row]:place[name][0][row] + place[name][1][row]]
                    part = numpy.asarray(part)
                    crc = zlib.crc32(part.astype(part.dtype.newbyteorder("<")).tobytes(), crc)
                stored = int(data[checksum][row])
                assert stored == (0 if row % 4 == 3 else crc), (checksum, row, stored, crc)


def check_h5py(path):
    with h5py.File(path) as data:
        assert data['/'].id.get_create_plist().get_link_creation_order() == 3
        assert data["job/restarts"].dims[0][0].name == "/job/restart"
        for name in data:
            if name == "job":
                continue
            scale = h5py.h5ds.is_scale(data[name].id)
            if not scale:
                assert all(len(axis) == 1 for axis in data[name].dims), name
                assert data[name].chunks is None, name  # contiguous
            for attribute in data[name].attrs:
                assert attribute == attribute.strip()
        assert data["rd"].dims[0][0].name == "/run"
        assert all(data[name].dtype.kind in "iuf" for name in data if name != "job")
        # Texts of fixed length: those of variable length lie in a heap without checksums.
        for thing in [data] + [data[name] for name in data]:
            for name in thing.attrs:
                text = h5py.h5a.open(thing.id, name.encode()).get_type()
                assert not (text.get_class() == h5py.h5t.STRING and text.is_variable_str()), (thing, name)


def check_tools(path):
    for tool, words in (("ncdump", ["run = 128", "double gamma(run)", 'status:flag_meanings = "pending']),
                        ("h5ls", ["gamma ", "{128}", "weights_first"])):
        assert shutil.which(tool), f"{tool} is not installed"
        options = ["-h"] if tool == "ncdump" else []
        output = subprocess.run([tool, *options, path], check=True, capture_output=True, text=True).stdout
        for word in words:
            assert word in output, (tool, word, output)


R = """library(ncdf4)
options(warn = 2)
store <- nc_open(commandArgs(TRUE)[1])
stopifnot(ncatt_get(store, 0, "title")$value == "readers", ncatt_get(store, "status", "units")$value == "1")
column <- function(name) ncvar_get(store, name)
runs <- column("run")
written <- runs %% 4 != 3
stopifnot(length(runs) == 128, all(runs == 0:127), is.integer(column("width")), is.integer(column("status")))
stopifnot(all(column("status")[written] == (1 + runs %% 4)[written]), all(column("status")[!written] == 0))
stopifnot(all(column("rd")[written] == sqrt(runs)[written]), all(is.na(column("rd")[!written])))
stopifnot(all(column("directions")[written] == (runs %% 6)[written]), all(is.na(column("directions")[!written])))
stopifnot(ncatt_get(store, "file", "texts")$value == commandArgs(TRUE)[2:3])
table <- data.frame(gamma = column("gamma"), width = column("width"), rd = column("rd"))
stopifnot(nrow(aggregate(rd ~ width, table[written, ], mean)) == 2)
cat("R read", nrow(table), "runs\\n")
"""


def check_r(path, files):
    """R's ncdf4, which warns of every whole number of 64 bits that it reads."""
    output = subprocess.run(["Rscript", "-e", R, path, *files], check=True, capture_output=True, text=True).stdout
    assert "R read 128 runs" in output, output


def main():
    with tempfile.TemporaryDirectory() as directory:
        files = [os.path.join(directory, name) for name in ("some data.csv", "b.csv")]
        for name in files:
            with open(name, "w", encoding="ascii") as file:
                file.write("x1,x2,y\n0,1,2\n1,0,3\n")
        path = os.path.join(directory, "store.h5")
        subprocess.run([sys.argv[1], path, *files], check=True)
        check_netcdf(path, files)
        for engine in ("netcdf4", "h5netcdf"):
            check_xarray(path, engine)
        check_checksums(path)
        check_h5py(path)
        check_tools(path)
        check_r(path, files)


main()
