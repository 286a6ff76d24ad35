# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract between the collection ``lunar.storage`` and an array, as tests that any driver can be put to."""
