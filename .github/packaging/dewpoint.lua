-- A modulefile for Lmod: put it into modulefiles/dewpoint/0.1.0.lua and set the directory that
-- `cmake --install build --prefix DIR` was given.
local dir = "/opt/dewpoint/0.1.0"

help("dewpoint maps the phase diagram of two-layer neural networks. See: man dewpoint")
whatis("Name: dewpoint")
whatis("Description: phase diagrams of two-layer neural networks")

-- The MPI and the parallel HDF5 that it was built with:
-- depends_on("openmpi", "hdf5-mpi")

prepend_path("PATH", pathJoin(dir, "bin"))
prepend_path("MANPATH", pathJoin(dir, "share/man"))
prepend_path("LD_LIBRARY_PATH", pathJoin(dir, "lib"))
prepend_path("CMAKE_PREFIX_PATH", dir)
prepend_path("PKG_CONFIG_PATH", pathJoin(dir, "lib/pkgconfig"))
