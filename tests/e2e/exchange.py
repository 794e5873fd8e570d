"""Exchanges two paths as fast as it can until killed: exchange.py PATH PATH"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
AT_FDCWD = -100
RENAME_EXCHANGE = 2


def exchange(left, right):
    """Calls renameat2(2) with RENAME_EXCHANGE."""
    if LIBC.renameat2(AT_FDCWD, os.fsencode(left), AT_FDCWD, os.fsencode(right), RENAME_EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), left)


if __name__ == "__main__":
    left_path, right_path = map(os.fsencode, sys.argv[1:])
    exchange(left_path, right_path)
    print("exchanging", flush=True)
    while True:
        LIBC.renameat2(AT_FDCWD, left_path, AT_FDCWD, right_path, RENAME_EXCHANGE)
