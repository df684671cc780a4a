"""Where the sandbox calls, and where it does not, however it is written."""

import socket

import pytest

from sandbox.delivery import addresses
from sandbox.delivery.addresses import AddressForbidden, AddressMalformed

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://localhost/",
    "http://LOCALHOST:8080/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://100.100.100.200/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://168.63.129.16/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fec0::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://[2001:db8::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/",
    "http://[2002:808:808::]/",
    "http://[2001:0:808:808::]/",
]
NO_ADDRESS = [
    "",
    "tpp.example/hook",
    "//tpp.example/hook",
    "/hook",
    "ftp://tpp.example/",
    "file:///etc/passwd",
    "gopher://tpp.example:70/_x",
    "javascript:alert(1)",
    "http://",
    "http:///hook",
    "http://user:secret@tpp.example/",
    "http://tpp.example\\@127.0.0.1/",
    "http://tpp.example:80:90/",
    "http://tpp.example:port/",
    "http://tpp.example/a b",
    "http://tpp.example/\r\nHost: other",
    "http://tpp.example/#fragment",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://bl\u00e5b\u00e6r.example/",
    "http://%31%32%37.0.0.1/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    f"http://tpp.example/{'x' * 2000}",
]


@pytest.mark.parametrize("uri", INSIDE)
def test_nothing_inside_is_called_however_it_is_written(uri):
    with pytest.raises(AddressForbidden):
        addresses.check(uri, private=False)

    addresses.check(uri, private=True)


@pytest.mark.parametrize("uri", NO_ADDRESS)
@pytest.mark.parametrize("private", [True, False])
def test_what_is_no_address_in_the_web_is_refused_everywhere(uri, private):
    with pytest.raises(AddressMalformed):
        addresses.check(uri, private=private)


@pytest.mark.parametrize("port", [0, 22, 25, 110, 143, 465, 587, 993, 6379, 5432, 11211, 6667, 65536])
@pytest.mark.parametrize("private", [True, False])
def test_ports_of_mail_servers_databases_and_caches_are_not_called(port, private):
    with pytest.raises(AddressForbidden):
        addresses.check(f"http://tpp.example:{port}/", private=private)


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("http://tpp.example", ("http", "tpp.example", 80, "/")),
        ("HTTPS://TPP.example?a=1", ("https", "tpp.example", 443, "/?a=1")),
        ("https://tpp.example:8443/a/b?c=d&e=%20", ("https", "tpp.example", 8443, "/a/b?c=d&e=%20")),
        ("http://[2606:4700::1111]:8080/", ("http", "2606:4700::1111", 8080, "/")),
    ],
)
def test_an_address_is_taken_apart(uri, address):
    found = addresses.read(uri)

    assert (found.scheme, found.host, found.port, found.path) == address


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_numbers_are_public(number):
    assert not addresses.is_private(number)


def resolving(monkeypatch, **names):
    """The resolver of a world in which names have these numbers, one list after another."""

    def answer(host, port, **_):
        numbers = names[host.split(".")[0]]
        if not numbers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_a_name_that_leads_inside_is_not_called(monkeypatch):
    resolving(monkeypatch, inside=["10.0.0.1"], mixed=["8.8.8.8", "127.0.0.1"], outside=["8.8.8.8"])

    for name in ("inside", "mixed"):
        with pytest.raises(AddressForbidden):
            addresses.check(f"https://{name}.example/", private=False)
    addresses.check("https://outside.example/", private=False)


def test_a_name_that_nobody_knows_yet_may_be_given_and_is_looked_up_when_it_is_called(monkeypatch):
    resolving(monkeypatch, later=[])

    addresses.check("https://later.example/", private=False)

    with pytest.raises(OSError, match="unknown"):
        addresses.numbers(addresses.read("https://later.example/"), private=False)
