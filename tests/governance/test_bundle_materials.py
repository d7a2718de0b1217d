"""The bill of materials of a version: what made it, by CycloneDX's names."""

from caf_governance.bundle.materials import bill_of_materials


def test_each_package_has_an_address_and_the_model_its_digest() -> None:
    """By name, spelled as the package index spells it; a local version is escaped."""
    bill = bill_of_materials({"zope.x_y": "1.0", "a": "2+cpu"}, "micro", "v3", "ab" * 32)

    assert [one["purl"] for one in bill["components"]] == [
        "pkg:pypi/a@2%2Bcpu",
        "pkg:pypi/zope-x-y@1.0",
    ]
    assert bill["metadata"]["component"]["bom-ref"] == "micro@v3"
    assert bill["metadata"]["component"]["hashes"][0]["content"] == "ab" * 32


def test_the_order_of_what_is_installed_means_nothing() -> None:
    """The same packages give the same bill."""
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}

    assert bill_of_materials(one, "p", "v", "d") == bill_of_materials(other, "p", "v", "d")
