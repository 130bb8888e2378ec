"""Which addresses may be connected to: every address of a name is looked at, and what was looked at is connected to.

Whoever opens a connection asks here for the addresses of a name and connects to one of these, never to the name: a name
server that answers differently the second time changes nothing. docs/decisions/0011-where-may-be-connected-to.md.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
T = TypeVar("T")

# Where clouds keep what a machine may know of itself: keys above all. Nobody receives notices there.
METADATA = tuple(
    map(
        ipaddress.ip_network,
        (
            "169.254.0.0/16",  # AWS, Azure, Google, Tencent, Huawei; link-local as such
            "fd00:ec2::/32",  # AWS
            "fd20:ce::254/128",  # Google
            "100.100.100.200/32",  # Alibaba
            "192.0.0.192/32",  # Oracle
            "168.63.129.16/32",  # Azure's host
            "fe80::/10",
        ),
    )
)
NOWHERE = tuple(map(ipaddress.ip_network, ("0.0.0.0/8", "240.0.0.0/4", "::/128")))
LOCAL = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10")))  # Python takes these for public ones
# Addresses that carry one of IPv4 in their last bits.
NAT64, COMPATIBLE = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96")
ISATAP = (0x00005EFE, 0x02005EFE)
BITS = 0xFFFFFFFF
# What systems read as an address although nobody writes one so: 2130706433, 0x7f.1, 0177.0.0.1, 127.1
DISGUISED = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address may not be asked, and what to do about it."""

    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}"


PRIVATE_HINT = "say allow_private: true if that is meant"
NEVER_HINT = "name another address"


class RefusedAddressError(OSError):
    """A host is, or leads, where nothing may be sent; ``refusal`` says why and what would allow it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

    def __str__(self) -> str:
        return str(self.refusal)


def host_refusal(host: str, allow_private: bool) -> Refusal | None:
    """Why a host may not be asked, as far as its writing tells; None for a name, of which its addresses tell."""
    plain = _plain(host)
    literal = _literal(plain)
    if literal is None:
        disguised = Refusal(f"{host}, which is an address in disguise", "write it out, such as 192.0.2.7")
        return disguised if DISGUISED.fullmatch(plain) else None
    return _refusal(literal, allow_private or is_loopback(plain))


def is_loopback(host: str) -> bool:
    """Whether somebody has written down this computer itself; a name that only leads there has not."""
    literal = _literal(_plain(host))
    return literal.is_loopback if literal else _plain(host) == "localhost"


def find_addresses(host: str, port: int, seconds: float, allow_private: bool = False) -> list[str]:
    """The addresses of a name that may be connected to, in the order in which to try them.

    Raises: RefusedAddressError when one of them may not be asked, OSError when there is none within ``seconds``.
    """
    plain = _plain(host)
    wrong = host_refusal(host, allow_private)
    if wrong:
        raise RefusedAddressError(wrong)
    if _literal(plain):
        return [plain]
    found = within(seconds, lambda: socket.getaddrinfo(plain, port, type=socket.SOCK_STREAM))
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for each in map(_plain, addresses):
        wrong = _refusal(ipaddress.ip_address(each), allow_private or (is_loopback(plain) and is_loopback(each)))
        if wrong:
            raise RefusedAddressError(Refusal(f"{host} leads to {wrong.message}", wrong.hint))
    return addresses


def within(seconds: float, work: Callable[[], T]) -> T:
    """What the system finds out about a name, in time: a name server that hangs can only be left.

    Raises: OSError when it takes longer, and what ``work`` raises.
    """
    found: list[T | BaseException] = []

    def do() -> None:
        try:
            found.append(work())
        except BaseException as error:
            found.append(error)

    worker = threading.Thread(target=do, daemon=True)
    worker.start()
    worker.join(max(seconds, 0))
    if not found:
        raise OSError("no answer of the name server within the timeout")
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def connect_each(
    addresses: Sequence[str],
    until: float,
    connect: Callable[[str, float], T],
    failures: tuple[type[Exception], ...] = (OSError,),
) -> T:
    """Connect to the first address that answers; each gets its share of the seconds that are left ``until`` then.

    Raises: the failure of the last one.
    """
    for left in range(len(addresses), 1, -1):
        with suppress(*failures):
            return connect(addresses[-left], _share(until, left))
    return connect(addresses[-1], _share(until, 1))


def _share(until: float, left: int) -> float:
    return max(until - time.monotonic(), 0.01) / left


def _refusal(address: Address, allow_private: bool) -> Refusal | None:
    """Why nothing is sent to an address, or to one that it carries."""
    for each in (address, *_within(address)):
        if _is_in(each, METADATA):
            return Refusal(f"{address}, where clouds keep the keys of their machines", NEVER_HINT)
        if each.is_multicast or _is_in(each, NOWHERE):
            return Refusal(f"{address}, which is no single machine", NEVER_HINT)
        if not allow_private and (not each.is_global or _is_in(each, LOCAL)):
            where = "this computer" if each.is_loopback else "in a private network"
            return Refusal(f"{address}, which is {where}", PRIVATE_HINT)
    return None


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _within(address: Address) -> list[Address]:
    """The addresses of IPv4 that one of IPv6 carries: mapped, 6to4, Teredo, NAT64, ISATAP."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    number = int(address)
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or (address in COMPATIBLE and number > 1) or (number >> 32 & BITS) in ISATAP:
        found.append(ipaddress.IPv4Address(number & BITS))
    return [each for each in found if each is not None]


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _plain(host: str) -> str:
    """A host as name servers take it: without brackets and zone, full-width signs as plain ones."""
    return unicodedata.normalize("NFKC", host).strip("[]").partition("%")[0].lower()
