"""The gate: what only this machine or its network can reach stays out of reach."""

import ipaddress
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy.settings import Settings
from scrapy.utils.datatypes import LocalCache
from twisted.internet.address import IPv4Address, IPv6Address

from contract.errors import RefusedAddressError
from crawler.egress import Gate, GateResolver, is_public

PRIVATE = [
    "0.0.0.1", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "127.0.0.1", "127.1.2.3", "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1",
    "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1",
]  # fmt: skip
"""One of each: loopback, link-local with the addresses of cloud metadata, private, shared, mapped,
translated (NAT64), 6to4, Teredo, documentation, benchmark, multicast, reserved."""

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "11.0.0.1", "100.63.255.255", "100.128.0.1", "168.63.129.15",
    "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.169.0.1", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_on_the_internet_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_their_neighbours_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "nonsense", ["", "localhost", "1.2.3", "0x7f.1", "1.2.3.4.5", "::1::", "%"]
)
def test_what_is_no_address_is_not_public(nonsense):
    assert not is_public(nonsense)


@given(st.ip_addresses())
@example(ipaddress.ip_address("64:ff9b::1"))
def test_nothing_is_public_that_the_registry_keeps_apart(address):
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_no_way_of_writing_an_old_address_as_a_new_one_is_public(inside):
    for prefix in ("::", "::ffff:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::", "fe80::5efe:"):
        assert not is_public(f"{prefix}{inside}")
    number = int(inside)
    assert not is_public(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")


# addresses as they are written


def host(address):
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", [one for one in PRIVATE if "%" not in one])
def test_a_private_address_is_refused(address):
    with pytest.raises(RefusedAddressError, match="is on a private network"):
        Gate().check(f"http://{host(address)}:8080/x")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.0.0.1./",
        "http://%31%32%37.0.0.1/",
        "http://１２７.０.０.１/",  # noqa: RUF001  digits of full width
        "http://127。0。0。1/",
        "http://[::FFFF:7F00:1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://user:pass@127.0.0.1/",
        "http://example.com@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http:/127.0.0.1/",
        "HTTP://127.0.0.1",
        "  http://127.0.0.1/",
        "h\nttp://127.0.0.1/",
    ],
)
def test_a_private_address_is_refused_however_it_is_written(url):
    with pytest.raises(RefusedAddressError):
        Gate().check(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://x/",
        "data:,x",
        "javascript:x",
        "ws://x",
    ],
)
def test_only_the_web_is_fetched(url):
    with pytest.raises(RefusedAddressError, match="only http and https"):
        Gate().check(url)


@pytest.mark.parametrize("url", ["", "x", "http://", "http://[::1", "http://1.2.3.4.5/", "//x/"])
def test_what_is_no_address_is_refused_by_name(url):
    with pytest.raises(RefusedAddressError, match="is not an address"):
        Gate().check(url)


@pytest.mark.parametrize("url", [f"https://{host(address)}/" for address in PUBLIC])
def test_a_public_address_passes(url):
    Gate().check(url)


def test_names_pass_and_are_judged_when_they_are_resolved():
    Gate().check("https://example.com/")
    Gate().check("https://localhost/")


@given(st.text() | st.text().map("http://{}".format))
def test_any_address_passes_or_is_refused(url):
    try:
        Gate().check(url)
    except RefusedAddressError:
        return


# sources on a private network

OURS = frozenset({"192.168.1.5", "wiki.internal", "fd00::5"})


@pytest.mark.parametrize("own", sorted(OURS))
def test_a_source_may_reach_its_own_private_host_and_no_other(own):
    gate = Gate(OURS, own)
    gate.check(f"http://{host(own)}:8080/x")
    for other in OURS - {own} | {"192.168.1.6", "127.0.0.1", "169.254.169.254"}:
        with pytest.raises(RefusedAddressError):
            gate.check(f"http://{host(other)}/")


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_source_on_the_internet_reaches_no_private_host_of_another(name):
    with pytest.raises(RefusedAddressError):
        Gate(OURS).check(f"http://{host(name)}/")


# names


class Receiver:
    """What Twisted hands to a resolver."""

    def __init__(self):
        self.addresses, self.ended = [], False

    def resolutionBegan(self, resolution):  # noqa: N802  Twisted's name
        pass

    def addressResolved(self, address):  # noqa: N802  Twisted's name
        self.addresses.append(address.host)

    def resolutionComplete(self):  # noqa: N802  Twisted's name
        self.ended = True


class Names:
    """A name service that answers every name with all of these addresses."""

    answers = (
        IPv4Address("TCP", "93.184.216.34", 0),
        IPv4Address("TCP", "127.0.0.1", 0),
        IPv4Address("TCP", "10.0.0.7", 0),
        IPv6Address("TCP", "::1", 0),
        IPv6Address("TCP", "2606:2800:220:1::1", 0),
    )

    def resolveHostName(self, receiver, *_, **__):  # noqa: N802  Twisted's name
        receiver.resolutionBegan(None)
        for address in self.answers:
            receiver.addressResolved(address)
        receiver.resolutionComplete()
        return receiver


@pytest.fixture
def resolved(monkeypatch):
    """The addresses a name leads to, as a crawl learns them."""
    monkeypatch.setattr("scrapy.resolver.dnscache", LocalCache())
    settings = Settings({"PRIVATE_HOSTS": OURS})
    reactor = SimpleNamespace(nameResolver=Names())
    resolver = GateResolver.from_crawler(SimpleNamespace(settings=settings), reactor)

    def ask(name):
        receiver = Receiver()
        resolver.resolveHostName(receiver, name)
        assert receiver.ended
        return receiver.addresses

    return ask


def test_a_name_leads_only_to_its_public_addresses(resolved):
    public = ["93.184.216.34", "2606:2800:220:1::1"]
    assert resolved("rebind.example.com") == public
    assert resolved("rebind.example.com") == public  # the second time from memory
    assert resolved("localhost") == resolved("wiki.internal.") == public


def test_the_name_of_a_private_source_leads_to_all_of_them(resolved):
    assert len(resolved("wiki.internal")) == len(Names.answers)
