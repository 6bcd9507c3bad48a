"""Settings from file and environment, and their faults."""

from pathlib import Path

import pytest

from polybooru.settings import Settings, SettingsError, data_folder, leaves, load


def load_from(folder: Path, text: str = "", **environment: str) -> Settings:
    if text:
        (folder / "polybooru.toml").write_text(text)
    return load(folder, {f"POLYBOORU_{name}": value for name, value in environment.items()})


def faults_of(folder: Path, text: str = "", **environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_from(folder, text, **environment)
    return str(caught.value).splitlines()


def test_without_file_and_environment_everything_is_as_written_in_the_tree(tmp_path: Path) -> None:
    assert load_from(tmp_path) == Settings()
    assert load_from(tmp_path / "missing") == Settings()


def test_the_environment_overrides_the_file_however_deep(tmp_path: Path) -> None:
    text = (
        'site_name = "File"\n[upload]\nmin_tags = 5\nmax_tags = 50\n[dialect.philomena]\nimages_per_page = 10'
    )
    settings = load_from(
        tmp_path, text, UPLOAD__MIN_TAGS="7", DIALECT__PHILOMENA__IMAGES_PER_PAGE="15", PUBLIC_URL="https://x"
    )
    assert settings.site_name == "File"
    assert (settings.upload.min_tags, settings.upload.max_tags) == (7, 50)
    assert settings.dialect.philomena.images_per_page == 15
    assert settings.public_url == "https://x"


def test_a_list_in_a_variable_has_commas(tmp_path: Path) -> None:
    assert load_from(tmp_path, TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.1,").trusted_proxies == (
        "10.0.0.0/8",
        "192.0.2.1",
    )
    assert load_from(tmp_path, 'trusted_proxies = ["192.0.2.1"]').trusted_proxies == ("192.0.2.1",)


def test_what_a_path_or_a_proxy_cannot_be_is_a_fault(tmp_path: Path) -> None:
    for wrong in ("nekos", "/nekos/", "", "/", "/a b"):
        for dialect in ("nekos", "waifu", "yiffy"):
            [fault] = faults_of(tmp_path, **{f"DIALECT__{dialect.upper()}__PREFIX": wrong})
            assert fault.startswith(f"dialect.{dialect}.prefix: ")
    [fault] = faults_of(tmp_path, TRUSTED_PROXIES="192.0.2.1, proxy.example")
    assert fault == "trusted_proxies: 'proxy.example' is no address or network"


def test_two_dialects_in_one_place_are_a_fault(tmp_path: Path) -> None:
    both = {"DIALECT__WAIFU__PREFIX": "/w", "DIALECT__NEKOS__PREFIX": "/w"}
    assert faults_of(tmp_path, **both) == ["dialect.nekos.prefix: /w is dialect.waifu.prefix too"]
    assert load_from(tmp_path, **both, DIALECT__WAIFU__ENABLED="off").dialect.nekos.prefix == "/w"
    hosts = {
        "DIALECT__WAIFU__HOSTS": "api.example, API.example",
        "DIALECT__YIFFY__HOSTS__IMAGES": "Api.example",
        "DIALECT__YIFFY__HOSTS__THUMBS": "t.example:8443",
        "DIALECT__YIFFY__HOSTS__SHORT": "t.example",
        "DIALECT__NEKOS__HOSTS": "n.example, T.example",
    }
    assert faults_of(tmp_path, **hosts) == [
        "dialect.yiffy.hosts.images: api.example is dialect.waifu.hosts too",
        "dialect.nekos.hosts: t.example is dialect.yiffy.hosts.short too",
    ]


def test_variables_of_other_programs_and_the_data_folder_are_not_settings(tmp_path: Path) -> None:
    assert load(tmp_path, {"POLYBOORU_DATA": "x", "PATH": "y", "POLYBOO": "z"}) == Settings()


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("on", True),
        ("YES", True),
        ("true", True),
        ("1", True),
        ("Off", False),
        ("no", False),
        ("False", False),
        ("0", False),
    ],
)
def test_switches_take_the_words_that_people_write(tmp_path: Path, word: str, meaning: bool) -> None:
    settings = load_from(tmp_path, FETCH__ALLOW_PRIVATE_ADDRESSES=word)
    assert settings.fetch.allow_private_addresses is meaning


def test_all_faults_are_told_at_once_each_by_its_name(tmp_path: Path) -> None:
    text = """
        nonsense = 1
        log_level = "loud"
        [upload]
        min_tags = -1
        max_tags = "many"
        maximum = 2
        [dialect.philomena]
        enabled = "perhaps"
        [dialect.flickr]
        enabled = true
    """
    faults = faults_of(tmp_path, text, WORKER__JOBS="two", NO_SUCH="1")
    assert sorted(fault.split(":")[0] for fault in faults) == [
        "POLYBOORU_NO_SUCH",
        "dialect.flickr",
        "dialect.philomena.enabled",
        "log_level",
        "nonsense",
        "upload.max_tags",
        "upload.maximum",
        "upload.min_tags",
        "worker.jobs",
    ]


@pytest.mark.parametrize("text", ["min_tags = true", "min_tags = 2.5", "min_tags = [1]", 'min_tags = ""'])
def test_a_number_is_a_whole_number(tmp_path: Path, text: str) -> None:
    [fault] = faults_of(tmp_path, f"[upload]\n{text}")
    assert fault.startswith("upload.min_tags: ")


@pytest.mark.parametrize("text", ["upload = 5", 'upload = "x"', "upload = [1]"])
def test_a_value_in_the_place_of_a_table_is_told_also_when_a_variable_names_its_part(
    tmp_path: Path, text: str
) -> None:
    assert faults_of(tmp_path, text) == ["upload: must be a table of settings"]
    assert faults_of(tmp_path, text, UPLOAD__MIN_TAGS="3") == ["upload: must be a table of settings"]


@pytest.mark.parametrize("content", [b"a = ", b"\xff", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "polybooru.toml").write_bytes(content)
    [fault] = faults_of(tmp_path)[:1]
    assert str(tmp_path / "polybooru.toml") in fault


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "polybooru.toml").mkdir()
    assert "polybooru.toml" in faults_of(tmp_path)[0]


def test_a_worker_without_jobs_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path, WORKER__JOBS="0") == ["worker.jobs: must be at least 1"]


def test_every_setting_has_a_variable_of_its_own() -> None:
    names = ["__".join(names).upper() for names, _ in leaves(Settings)]
    assert len(names) == len(set(names))
    assert "DIALECT__PHILOMENA__ENABLED" in names


def test_the_data_folder_is_the_given_one_else_the_environments_else_the_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POLYBOORU_DATA", "/from/environment")
    assert data_folder(Path("/given")) == Path("/given")
    assert data_folder(None) == Path("/from/environment")
    monkeypatch.setenv("POLYBOORU_DATA", "")
    assert data_folder(None) == Path("polybooru-data")
