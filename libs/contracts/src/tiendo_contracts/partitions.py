"""Which partition of a topic a key belongs to.

It is murmur2 as Java's client counts it, and librdkafka with `partitioner=murmur2_random`. A
publisher that counts otherwise breaks the order per key.
"""

from struct import unpack_from

PARTITIONS = 12
"""Partitions of every topic; never changed, because keys would move."""

_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF
_SEED = 0x9747B28C


def partition_of(key: bytes, partitions: int = PARTITIONS) -> int:
    """The partition of a key among so many."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(key: bytes) -> int:
    """The 32-bit hash of a key; whole words at once, as relays ask for each event."""
    words, rest = divmod(len(key), 4)
    mixed = _SEED ^ len(key)
    for number in unpack_from(f"<{words}I", key):
        word = number * _MULTIPLIER & _MASK
        mixed = (mixed * _MULTIPLIER & _MASK) ^ ((word ^ (word >> 24)) * _MULTIPLIER & _MASK)
    if rest:
        mixed = (mixed ^ int.from_bytes(key[-rest:], "little")) * _MULTIPLIER & _MASK
    mixed = (mixed ^ (mixed >> 13)) * _MULTIPLIER & _MASK
    return mixed ^ (mixed >> 15)
