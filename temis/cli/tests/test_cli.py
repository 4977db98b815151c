"""The contract of the commands: help, exit codes, where errors go, the last line with --json."""

import argparse
import json
from collections.abc import Iterator

import pytest

from temis.cli import main
from temis.cli.parser import build_parser


def every_command(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield from every_command(command, (*path, name))


COMMANDS = list(every_command(build_parser()))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"cách dùng: {' '.join(('temis', *command))}")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["serve", "--port", "eight"],
        ["import", "staff"],
        ["import", "results", "file.xlsx", "--year", "2020"],
        ["report", "extract", "--year", "2020", "--out", "out", "--formats", "json,odt"],
    ],
)
def test_wrong_usage_exits_2_and_says_so_on_standard_error(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert printed.out == ""
    assert "lỗi:" in printed.err


@pytest.mark.parametrize("arguments", [[], ["db"], ["import"]])
def test_missing_command_shows_what_there_is(arguments, capsys):
    assert main(arguments) == 2
    assert "LỆNH" in capsys.readouterr().err


def test_failure_exits_1_with_its_reason_on_standard_error_and_in_the_last_line(tmp_path, capsys):
    missing = tmp_path / "missing.dump"

    assert main(["db", "restore", str(missing), "--json"]) == 1

    printed = capsys.readouterr()
    assert printed.err.strip() == f"Không có tệp {missing}."
    assert json.loads(printed.out.splitlines()[-1]) == {"ok": False, "error": f"Không có tệp {missing}."}


def test_restore_without_confirmation_is_refused(tmp_path, capsys):
    file = tmp_path / "temis.dump"
    file.write_bytes(b"PGDMP")

    assert main(["db", "restore", str(file)]) == 1
    assert "--yes" in capsys.readouterr().err


def test_embedded_server_is_left_alone_when_another_is_named(monkeypatch, capsys):
    monkeypatch.setenv("TEMIS_DATABASE_URL", "postgresql://somebody@db.example/temis")

    assert main(["db", "stop"]) == 1
    assert "TEMIS_DATABASE_URL" in capsys.readouterr().err


def test_status_of_a_folder_without_a_server(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("TEMIS_DATABASE_URL", raising=False)
    monkeypatch.setenv("TEMIS_DATA_DIR", str(tmp_path / "data"))

    assert main(["db", "status", "--json"]) == 0

    state = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (state["embedded"], state["running"], state["pid"]) == (True, False, None)
    assert not (tmp_path / "data").exists()


def test_language_is_chosen_by_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("TEMIS_LANGUAGE", "en")

    with pytest.raises(SystemExit):
        main(["db", "stop", "--help"])

    assert "stop the embedded server" in capsys.readouterr().out
