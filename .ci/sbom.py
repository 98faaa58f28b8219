"""Holds the bill of what ships against what cargo compiles of it, and against CycloneDX's own schema.

Run it with the Python that cyclonedx-python-lib is installed for: `.ci/sbom` does.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


# Of what is linked into a function, the crates that are there in two versions, each with why.
TWICE = {"base64": "serde_dynamo takes 0.21 still"}


def main() -> int:
    bill = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    target = next(it["value"] for it in bill["metadata"]["properties"] if it["name"] == "target")
    compiled = {path.parent.name: compiled_of(path.parent.name, target) for path in pathlib.Path("functions").glob("*/Cargo.toml")}
    locked = checksums(pathlib.Path("Cargo.lock").read_text(encoding="utf-8"))
    found = [*of_the_schema(bill), *faults(bill, compiled, locked), *unnoticed(bill, compiled, locked)]
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(f"It is what {len(compiled)} functions are compiled of.")
    return 1 if found else 0


def compiled_of(function: str, target: str) -> set:
    """The crates of one function, compiled by itself: with the features that it alone asks for."""
    command = ["cargo", "tree", "--locked", "--edges", "normal", "--target", target, "--prefix", "none", "--package", function]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {"@".join(crate) for crate in re.findall(r"^(\S+) v(\S+)", said, re.MULTILINE)}


def of_the_schema(bill: dict) -> list:
    """What of a bill is no CycloneDX."""
    wrong = JsonStrictValidator(SchemaVersion.V1_5).validate_str(json.dumps(bill))
    return [] if wrong is None else [f"it is no CycloneDX 1.5: {wrong}"]


def faults(bill: dict, compiled: dict, locked: dict):
    """What of a bill is not so."""
    components = {it["bom-ref"]: it for it in bill["components"]}
    everything = set().union(*compiled.values())
    yield from (f"{crate} ships, and is not in the bill" for crate in sorted(everything - set(components)))
    yield from (f"{crate} is in the bill, and does not ship" for crate in sorted(set(components) - everything))
    dependencies = {it["ref"]: it["dependsOn"] for it in bill["dependencies"]}
    for function, crates in sorted(compiled.items()):
        lacking = crates - reached(f"{function}@", dependencies)
        yield from (f"{function} has {crate}, and the bill does not say so" for crate in sorted(lacking))
    for crate, component in components.items():
        digest = locked.get(crate)
        said = [it["content"] for it in component.get("hashes", []) if it["alg"] == "SHA-256"]
        if said != ([digest] if digest else []):
            yield f"{crate} has another checksum than in Cargo.lock"
        if not component.get("licenses"):
            yield f"{crate} has no licence"
    linked = [it["name"] for it in components.values() if it["scope"] == "required"]
    twice = {name for name in linked if linked.count(name) > 1}
    yield from (f"{name} ships in two versions" for name in sorted(twice - set(TWICE)))
    yield from (f"{name} ships in one version, and needs no reason to ship in two" for name in sorted(set(TWICE) - twice))


def reached(start: str, dependencies: dict) -> set:
    """A function by the beginning of its name, and all that it depends on."""
    waiting, found = [ref for ref in dependencies if ref.startswith(start)], set()
    while waiting:
        if (crate := waiting.pop()) not in found:
            found.add(crate)
            waiting += dependencies.get(crate, [])
    return found


def checksums(locked: str) -> dict:
    """The SHA-256 of each crate's archive, by the text of `Cargo.lock`."""
    block = r'^name = "(.*)"\nversion = "(.*)"\nsource = ".*"\nchecksum = "(.*)"$'
    return {f"{name}@{version}": digest for name, version, digest in re.findall(block, locked, re.MULTILINE)}


def unnoticed(bill: dict, compiled: dict, locked: dict) -> list:
    """The ways to break a bill on purpose that nothing is said of."""
    def ring(broken: dict) -> dict:
        return next(it for it in broken["components"] if it["name"] == "ring")

    def of_two_versions(broken: dict) -> dict:
        return next(it for it in broken["components"] if it["name"] in TWICE)

    def another(broken: dict) -> None:
        broken["components"].append({**copy.deepcopy(ring(broken)), "bom-ref": "left-pad@1.0.0", "name": "left-pad"})

    # What is to be said, and what it is to be said of.
    breaks = [
        ("and is not in the bill", lambda broken: broken["components"].remove(ring(broken))),
        ("and does not ship", another),
        ("ships in two versions", lambda broken: broken["components"].append({**ring(broken), "bom-ref": "ring@0.16.0"})),
        ("another checksum", lambda broken: ring(broken)["hashes"][0].update(content="0" * 64)),
        ("another checksum", lambda broken: ring(broken).pop("hashes")),
        ("has no licence", lambda broken: ring(broken).pop("licenses")),
        ("and the bill does not say so", lambda broken: broken["dependencies"].clear()),
        ("and needs no reason", lambda broken: broken["components"].remove(of_two_versions(broken))),
    ]
    missed = [] if of_the_schema({**bill, "components": [{"name": "ring"}]}) else ["nothing is said of another schema"]
    for said, break_it in breaks:
        broken = copy.deepcopy(bill)
        break_it(broken)
        if not any(said in fault for fault in faults(broken, compiled, locked)):
            missed.append(f"a bill was broken, and nothing says that something {said}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
