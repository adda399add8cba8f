"""Random networks of torchvision with their inputs and logits, for comparison with this framework.

    python3 make_parity.py small FOLDER    vit and resnet of a few thousand weights: the fixtures of the tests
    python3 make_parity.py full FOLDER     vit_b_16 and resnet18, batch 2 (about 390 MB)

Needs PyTorch and torchvision (Debian: python3-torch, python3-torchvision; made with 1.13 and 0.14). For each network NAME
it writes NAME.safetensors, the state dict under torchvision's names, and NAME-logits.safetensors, with `images`
(batch, height, width, channels) and `logits` (batch, classes), computed in double precision from the float32 weights.
Then:

    ./build -o -pl flops-models -am test -Dtest=TorchvisionParityTest -Dflops.parity=FOLDER \\
        -Dsurefire.failIfNoSpecifiedTests=false -DfailIfNoTests=false
"""
import json
import os
import struct
import sys

import torch
import torchvision


def save(path, tensors, metadata):
    types = {torch.float32: "F32", torch.int64: "I64"}
    header, data = {"__metadata__": metadata}, []
    size = 0
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": types[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [size, size + len(raw)]}
        data.append(raw)
        size += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for raw in data:
            out.write(raw)


def disturb(model, generator):
    """Moves everything off its symmetric initial value, statistics of normalisations included."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.dtype == torch.float32:
                noise = torch.randn(tensor.shape, generator=generator)
                if name.endswith("running_var"):
                    tensor.mul_(torch.exp(0.3 * noise))
                elif tensor.dim() <= 1:
                    tensor.add_(0.1 * noise)
                elif "heads" in name or "class_token" in name:
                    tensor.add_(0.2 * noise)


def write(folder, name, model, side, batch):
    generator = torch.Generator().manual_seed(1)
    disturb(model, generator)
    model.eval()
    images = torch.randn((batch, 3, side, side), generator=generator)
    tensors = {key: value.clone() for key, value in model.state_dict().items()}
    with torch.no_grad():
        logits = model.double()(images.double()).float()
    made = {"made by": "scripts/parity/make_parity.py", "torch": torch.__version__, "torchvision": torchvision.__version__}
    save(os.path.join(folder, name + ".safetensors"), tensors, made)
    pair = {"images": images.permute(0, 2, 3, 1), "logits": logits}
    save(os.path.join(folder, name + "-logits.safetensors"), pair, made)
    print(name, "logits of", float(logits.std()), "standard deviation")


def main():
    size, folder = sys.argv[1:]
    torch.manual_seed(1)
    os.makedirs(folder, exist_ok=True)
    if size == "full":
        write(folder, "vit_b_16", torchvision.models.vit_b_16(), 224, 2)
        write(folder, "resnet18", torchvision.models.resnet18(), 224, 2)
    else:
        vit = torchvision.models.VisionTransformer(
            image_size=24, patch_size=8, num_layers=3, num_heads=2, hidden_dim=16, mlp_dim=32, num_classes=7)
        write(folder, "vit_small", vit, 24, 3)
        resnet = torchvision.models.ResNet(torchvision.models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=7)
        write(folder, "resnet_small", narrow(resnet), 33, 3)


def narrow(resnet):
    """The same layers with 1/16 of the channels."""
    for module in list(resnet.modules()):
        for key, child in list(module.named_children()):
            if isinstance(child, torch.nn.Conv2d):
                inputs = 3 if child.in_channels == 3 else child.in_channels // 16
                setattr(module, key, torch.nn.Conv2d(
                    inputs, child.out_channels // 16, child.kernel_size, child.stride, child.padding, bias=False))
            elif isinstance(child, torch.nn.BatchNorm2d):
                setattr(module, key, torch.nn.BatchNorm2d(child.num_features // 16))
            elif isinstance(child, torch.nn.Linear):
                setattr(module, key, torch.nn.Linear(child.in_features // 16, child.out_features))
    return resnet


main()
