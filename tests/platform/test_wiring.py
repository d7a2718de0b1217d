"""The composition root: which adapter the settings choose."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from caf_platform.adapters.lake_local import LocalLake
from caf_platform.adapters.lake_s3 import S3Lake
from caf_platform.capabilities import Capability
from caf_platform.errors import BadInput, Unavailable
from caf_platform.plugins import PLUGINS, Kind, Plugin
from caf_platform.settings import Settings
from caf_platform.wiring import Platform


def test_without_a_url_the_lake_is_a_folder_in_the_home(tmp_path):
    """Nothing needs to be set."""
    lake = Platform(Settings(home=tmp_path)).lake

    lake.write("raw/a/1", b"x")

    assert isinstance(lake.behind, LocalLake)
    assert (tmp_path / "lake/raw/a/1").read_bytes() == b"x"


def test_an_s3_url_chooses_the_bucket(s3_endpoint, tmp_path):
    """One setting moves the lake to a bucket; the endpoint may be another's."""
    import boto3

    boto3.client("s3", endpoint_url=s3_endpoint, region_name="us-east-1").create_bucket(
        Bucket="wired"
    )
    settings = Settings(home=tmp_path, lake_url="s3://wired/here", s3_endpoint=s3_endpoint)

    lake = Platform(settings).lake
    lake.write("raw/a/1", b"x")

    assert isinstance(lake.behind, S3Lake)
    assert lake.read("raw/a/1") == b"x"


def test_a_registered_store_is_found_by_its_scheme(tmp_path):
    """A package of one's own brings a lake without a change here."""

    class Elsewhere:
        """Somebody's lake."""

        @classmethod
        def at(cls, url, _settings):
            """Made from its URL."""
            found = cls()
            found.url = url
            return found

    PLUGINS.add(
        Plugin(
            Kind.STORE,
            "elsewhere",
            (Capability.DATA_ARCHITECTURE,),
            Elsewhere,
            "",
            {"scheme": "elsewhere"},
        )
    )

    lake = Platform(Settings(home=tmp_path, lake_url="elsewhere://there")).lake

    assert lake.behind.url == "elsewhere://there"


def test_an_unknown_scheme_names_the_known_ones(tmp_path):
    """A typing mistake does not become a folder of that name."""
    with pytest.raises(BadInput, match="file, s3"):
        _ = Platform(Settings(home=tmp_path, lake_url="s4://bucket")).lake


def test_a_home_that_cannot_be_made_says_what_to_do(tmp_path):
    """The home's path leads through a file."""
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="CAF_HOME"):
        _ = Platform(Settings(home=tmp_path / "file" / "home")).home


class Contested(type(Path())):
    """A path at which another process starts the platform as soon as this one has looked."""

    def exists(self, **named):
        """What was there; the next look finds what the other one has made."""
        found = super().exists(**named)
        if self.name == "ledger.db" and not found:
            self.write_bytes(b"")
            (self.parent / "lake" / "raw").mkdir(parents=True)
        return found


def test_a_home_that_another_process_begins_meanwhile_has_lost_nothing(tmp_path):
    """Of two first starts the second one may see data whose ledger it has just missed."""
    platform = Platform(Settings(home=tmp_path))
    platform.settings = SimpleNamespace(
        home=Contested(tmp_path), ledger_url="", witness="", ledger=platform.settings.ledger
    )

    ledger = platform.ledger
    ledger.close()

    assert list(ledger.read()) == []
