# RD of the input weights, a line for each cell and a column for each width: geometric means over the seeds.
import numpy
import xarray

store = xarray.open_dataset("relu.h5")
runs = store[["status", "rd_w"]].to_dataframe()  # a line for each run, with its coordinates
done = runs[runs.status == 1]
rd = numpy.exp(numpy.log(done.rd_w).groupby([done.gamma, done.gamma_prime, done.width]).mean())
print(rd.unstack())
