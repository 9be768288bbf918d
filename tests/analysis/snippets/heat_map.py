# The phase diagram as a heat map, from the grid that `dewpoint phase relu.h5 --netcdf relu.nc` writes.
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
import xarray

grid = xarray.open_dataset("relu.nc")
plt.figure(layout="constrained")
grid.S_w.plot(x="gamma", y="gamma_prime", cmap="RdBu_r", center=0)
plt.contour(grid.gamma, grid.gamma_prime, grid.S_w, levels=[0], colors="black")
plt.savefig("heat.png", dpi=200)
