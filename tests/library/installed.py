# SPDX-License-Identifier: BSD-3-Clause
"""An installation that was moved after it was made: its programs, its library from C (pkg-config and find_package) and
from Python, its manuals; and the Debian package."""
import glob
import os
import re
import subprocess
import sys

import h5py
import numpy

from tools import in_a_directory

BUILD, SOURCE = os.environ["BUILD"], os.environ["SOURCE"]

PROJECT = """cmake_minimum_required(VERSION 3.21)
project(uses LANGUAGES C)
find_package(dewpoint 0.1 REQUIRED)
add_executable(uses train.c)
target_link_libraries(uses PRIVATE dewpoint::dewpoint)
"""


def do(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, (words, done.stdout[-1500:], done.stderr[-1500:])
    return done.stdout


def rd_w(text):
    return [float(number) for number in re.findall(r"rd_w (\S+)", text)]


def install():
    do("cmake", "--install", BUILD, "--prefix", os.path.abspath("first"))
    os.rename("first", "moved")
    return os.path.abspath("moved")


def check_programs(prefix):
    """The programs find each other, and d3, from where they are; nothing of the old place is left in what is read."""
    program = prefix + "/bin/dewpoint"
    do(program, "run", SOURCE + "/sweeps/quickstart.yaml", "--set", "width=[50, 100]", "-o", "q.h5", "--quiet")
    assert "S_w" in do(program, "phase", "q.h5")
    do(program, "report", "q.h5", "-o", "q.html")
    assert os.path.getsize("q.html") > 250000
    with open("one.yaml", "w", encoding="utf8") as file:
        file.write("{model: {width: 1000}, init: {gamma: 1.75}}")
    do(program, "run", "one.yaml", "-o", "one.h5", "--quiet")
    assert os.path.exists(prefix + "/share/man/man1/dewpoint-phase.1")
    assert os.path.exists(prefix + "/share/doc/dewpoint/jobs/array.sbatch")
    texts = glob.glob(prefix + "/lib*/**/*.pc", recursive=True) + glob.glob(prefix + "/lib*/**/*.cmake", recursive=True)
    assert len(texts) >= 3
    for name in texts:
        with open(name, encoding="utf8") as file:
            assert "/first" not in file.read(), name


def check_c(prefix, library):
    """Twenty lines of C train the run that the program trains, to the bit, and read its store."""
    packages = {**os.environ, "PKG_CONFIG_PATH": library + "/pkgconfig", "LD_LIBRARY_PATH": library}
    flags = do("pkg-config", "--cflags", "--libs", "dewpoint", env=packages).split()
    do("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", SOURCE + "/tests/library/examples/train.c", *flags, "-o", "train")
    trained, read = rd_w(do("./train", "one.h5", env=packages))
    with h5py.File("one.h5") as store:
        assert trained == read == store["rd_w"][0]
    os.mkdir("project")
    with open("project/CMakeLists.txt", "w", encoding="utf8") as file:
        file.write(PROJECT)
    os.symlink(SOURCE + "/tests/library/examples/train.c", "project/train.c")
    do("cmake", "-S", "project", "-B", "project/build", "-DCMAKE_PREFIX_PATH=" + prefix)
    do("cmake", "--build", "project/build")
    assert rd_w(do("project/build/uses")) == [trained]
    symbols = do("nm", "-D", "--defined-only", library + "/libdewpoint.so").split("\n")
    assert all(line.split()[-1].startswith("dp_") for line in symbols if line)


def check_python(library):
    """A trained run as NumPy arrays; a mistake is told in the words of the program."""
    os.environ["LIBDEWPOINT"] = library + "/libdewpoint.so"
    sys.path.insert(0, SOURCE + "/tests/library/examples")
    import train  # pylint: disable=import-outside-toplevel,import-error
    run = train.Run("{model: {width: 1000}, init: {gamma: 1.75}, observe: {curve_ratio: 1.5}}")
    with h5py.File("one.h5") as store:
        assert run["rd_w"] == store["rd_w"][0] and run["steps"] == store["steps"][0]
    first, last = run["weights_first"], run["weights_last"]
    assert first.shape == (1000, 3) and run["curve_loss"][-1] == run["loss"]
    moved = numpy.linalg.norm((last - first)[:, :2]) / numpy.linalg.norm(first[:, :2])
    assert abs(moved / run["rd_w"] - 1) < 1e-6 and numpy.isnan(run["no_such_column"])
    try:
        train.Run("model: {widht: 3}")
        raise AssertionError("a mistake was not refused")
    except ValueError as error:
        assert "did you mean width" in str(error), error
    told = do(sys.executable, SOURCE + "/tests/library/examples/train.py")
    mine, numpys = map(float, re.search(r"rd_w (\S+) = (\S+)", told).groups())
    assert abs(mine / numpys - 1) < 1e-6, told


def check_package():
    """The Debian package holds all of it, and knows what it needs."""
    do("cpack", "--config", BUILD + "/CPackConfig.cmake", "-G", "DEB", "-B", os.getcwd())
    package, = glob.glob("dewpoint_*.deb")
    facts, files = do("dpkg-deb", "--info", package), do("dpkg-deb", "--contents", package)
    for name in "libhdf5-openmpi", "libopenmpi3", "libyaml-0-2", "libmuparser2", "openmpi-bin":
        assert name in facts, (name, facts)
    for name in ("/usr/bin/dewpoint", "/usr/bin/dewpoint-report", "/usr/share/dewpoint/d3.min.js", "man1/dewpoint.1",
                 "completions/dewpoint", "sweeps/quickstart.yaml", "include/dewpoint/trained.h", "libdewpoint.so"):
        assert name in files, name


def main():
    prefix = install()
    library = os.path.dirname(glob.glob(prefix + "/lib*/**/libdewpoint.so", recursive=True)[0])
    check_programs(prefix)
    check_c(prefix, library)
    check_python(library)
    check_package()


in_a_directory(main)
