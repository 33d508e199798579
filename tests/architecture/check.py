#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check.py RULE [--objects LIBRARY] [--top FOLDER]: one rule of architecture over a checkout."""

import argparse
import importlib
import pathlib
import sys

sys.dont_write_bytecode = True

from tree import Tree  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('rule')
    parser.add_argument('--objects')
    parser.add_argument('--top', default=pathlib.Path(__file__).resolve().parents[2])
    given = parser.parse_args()
    found = importlib.import_module(f'rules.{given.rule}').violations(Tree(given.top, given.objects))
    print('\n'.join(found) or f'{given.rule}: kept')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
