"""The bill of materials of a version: the packages it was made with, in CycloneDX's form. Pure.

Written from the environment that the signed manifest names, so it tells what there was at the
training, wherever and whenever the bundle is made. Licences are not recorded with a model: those of
what is installed now are told by `make sbom`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

SPECIFICATION: Final = "1.6"


def bill_of_materials(
    packages: Mapping[str, str], project: str, version: str, artifact: str
) -> dict[str, Any]:
    """The bill of one version: names with versions, and the model file's SHA-256 as what they made.

    CycloneDX 1.6 (ECMA-424), with package addresses as the purl specification has them for PyPI.
    """
    model = {
        "type": "machine-learning-model",
        "name": project,
        "version": version,
        "bom-ref": f"{project}@{version}",
        "hashes": [{"alg": "SHA-256", "content": artifact}],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {"component": model},
        "components": [_library(name, packages[name]) for name in sorted(packages)],
    }


def _library(name: str, version: str) -> dict[str, str]:
    address = f"pkg:pypi/{re.sub('[-_.]+', '-', name).lower()}@{version.replace('+', '%2B')}"
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": address,
        "bom-ref": address,
    }
