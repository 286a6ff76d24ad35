# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of what a third party writes: a driver, and a harness that puts it to the contract."""
