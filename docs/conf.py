# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds these pages; scripts/docs adds the reference of the modules beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "lunar.storage"
copyright = "2026 The Lunar contributors"

extensions = ["myst_parser", "sphinx_antsibull_ext"]
myst_heading_anchors = 3
highlight_language = "yaml"

html_theme = "sphinx_ansible_theme"
html_title = "lunar.storage"
html_theme_options = {
    "documentation_home_url": "index.html",
    "topbar_links": {},
    "vcs_pageview_mode": "blob",
}
html_use_smartypants = False
# An option's default is code, and is to be copied as it stands.
smartquotes = False

ANSIBLE_PAGES = {
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def link_to_ansible(
    _app: Sphinx, _env: BuildEnvironment, node: pending_xref, text: nodes.TextElement
) -> nodes.reference | None:
    """Link what belongs to Ansible to its own site, whose index, which would say where, is not at hand offline."""
    target = node["reftarget"]
    page = ANSIBLE_PAGES.get(target)
    if target.startswith("ansible_collections.ansible.builtin."):
        name = target.split(".")[3]
        page = f"collections/ansible/builtin/{name}.html"
    if page is None:
        return None
    return nodes.reference("", "", text, refuri=f"https://docs.ansible.com/ansible/latest/{page}")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", link_to_ansible)
