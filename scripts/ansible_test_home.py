# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepares the home folder named on the command line for ansible-test, so that the package index is all it needs.

ansible-test starts its virtual environments with a script that it would download from a site of its own; a script
of that name in its cache is taken instead. It also clears the environment, so pip's settings must lie in a file.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from types import SimpleNamespace

from ansible_test._internal.python_requirements import get_venv_packages

GET_PIP = """\
import sys

sys.path.insert(0, {wheel!r})
from pip._internal.cli.main import main

sys.exit(main(["install", "--quiet", "--no-index", "--disable-pip-version-check", {wheel!r}]))
"""


def pip(*arguments: str) -> str:
    """What pip prints."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def wanted_pip() -> str:
    """The version of pip that the installed ansible-test starts with."""
    python = SimpleNamespace(version=f"{sys.version_info.major}.{sys.version_info.minor}")
    return get_venv_packages(python)["pip"]


def write_get_pip(home: Path, version: str) -> None:
    """Put the script that installs pip from a wheel where ansible-test looks for it."""
    wheel = home / f"pip-{version}-py3-none-any.whl"
    if not wheel.exists():
        pip("--quiet", "--quiet", "download", "--no-deps", "--only-binary=:all:", f"--dest={home}", f"pip=={version}")
    script = home / ".ansible/test/cache" / f"get_pip_{version.replace('.', '_')}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(GET_PIP.format(wheel=str(wheel)))


def write_pip_settings(home: Path) -> None:
    """Write down pip's settings of here and now, whether they come from files or from the environment."""
    settings = RawConfigParser()
    # Lines such as `global.timeout='60'` and `:env:.timeout='60'`, the stronger ones last.
    for line in pip("config", "list").splitlines():
        name, value = line.split("=", 1)
        section, option = name.rsplit(".", 1)
        section = section.replace(":env:", "global")
        if not settings.has_section(section):
            settings.add_section(section)
        settings.set(section, option, ast.literal_eval(value))
    folder = home / ".config/pip"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "pip.conf").open("w") as file:
        settings.write(file)


if __name__ == "__main__":
    # An index's address may hold a password.
    os.umask(0o077)
    chosen = Path(sys.argv[1]).absolute()
    chosen.mkdir(parents=True, exist_ok=True)
    write_get_pip(chosen, wanted_pip())
    write_pip_settings(chosen)
