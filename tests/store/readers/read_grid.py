# SPDX-License-Identifier: BSD-3-Clause
"""A grid as others see it: `read_grid.py MAKE_GRID` makes one with the program MAKE_GRID and reads it with h5py, netCDF4,
xarray (both engines), ncdump and h5ls, and by the rules of NeXus. What must stand there follows from make_grid.c."""
import math
import os
import subprocess
import sys
import tempfile

import h5py
import netCDF4
import numpy
import xarray

GAMMA = [0.5, 1, 1.5, 2]
SLOPE = numpy.sqrt(numpy.arange(12)).reshape(3, 4)
SLOPE[1, 1] = math.nan
TIME = (1e-300 * numpy.arange(24)).reshape(2, 3, 4)
TIME[0, 0, 0] = math.nan


def same(values, expected):
    numpy.testing.assert_array_equal(numpy.ma.filled(numpy.ma.asarray(values).astype(float), math.nan), expected)


def check_netcdf(path):
    with netCDF4.Dataset(path) as data:
        assert list(data.dimensions) == ["width", "activation", "gamma"], data.dimensions
        assert list(data.variables) == "width activation gamma S_w S_w_errors regime time largest distance".split()
        assert data.title == "a grid γ" and data.Conventions == "CF-1.10"
        assert not {"empty", "none"} & set(data.ncattrs())
        for variable in data.variables.values():
            assert variable.long_name and variable.units == ("s" if variable.name == "time" else "1")
        assert data["time"].dimensions == ("width", "activation", "gamma")
        assert data["largest"].dimensions == ("width",) and data["distance"].dimensions == ()
        same(data["S_w"][:], SLOPE)
        same(data["time"][:], TIME)
        assert float(data["distance"][...]) == 0.25
        assert data["width"].dtype == "int64" and list(data["width"][:]) == [1000, 10**10]
        assert list(data["largest"][:]) == [10**6, 4 * 10**15]
        assert data["regime"][1, 1] is numpy.ma.masked and data["regime"][0, 2] == 2
        for name, words in (("activation", "relu tanh x_tanh"), ("regime", "no_slope linear critical")):
            assert data[name].flag_meanings == words and list(data[name].flag_values) == [0, 1, 2]
        assert list(data["activation"][:]) == [0, 2, 1]


def check_xarray(path, engine):
    with xarray.open_dataset(path, engine=engine) as data:
        assert set(data.coords) == {"width", "activation", "gamma"}, engine
        same(data.S_w.sel(gamma=1.5), SLOPE[:, 2])
        same(data.time.sel(width=10**10), TIME[1])
        assert data.time.dtype == "float64" and float(data.distance) == 0.25


def check_nexus(path):
    """From the root by `default` to the NXdata group, then signal and axes: what silx and H5Web do on opening."""
    with h5py.File(path) as data:
        group = data
        text = lambda name: group.attrs[name].decode()  # of fixed length, which h5py reads as bytes
        assert text("NX_class") == "NXroot"
        for kind in ("NXentry", "NXdata"):
            group = group[text("default")]
            assert text("NX_class") == kind
        same(group[text("signal")][...], SLOPE)
        assert list(group.attrs["axes"]) == [b"activation", b"gamma"]
        same(group["gamma"][...], GAMMA)
        assert group["S_w_errors"][1, 0] == 0.04
        assert group["S_w"].shape == tuple(len(group[axis.decode()]) for axis in group.attrs["axes"])


def check_h5py(path):
    with h5py.File(path) as data:
        assert data["/"].id.get_create_plist().get_link_creation_order() == 3
        assert data["S_w"].dims[1][0].name == "/gamma" and data["S_w"].dims[1].label == ""
        assert all(data[name].dtype.kind in "if" for name in data if name != "entry")


def check_tools(path):
    for tool, words in ((["ncdump", "-h"], ["double S_w(activation, gamma)", "group: entry", "regime:_FillValue = -1LL"]),
                        (["h5ls", "-r"], ["/time", "{2, 3, 4}", "Soft Link {/S_w}"])):
        output = subprocess.run([*tool, path], check=True, capture_output=True, text=True).stdout
        for word in words:
            assert word in output, (tool, word, output)


def check_failures(make, directory):
    """A folder that is not there: exit code 2, one sentence, nothing left. And a file there before is replaced."""
    target = os.path.join(directory, "no", "grid.nc")
    done = subprocess.run([make, target], capture_output=True, text=True)
    assert done.returncode == 2 and target in done.stderr and done.stderr.count("\n") == 1, done
    path = os.path.join(directory, "grid.nc")
    with open(path, "w", encoding="ascii") as file:
        file.write("something else")
    subprocess.run([make, path], check=True)
    assert os.listdir(directory) == ["grid.nc"]
    return path


def main():
    with tempfile.TemporaryDirectory() as directory:
        path = check_failures(sys.argv[1], directory)
        check_netcdf(path)
        for engine in ("netcdf4", "h5netcdf"):
            check_xarray(path, engine)
        check_nexus(path)
        check_h5py(path)
        check_tools(path)


main()
