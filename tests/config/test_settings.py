"""Process settings come from the environment, all faults at once."""

from pathlib import Path

import pytest

from config.settings import SettingsFault, from_environment


def test_defaults_serve_one_machine() -> None:
    settings = from_environment({})
    assert (settings.host, settings.port, settings.screen_token) == ("127.0.0.1", 8080, None)
    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.database_url == f"sqlite:///{Path.cwd()}/rinda-data/rinda.db"


def test_the_environment_is_read_and_the_command_line_goes_before_it(tmp_path: Path) -> None:
    environ = {"RINDA_HOST": "0.0.0.0", "RINDA_PORT": "80", "RINDA_DATA_DIR": str(tmp_path)} | {
        "RINDA_PUBLIC_URL": "https://rinda.example.lv/",
        "RINDA_TRUSTED_PROXIES": "1",
        "RINDA_REQUIRE_ALL": "1",
        "RINDA_CHROMIUM": "x",
    }
    settings = from_environment(environ, port=9000, host=None)
    assert (settings.host, settings.port, settings.trusted_proxies) == ("0.0.0.0", 9000, 1)
    assert settings.public_url == "https://rinda.example.lv"
    assert settings.database_url == f"sqlite:///{tmp_path}/rinda.db"


def test_an_ipv6_address_is_bracketed() -> None:
    assert from_environment({"RINDA_HOST": "::1"}).public_url == "http://[::1]:8080"


def test_all_faults_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    environ = {"RINDA_PORT": "70000", "RINDA_DATA_DIR": str(file), "RINDA_HOTS": "x", "RINDA_TRUSTED_PROXIES": "yes"} | {
        "RINDA_DATABASE_URL": "mysql://x",
        "RINDA_PUBLIC_URL": "rinda.example.lv",
    }
    with pytest.raises(SettingsFault) as caught:
        from_environment(environ)
    text = str(caught.value)
    for words in ("RINDA_HOTS is not known; did you mean RINDA_HOST?", "not a port", "not a folder"):
        assert words in text
    assert "RINDA_DATABASE_URL" in text
    assert "RINDA_PUBLIC_URL" in text
    assert "RINDA_TRUSTED_PROXIES" in text
    assert len(caught.value.faults) == 6


def test_the_nodes_database_is_no_fault_of_a_centre_on_the_same_machine(tmp_path: Path) -> None:
    node = {"RINDA_NODE_DATABASE_URL": "postgresql+psycopg://rinda@/network", "RINDA_DATA_DIR": str(tmp_path)}
    assert from_environment(node) == from_environment({"RINDA_DATA_DIR": str(tmp_path)})


def test_a_phone_cannot_open_every_address() -> None:
    with pytest.raises(SettingsFault, match=r"RINDA_PUBLIC_URL: is needed when RINDA_HOST is 0\.0\.0\.0"):
        from_environment({"RINDA_HOST": "0.0.0.0"})


def test_the_voice_has_folders_of_its_own(tmp_path: Path) -> None:
    usual = from_environment({"RINDA_DATA_DIR": str(tmp_path)})
    assert (usual.recordings_dir, usual.clips_dir, usual.piper_dir) == (tmp_path / "recordings", tmp_path / "clips", None)
    (own := tmp_path / "own").mkdir()
    named = from_environment({"RINDA_RECORDINGS": str(own), "RINDA_PIPER_VOICES": str(own)})
    assert (named.recordings_dir, named.piper_dir) == (own, own)
    with pytest.raises(SettingsFault, match=r'RINDA_PIPER_VOICES: ".*none" is not a folder'):
        from_environment({"RINDA_PIPER_VOICES": str(tmp_path / "none")})


def test_single_sign_on_is_set_wholly_and_over_an_encrypted_line(tmp_path: Path) -> None:
    (secret := tmp_path / "secret").write_text("s")
    whole = {"RINDA_SSO_ISSUER": "https://id.example.lv", "RINDA_SSO_CLIENT_ID": "rinda", "RINDA_SSO_SECRET_FILE": str(secret)}
    settings = from_environment(whole | {"RINDA_SSO_CLAIM": "email"})
    assert (settings.sso_issuer, settings.sso_claim, settings.sso_name) == ("https://id.example.lv", "email", "SSO")
    assert from_environment({}).sso_issuer == ""
    for change, words in (
        ({"RINDA_SSO_ISSUER": "http://id.example.lv"}, "must begin with https://"),
        ({"RINDA_SSO_ISSUER": ""}, "RINDA_SSO_CLIENT_ID: is of no use without RINDA_SSO_ISSUER"),
        ({"RINDA_SSO_CLIENT_ID": ""}, "RINDA_SSO_CLIENT_ID: is needed"),
        ({"RINDA_SSO_SECRET_FILE": str(tmp_path / "none")}, "cannot be read"),
    ):
        with pytest.raises(SettingsFault, match=words):
            from_environment(whole | change)


def test_copies_go_to_folders_that_may_be_away(tmp_path: Path) -> None:
    settings = from_environment({"RINDA_BACKUP_DIRS": f"/media/usb/rinda:{tmp_path}", "RINDA_PGBACKREST": "centre"})
    assert settings.backup_folders == (Path("/media/usb/rinda"), tmp_path)
    assert settings.pgbackrest == "centre"
    assert from_environment({}).backup_folders == ()
    with pytest.raises(SettingsFault, match='RINDA_BACKUP_DIRS: "usb" must begin with /'):
        from_environment({"RINDA_BACKUP_DIRS": "/a:usb"})
