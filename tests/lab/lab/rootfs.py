# SPDX-License-Identifier: Apache-2.0
"""The images as folders, for the cheap tier's containers, with one index of all images."""

import json
import tarfile
from pathlib import Path


def unpack(target: Path, needs: dict[str, Path]) -> None:
    """target/layers/DIGEST for each layer; target/index.json: image -> layers, entrypoint, env."""
    index = {}
    for part in needs.values():
        with tarfile.open(part / "images.tar") as archive:
            for image in json.load(archive.extractfile("manifest.json")):
                config = json.load(archive.extractfile(image["Config"]))["config"]
                layers = [_layer(archive, name, target) for name in image["Layers"]]
                about = {"Layers": layers, "Entrypoint": config["Entrypoint"], "Env": config["Env"]}
                index.update({name: about for name in image["RepoTags"]})
    # The part is built beside its final place and then moved.
    text = json.dumps(index, indent=1).replace(str(target), str(target).removesuffix(".new"))
    (target / "index.json").write_text(text)


def _layer(archive: tarfile.TarFile, name: str, target: Path) -> str:
    folder = target / "layers" / name.removesuffix(".tar")[:16]
    if not folder.exists():
        folder.mkdir(parents=True)
        with tarfile.open(fileobj=archive.extractfile(name)) as layer:
            layer.extractall(folder)
    return str(folder)
