# The training loss along training, averaged over the runs.
import xarray

store = xarray.open_dataset("align.h5")
loss = store.curve_loss.mean("run")  # over (run, point); runs that end early have nan after their end
step = store.curve_step.max("run")
print(loss[step.notnull()].values)
