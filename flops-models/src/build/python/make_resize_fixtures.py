"""Images resized by PyTorch and Pillow, for BilinearResizeTest.

    /usr/bin/python3 flops-models/src/build/python/make_resize_fixtures.py

Needs PyTorch, Pillow and NumPy (made with 1.13, 9.4 and 1.24). Writes flops-models/src/test/resources/dev/flops/models/data/image:
original.npy (11, 7, 3) bytes; for each size plain-HxW.npy and antialias-HxW.npy, float32, by
torch.nn.functional.interpolate of the bytes in double precision; pillow-HxW.npy, bytes, by Image.resize(BILINEAR).
"""
import os

import numpy
import torch
from PIL import Image

folder = os.path.join(os.path.dirname(__file__), "../../test/resources/dev/flops/models/data/image")
os.makedirs(folder, exist_ok=True)
original = numpy.random.RandomState(1).randint(0, 256, (11, 7, 3)).astype("u1")
numpy.save(os.path.join(folder, "original.npy"), original)
planes = torch.tensor(original.astype("f8")).permute(2, 0, 1)[None]
for height, width in [(11, 7), (5, 3), (4, 16), (23, 2), (1, 1), (28, 28)]:
    size = f"{height}x{width}"
    for name, antialias in [("plain", False), ("antialias", True)]:
        resized = torch.nn.functional.interpolate(
            planes, (height, width), mode="bilinear", align_corners=False, antialias=antialias)
        values = numpy.ascontiguousarray(resized[0].permute(1, 2, 0).numpy().astype("<f4"))
        numpy.save(os.path.join(folder, f"{name}-{size}.npy"), values)
    picture = Image.fromarray(original).resize((width, height), Image.BILINEAR)
    numpy.save(os.path.join(folder, f"pillow-{size}.npy"), numpy.asarray(picture))
