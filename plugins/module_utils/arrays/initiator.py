# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initiator names: IQN, EUI and NAA (iSCSI), WWPN (Fibre Channel), NQN (NVMe)."""

from __future__ import annotations

import re

from ..errors import InvalidValue

_LONGEST = 223  # bytes, RFC 7143 4.2.7.1 and the NVMe base specification alike
_ISCSI = re.compile(
    r"iqn\.\d{4}-(?:0[1-9]|1[0-2])\.[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[a-z0-9.:_-]+)?"
    r"|eui\.[0-9a-f]{16}"
    r"|naa\.(?:[0-9a-f]{16}|[0-9a-f]{32})"
)
_NVME = re.compile(r"nqn\.\d{4}-(?:0[1-9]|1[0-2])\.[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:[a-z0-9.:_-]+")
_WWPN = re.compile(r"(?:0x)?([0-9a-f]{16}|[0-9a-f]{2}(?:[:-][0-9a-f]{2}){7})")


def normalise_initiator(field: str, name: object) -> str:
    """The one spelling of an initiator: lower case, a WWPN as eight pairs with colons.

    Raises InvalidValue that names ``field`` when ``name`` is none of the forms.
    """
    text = str(name).strip().lower()
    if len(text) <= _LONGEST:
        if _ISCSI.fullmatch(text) or _NVME.fullmatch(text):
            return text
        wwpn = _WWPN.fullmatch(text)
        if wwpn:
            digits = re.sub("[:-]", "", wwpn[1])
            return ":".join(digits[i : i + 2] for i in range(0, 16, 2))
    raise InvalidValue(
        field,
        name,
        "is not an initiator name; write an IQN (iqn.2026-01.com.example:host1), a WWPN (16 hexadecimal digits) "
        "or an NQN (nqn.2026-01.com.example:host1)",
    )


def transport_of(initiator: str) -> str:
    """The transport that a normalised initiator name belongs to: ``iscsi``, ``fc`` or ``nvme``."""
    if initiator.startswith("nqn."):
        return "nvme"
    return "iscsi" if initiator.startswith(("iqn.", "eui.", "naa.")) else "fc"
