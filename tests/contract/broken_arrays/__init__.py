# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers that are wrong on purpose, and the tests that must find them out."""
