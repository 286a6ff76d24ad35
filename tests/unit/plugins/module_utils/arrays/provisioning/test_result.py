# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NoSpace
from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
from ansible_collections.lunar.storage.plugins.module_utils.arrays.portal import Portal
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.carry_out import Outcome, unchanged
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import Inventory, inventory_of
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.result import diffs, predicted, results

from ..memory_array import CAPABILITIES
from .asked import IQN, asked, host

GIB = 1024**3
A = Lun("naa.3000000000000001", "id1", "a", "gold", GIB, "thin", 4096, "the first")
ISCSI = Portal("iscsi", "192.0.2.1:3260", "iqn.2026-01.com.example:array")
FC = Portal("fc", "50:00:00:00:00:00:00:01", "50:00:00:00:00:00:00:00")
PATH = Portal("path", "/srv/array/hosts", None)
WWPN = "10:00:00:00:c9:00:00:01"


def holding(*luns: Lun, mappings: tuple[Mapping, ...] = (), portals: tuple[Portal, ...] = (ISCSI, FC)) -> Inventory:
    hosts = [Host("alpha", (IQN + "alpha",)), Host("fabric", (WWPN,)), Host("both", (IQN + "both", WWPN[:-1] + "2"))]
    pools = [Pool("gold", 100 * GIB, 0, 100 * GIB, 0, None)]
    return inventory_of(CAPABILITIES, pools=pools, luns=luns, hosts=hosts, mappings=mappings, portals=portals)


def told(inventory: Inventory, **task: Any) -> dict[str, Any]:
    """What is told of the one LUN of a task that needs nothing."""
    (lun,) = results(unchanged(plan(asked(**task), inventory)), inventory)
    return lun


def foreseen(inventory: Inventory, **task: Any) -> dict[str, Any]:
    (lun,) = predicted(plan(asked(**task), inventory), inventory)
    return lun


def diff(inventory: Inventory, **task: Any) -> list[dict[str, Any]]:
    return diffs(plan(asked(**task), inventory))


def test_a_lun_is_told_completely() -> None:
    assert told(holding(A), name="a") == {
        "name": "a",
        "state": "present",
        "changed": False,
        "actions": [],
        "wwid": A.wwid,
        "id": "id1",
        "pool": "gold",
        "size": GIB,
        "used": 4096,
        "provisioning": "thin",
        "description": "the first",
        "mappings": [],
        "error": None,
    }


def test_a_lun_that_is_not_there_has_the_same_keys() -> None:
    absent = told(holding(A), name="other", state="absent")
    assert absent.keys() == told(holding(A), name="a").keys()
    assert (absent["state"], absent["wwid"], absent["size"]) == ("absent", None, None)


def test_an_error_is_told_by_kind_and_sentence_beside_what_was_done() -> None:
    (planned,) = plan(asked(name="a"), holding(A)).luns
    (lun,) = results([Outcome(planned, A, (), ("resized",), NoSpace("pool gold: full"))], holding(A))
    assert lun["error"] == {"kind": "no_space", "msg": "pool gold: full"}
    assert lun["actions"] == ["resized"]
    assert lun["changed"]


def mapped_to(name: str, *portals: Portal) -> dict[str, Any]:
    mapping = Mapping(A.wwid, name, 3, path="/srv/array/hosts/x" if PATH in portals else None)
    (one,) = told(holding(A, mappings=(mapping,), portals=portals), name="a")["mappings"]
    return one


def test_a_mapping_tells_the_portals_of_the_transports_that_the_host_speaks() -> None:
    iscsi = {"transport": "iscsi", "address": "192.0.2.1:3260", "target": "iqn.2026-01.com.example:array"}
    fc = {"transport": "fc", "address": "50:00:00:00:00:00:00:01", "target": "50:00:00:00:00:00:00:00"}
    assert mapped_to("alpha", ISCSI, FC)["portals"] == [iscsi]
    assert mapped_to("fabric", ISCSI, FC)["portals"] == [fc]
    assert mapped_to("both", ISCSI, FC)["portals"] == [iscsi, fc]
    assert mapped_to("alpha", FC)["portals"] == []


def test_a_mapping_tells_each_transport_once() -> None:
    second = Portal("iscsi", "192.0.2.2:3260", ISCSI.target)
    assert mapped_to("both", ISCSI, second, FC)["transports"] == ["iscsi", "fc"]


def test_every_host_of_an_array_of_paths_finds_its_path() -> None:
    mapping = mapped_to("fabric", PATH)
    assert (mapping["transports"], mapping["path"]) == (["path"], "/srv/array/hosts/x")


def test_a_host_that_the_same_task_makes_known_speaks_what_its_initiators_say() -> None:
    new = foreseen(holding(A), name="a", hosts=[host("new", WWPN[:-1] + "9")])
    assert [one["transports"] for one in new["mappings"]] == [["fc"]]


def test_a_new_lun_is_foreseen_but_for_what_only_the_array_can_tell() -> None:
    new = foreseen(holding(), name="new", pool="gold", size="1G", hosts=[host("alpha")], description="x")
    assert (new["state"], new["changed"], new["actions"]) == ("present", True, ["created", "mapped"])
    assert (new["pool"], new["size"], new["provisioning"], new["description"]) == ("gold", GIB, "thin", "x")
    assert [(one["host"], one["lun_number"]) for one in new["mappings"]] == [("alpha", 0)]
    assert (new["wwid"], new["id"]) == (None, None)


def test_a_change_is_foreseen_and_the_identity_stays() -> None:
    grown = foreseen(holding(A), name="a", size="2G")
    assert (grown["wwid"], grown["size"], grown["description"]) == (A.wwid, 2 * GIB, "the first")


def test_a_removed_lun_is_foreseen_as_it_is_told_afterwards() -> None:
    mapping = Mapping(A.wwid, "alpha", 3, None)
    gone = foreseen(holding(A, mappings=(mapping,)), name="a", state="absent", force_unmap=True)
    assert (gone["state"], gone["actions"], gone["mappings"]) == ("absent", ["unmapped", "deleted"], [])
    assert {key: gone[key] for key in ("wwid", "id", "pool", "size", "used", "description") if gone[key]} == {}


def test_a_diff_shows_a_new_lun_against_nothing() -> None:
    (change,) = diff(holding(), name="new", pool="gold", size="1G", hosts=[host("alpha")])
    assert change["before"] == {}
    assert change["after"]["size"] == GIB
    assert change["after"]["hosts"] == {"alpha": 0}
    assert "new" in change["before_header"]


def test_a_diff_shows_what_becomes_of_a_lun() -> None:
    (change,) = diff(holding(A), name="a", size="2G", description="")
    assert change["before"] | {"size": 2 * GIB, "description": None} == change["after"]


def test_a_diff_shows_a_removed_lun_as_nothing() -> None:
    (change,) = diff(holding(A), name="a", state="absent")
    assert change["before"]["name"] == "a"
    assert change["after"] == {}


def test_a_diff_shows_hosts_that_are_made_known() -> None:
    _lun, change = diff(holding(A), name="a", hosts=[host("gamma")])
    assert "gamma" in change["after_header"]
    assert IQN + "gamma" in str(change["after"])


def test_what_does_not_change_is_not_in_the_diff() -> None:
    assert diff(holding(A), name="a") == []
