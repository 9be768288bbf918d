# SPDX-License-Identifier: BSD-3-Clause
"""Trains a run of dewpoint's into NumPy arrays, through ctypes. LIBDEWPOINT may name the library."""
import ctypes
import os

import numpy

library = ctypes.CDLL(os.environ.get("LIBDEWPOINT", "libdewpoint.so"))
library.dp_train_row.restype = ctypes.c_void_p
library.dp_train_row.argtypes = ctypes.c_char_p, ctypes.c_int64, ctypes.c_char_p, ctypes.c_size_t
library.dp_trained_number.restype = ctypes.c_double
library.dp_trained_number.argtypes = ctypes.c_void_p, ctypes.c_char_p
library.dp_trained_array.restype = ctypes.POINTER(ctypes.c_double)
library.dp_trained_array.argtypes = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64 * 2
library.dp_trained_free.argtypes = (ctypes.c_void_p,)


class Run:
    """The run in a row of a sweep: run["rd_w"] is a number, run["weights_last"] an array."""

    def __init__(self, sweep, row=0):
        message = ctypes.create_string_buffer(2000)
        self.trained = library.dp_train_row(sweep.encode(), row, message, len(message))
        if not self.trained:
            raise ValueError(message.value.decode())

    def __getitem__(self, name):
        shape = (ctypes.c_int64 * 2)()
        values = library.dp_trained_array(self.trained, name.encode(), shape)
        if values:
            return numpy.ctypeslib.as_array(values, tuple(shape)).squeeze().copy()
        return library.dp_trained_number(self.trained, name.encode())

    def __del__(self):
        library.dp_trained_free(getattr(self, "trained", None))


if __name__ == "__main__":
    run = Run("""
        model: {activation: tanh, width: 200}
        data: {target: sine-mix}
        train: {method: gd, learning_rate: 0.05, max_steps: 500}
        observe: {curve_ratio: 1.5}
    """)
    moved = run["weights_last"] - run["weights_first"]
    print("loss", run["curve_loss"][0], "to", run["loss"], "in", int(run["steps"]), "steps")
    print("rd_w", run["rd_w"], "=", numpy.linalg.norm(moved[:, :2]) / numpy.linalg.norm(run["weights_first"][:, :2]))
