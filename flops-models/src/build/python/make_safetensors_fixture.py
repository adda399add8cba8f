"""Writes the safetensors file that the tests of dev.flops.models.weights read: an independent writer of the format.

Usage: python3 make_safetensors_fixture.py TARGET    (needs numpy; any version gives the same bytes)
"""
import json
import struct
import sys

import numpy as np

f32 = np.array([[0.0, -0.0, 1.5], [np.inf, -np.inf, 1e-42]], dtype="<f4")
f16 = (np.arange(-8, 8, dtype=np.float64) / 3).astype("<f2")
bf16_bits = np.array([0x3F80, 0xC2F7, 0x0001, 0x7F7F], dtype="<u2")  # 1, -123.5, 2^-133, largest
scalar = np.array(np.pi, dtype="<f4")

header, data = {"__metadata__": {"format": "pt", "written by": "numpy \u00e4 \U0001F600 \"\\\n"}}, b""
for name, dtype, array in [
    ("z.half", "F16", f16),
    ("a.single", "F32", f32),
    ("brain", "BF16", bf16_bits.reshape(2, 1, 2)),
    ("scalar", "F32", scalar),
    ("empty", "F32", np.zeros((0, 3), dtype="<f4")),
]:
    raw = array.tobytes()
    header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
# The order of the header need not be that of the data.
text = json.dumps(dict(sorted(header.items())), ensure_ascii=True).encode()
text += b" " * (-len(text) % 8)
with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<Q", len(text)) + text + data)
