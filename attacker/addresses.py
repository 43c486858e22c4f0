"""Addresses that people give: their origin, and where they lead, looked up once and called as looked up."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}


def origin_of(address: str) -> str:
    """Return scheme, host and port, without a password and without the usual port.

    Examples
    --------
    >>> origin_of("https://me:secret@Example.org:443/v1"), origin_of("http://127.0.0.1:8000/v1?x=1")
    ('https://example.org', 'http://127.0.0.1:8000')
    """
    parts = urlsplit(address)
    host, port = (parts.hostname or "").lower(), parts.port
    host = f"[{host}]" if ":" in host else host
    usual = port is None or port == PORTS.get(parts.scheme)
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


def ips_of(address: str) -> list[str]:
    """Return the IP addresses to which the host of an address leads now; a second look might differ.

    Raises
    ------
    OSError
        If the host is not known.

    Examples
    --------
    >>> ips_of("http://127.0.0.1:8000/v1")
    ['127.0.0.1']
    """
    parts = urlsplit(address)
    port = parts.port or PORTS[parts.scheme]
    entries = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in entries]


def is_inside(ip: str) -> bool:
    """Return whether an IP address lies inside this machine or its network, or is nowhere on the internet.

    Examples
    --------
    >>> is_inside("127.0.0.1"), is_inside("10.0.0.7"), is_inside("fe80::1%eth0"), is_inside("93.184.216.34")
    (True, True, True, False)
    """
    return not ipaddress.ip_address(ip.partition("%")[0]).is_global


def is_this_machine(ip: str) -> bool:
    """Return whether an IP address is that of the machine that asks.

    Examples
    --------
    >>> is_this_machine("127.0.0.1"), is_this_machine("::1"), is_this_machine("10.0.0.7")
    (True, True, False)
    """
    return ipaddress.ip_address(ip.partition("%")[0]).is_loopback
