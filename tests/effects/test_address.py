from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.effects.address import is_public, resolve
from bot.errors import CountersignError, TryAgain

INSIDE = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",  # where clouds keep their metadata
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
inside = st.sampled_from(INSIDE).flatmap(lambda network: st.ip_addresses(v=4, network=IPv4Network(network)))
any_v4 = st.ip_addresses(v=4)


@given(inside)
def test_no_address_of_an_inner_network_is_public_in_any_disguise(address: IPv4Address) -> None:
    number = int(address)
    assert not is_public(address)
    assert not is_public(IPv6Address(0xFFFF << 32 | number))  # mapped
    assert not is_public(IPv6Address(0x0064FF9B << 96 | number))  # NAT64
    assert not is_public(IPv6Address(0x2002 << 112 | number << 80))  # 6to4


@given(any_v4)
def test_an_address_is_as_public_mapped_into_version_6_as_it_is(address: IPv4Address) -> None:
    assert is_public(address) == is_public(IPv6Address(0xFFFF << 32 | int(address)))


@pytest.mark.parametrize("address", ["::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1"])
def test_no_inner_address_of_version_6_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert resolve(address, 443, private=False) == address


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "::1", "0.0.0.0"])
def test_this_machine_by_any_name_is_refused_unless_allowed(host: str) -> None:
    with pytest.raises(CountersignError, match="inside a private network"):
        resolve(host, 80, private=False)
    assert resolve(host, 80, private=True)


def test_a_name_that_is_not_there_may_be_tried_again() -> None:
    with pytest.raises(TryAgain, match="could not be looked up"):
        resolve("nowhere.invalid", 80, private=True)
