# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task asks for, written as in a playbook."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.arguments import lun_options
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.request import LunRequest, requests_of

IQN = "iqn.2026-01.com.example:"


def options_of(**task: Any) -> dict[str, Any]:
    """The task's options as Ansible hands them over."""
    checked = ArgumentSpecValidator(lun_options()).validate(task)
    assert checked.error_messages == []
    return checked.validated_parameters


def asked(*luns: dict[str, Any], **task: Any) -> list[LunRequest]:
    """The requests of a task with the option ``luns``, or, without ``luns``, of one LUN."""
    if luns:
        task["luns"] = [deepcopy(lun) for lun in luns]
    return requests_of(options_of(**task))


def host(name: str, *initiators: str) -> dict[str, Any]:
    """A host with the initiator of its own name, or with these."""
    return {"name": name, "initiators": list(initiators) or [IQN + name]}
