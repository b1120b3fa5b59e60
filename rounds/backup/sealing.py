"""The sealed file: a stream cut into pieces, each compressed and encrypted (AES-256-GCM).

    magic      16 bytes  "rounds-backup-1\\n"
    salt       32 bytes  random; the file's own key is HKDF-SHA256(key, salt)
    key id      8 bytes  tells whether a key is the one, and nothing about it
    pieces     4 bytes length, then ciphertext and tag of zlib data of at most 1 MiB
    end         4 bytes  zero
    checksum   32 bytes  SHA-256 of everything before

The nonce of a piece is its number (11 bytes) and one byte that is 1 for the last piece (the
STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): pieces can be neither
exchanged nor left out, and a file that was cut off has no last piece.
"""

import hashlib
import hmac
import secrets
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rounds.kernel.errors import Invalid

MAGIC = b"rounds-backup-1\n"
SALT, KEY_ID, CHECKSUM, LENGTH = 32, 8, 32, 4
HEAD = len(MAGIC) + SALT + KEY_ID
PIECE = 1 << 20
# zlib adds 5 bytes per 16 KiB to what it cannot shorten, the cipher 16.
LARGEST_PIECE = PIECE + 4096


class SealedWriter:
    """Takes plain bytes, writes sealed pieces; holds one piece in memory."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        """Write the head of the file."""
        self._file, self._checksum = file, hashlib.sha256()
        head = MAGIC + secrets.token_bytes(SALT) + _key_id(key)
        self._cipher, self._head = _cipher(key, head), head
        self._waiting, self._number = bytearray(), 0
        self._put(head)

    def write(self, plain: bytes) -> None:
        """Add to the stream."""
        self._waiting += plain
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def finish(self) -> None:
        """Write the last piece and the checksum; the file is whole from here on."""
        self._seal(bytes(self._waiting), last=True)
        self._put(bytes(LENGTH))
        self._file.write(self._checksum.digest())

    def _seal(self, plain: bytes, last: bool) -> None:
        nonce = _nonce(self._number, last)
        sealed = self._cipher.encrypt(nonce, zlib.compress(plain, 1), self._head)
        self._number += 1
        self._put(len(sealed).to_bytes(LENGTH, "big") + sealed)

    def _put(self, data: bytes) -> None:
        self._checksum.update(data)
        self._file.write(data)


def check_whole(file: BinaryIO) -> None:
    """Read the file once and compare its checksum. Raises Invalid for one that is not whole."""
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise Invalid("This file is not a backup of rounds.")
    size = file.seek(0, 2)
    if size < HEAD + 2 * LENGTH + CHECKSUM:
        _refuse_damaged()
    file.seek(0)
    checksum, left = hashlib.sha256(), size - CHECKSUM
    while left:
        block = file.read(min(PIECE, left))
        checksum.update(block)
        left -= len(block)
    if not hmac.compare_digest(checksum.digest(), file.read(CHECKSUM)):
        _refuse_damaged()


def opened(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Return the plain pieces. Raises Invalid for another key, a damaged or a cut-off file."""
    file.seek(0)
    head = file.read(HEAD)
    if len(head) < HEAD or not head.startswith(MAGIC):
        raise Invalid("This file is not a backup of rounds.")
    if not hmac.compare_digest(head[-KEY_ID:], _key_id(key)):
        raise Invalid("This is not the key that the backup was sealed with.")
    return _pieces(file, _cipher(key, head), head)


def _pieces(file: BinaryIO, cipher: AESGCM, head: bytes) -> Iterator[bytes]:
    number, sealed = 0, _next(file)
    if sealed is None:
        _refuse_damaged()
    while sealed is not None:
        after = _next(file)
        try:
            packed = cipher.decrypt(_nonce(number, after is None), sealed, head)
        except InvalidTag:
            _refuse_damaged()
        yield _unpack(packed)
        number, sealed = number + 1, after


def _next(file: BinaryIO) -> bytes | None:
    told = file.read(LENGTH)
    length = int.from_bytes(told, "big")
    if length == 0 and len(told) == LENGTH:
        return None
    sealed = file.read(length) if length <= LARGEST_PIECE else b""
    if not length or len(sealed) != length:
        _refuse_damaged()
    return sealed


def _unpack(packed: bytes) -> bytes:
    # Never more than a piece, whatever the data says it would become.
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, PIECE)
    except zlib.error:
        _refuse_damaged()
    if not unpacker.eof or unpacker.unused_data:
        _refuse_damaged()
    return plain


def _cipher(key: bytes, head: bytes) -> AESGCM:
    salt = head[len(MAGIC) : len(MAGIC) + SALT]
    return AESGCM(HKDF(SHA256(), 32, salt, b"rounds backup, data").derive(key))


def _key_id(key: bytes) -> bytes:
    return HKDF(SHA256(), KEY_ID, None, b"rounds backup, key id").derive(key)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _refuse_damaged() -> NoReturn:
    raise Invalid("This backup is damaged or not whole. Nothing was restored from it.")
