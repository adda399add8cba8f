"""Arrays as NumPy writes them, for NpyReaderTest: each holds (7 i mod 11) - 3, or 7 i mod 11 if unsigned, in C order.

    /usr/bin/python3 flops-models/src/build/python/make_npy_fixtures.py

Needs NumPy (made with 1.24). Writes flops-models/src/test/resources/dev/flops/models/data/NAME.npy.
"""
import os

import numpy

folder = os.path.join(os.path.dirname(__file__), "../../test/resources/dev/flops/models/data")
os.makedirs(folder, exist_ok=True)
for name, dtype, shape, version in [
    ("u1", "u1", (2, 3, 2), (1, 0)),
    ("i4-big", ">i4", (5,), (1, 0)),
    ("i8", "<i8", (2, 3), (2, 0)),
    ("f4", "<f4", (3, 1, 4), (3, 0)),
    ("f8-big", ">f8", (2, 2), (1, 0)),
    ("scalar", "<f8", (), (1, 0)),
]:
    count = int(numpy.prod(shape))
    values = (7 * numpy.arange(count) % 11 - (0 if dtype == "u1" else 3)).astype(dtype).reshape(shape)
    with open(os.path.join(folder, name + ".npy"), "wb") as file:
        numpy.lib.format.write_array(file, values, version=version)
