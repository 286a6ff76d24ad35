# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lunar.storage.plugins.filter.format_size import FilterModule


def test_a_playbook_can_tell_sizes_to_people() -> None:
    assert FilterModule().filters()["format_size"](10 * 1024**3) == "10 GiB"
