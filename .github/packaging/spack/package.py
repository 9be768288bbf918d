# SPDX-License-Identifier: BSD-3-Clause
from spack.package import *


class Dewpoint(CMakePackage):
    """Maps the phase diagram of two-layer neural networks: one YAML sweep in, one HDF5 store out, tables and figures
    from it."""

    # Put this file into a repository of your own (spack repo create; packages/dewpoint/package.py) and build from a
    # checkout: spack develop --path DIR dewpoint@main
    license("BSD-3-Clause")
    version("main", branch="main")

    variant("figures", default=True, description="draw figures with gnuplot")

    depends_on("c", type="build")
    depends_on("cmake@3.21:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi")
    depends_on("hdf5@1.10:+mpi+hl")
    depends_on("libyaml")
    depends_on("muparser")
    depends_on("libzip")
    depends_on("zlib-api")
    depends_on("gnuplot", type="run", when="+figures")

    def cmake_args(self):
        return [self.define("DEWPOINT_TESTS", False)]
