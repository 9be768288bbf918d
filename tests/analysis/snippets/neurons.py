# The neurons of run 0 at the end of its training: orientation and amplitude of each.
import h5py
import numpy

run = 0
with h5py.File("align.h5") as store:
    first, width = store["weights_offset"][run], store["weights_row_size"][run]
    inputs = store["weights_inputs"][run]
    neurons = store["weights_last"][first:first + width]  # a line w_1..w_d, bias, a_1..a_o for each neuron
w, a = neurons[:, :inputs + 1], neurons[:, inputs + 1:]
orientation = numpy.arctan2(w[:, 1], w[:, 0])
amplitude = numpy.linalg.norm(w, axis=1) * numpy.linalg.norm(a, axis=1)
print(orientation[amplitude > 0.1 * amplitude.max()])
