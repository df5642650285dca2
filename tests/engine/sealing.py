"""Write a manifest as a forger does who knows how it is sealed."""

import json

from multivector_sim.engine.store import SEAL, seal_of


def write_sealed_manifest(folder, manifest):
    """Seal a manifest anew and write it."""
    entries = {key: value for key, value in manifest.items() if key != SEAL}
    (folder / "manifest.json").write_text(json.dumps(entries | {SEAL: seal_of(entries)}))
