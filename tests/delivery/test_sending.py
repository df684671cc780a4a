"""One call to a receiver: what it may do to us, and what it may not."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from sandbox.delivery import addresses, sending


def post(uri, numbers=("127.0.0.1",), body=b"{}"):
    return sending.post(addresses.read(uri), numbers, {"Content-Type": "application/json"}, body)


def hear_out(connection):
    """Read what is sent up to the end of its body."""
    heard = b""
    while not heard.endswith(b"{}"):
        heard += connection.recv(65536)


@contextmanager
def a_server(serve):
    """A server that does with its one connection what the test says; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def run():
        connection, _ = listening.accept()
        with connection:
            serve(connection, done)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    done.set()
    thread.join(5)
    listening.close()


def test_the_call_goes_to_the_number_that_was_checked_under_the_name_that_was_given(receiver):
    answer = post(f"http://tpp.example:{receiver.port}/hook?x=1", body=b'{"a":1}')

    assert (answer.status, answer.body, answer.error) == (200, "thank you", None)
    (message,) = receiver.got
    assert message.headers["Host"] == f"tpp.example:{receiver.port}"
    assert (message.path, message.body) == ("/hook?x=1", b'{"a":1}')


def test_the_next_number_is_tried_where_the_first_does_not_answer(receiver):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]

    assert post(receiver.uri, ["127.0.0.2", "127.0.0.1"]).accepted
    assert "refused" in (post(f"http://127.0.0.1:{closed}/").error or "")


def test_a_redirect_is_neither_followed_nor_a_yes(receiver):
    receiver.answers, receiver.headers = [302], {"Location": "http://169.254.169.254/"}

    answer = post(receiver.uri)

    assert (answer.status, answer.accepted, len(receiver.got)) == (302, False, 1)
    assert answer.headers["Location"] == "http://169.254.169.254/"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_looks_the_name_up_again(receiver, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:9/")

    assert post(receiver.uri).accepted


def test_of_a_long_answer_the_beginning_is_kept(receiver):
    receiver.body = b"x" * 100_000
    receiver.headers = {"X-Long": "y" * 5000, "X-Nul": "z"}

    answer = post(receiver.uri)

    assert (len(answer.body), len(answer.headers["X-Long"])) == (2048, 500)


def test_bytes_that_are_no_text_are_kept_as_far_as_they_are(receiver):
    receiver.body = b"\xff\x00ok"

    assert post(receiver.uri).body == "\ufffd\x00ok"


def test_silence_ends(monkeypatch):
    monkeypatch.setattr(sending, "SILENCE_SECONDS_MAX", 0.2)

    with a_server(lambda _, done: done.wait(5)) as port:
        assert post(f"http://127.0.0.1:{port}/").error == "silent for 0.2 seconds"


def test_a_receiver_that_drips_is_left(monkeypatch):
    monkeypatch.setattr(sending, "CALL_SECONDS_MAX", 0.5)

    def drip(connection, done):
        hear_out(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not done.wait(0.05):
            try:
                connection.sendall(b"X: y\r\n")
            except OSError:
                return

    began = time.monotonic()
    with a_server(drip) as port:
        answer = post(f"http://127.0.0.1:{port}/")

    assert answer.error == "no answer within 0.5 seconds"
    assert time.monotonic() - began < 3


def test_what_is_no_http_is_told_as_what_it_is():
    def serve(connection, _):
        hear_out(connection)
        connection.sendall(b"220 mail.example ESMTP\r\n")

    with a_server(serve) as port:
        assert (post(f"http://127.0.0.1:{port}/").error or "").startswith("BadStatusLine")


def test_a_status_stands_even_if_the_body_breaks_off():
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"

    def serve(connection, _):
        hear_out(connection)
        connection.sendall(said)

    with a_server(serve) as port:
        assert post(f"http://127.0.0.1:{port}/").accepted


def test_a_certificate_that_nobody_vouches_for_is_no_yes(tmp_path):
    pytest.importorskip("cryptography")
    chain = a_certificate(tmp_path, "tpp.example")

    def serve(connection, _):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        try:
            context.wrap_socket(connection, server_side=True).recv(10)
        except OSError:
            return

    with a_server(serve) as port:
        answer = post(f"https://tpp.example:{port}/")

    assert "certificate verify failed" in (answer.error or "")


def test_a_certificate_is_held_against_the_name_and_not_the_number(tmp_path, monkeypatch):
    pytest.importorskip("cryptography")
    chain = a_certificate(tmp_path, "tpp.example")
    monkeypatch.setattr(sending, "_trust", lambda: ssl.create_default_context(cafile=str(chain)))

    def serve(connection, _):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        with context.wrap_socket(connection, server_side=True) as secure:
            hear_out(secure)
            secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with a_server(serve) as port:
        assert post(f"https://tpp.example:{port}/").status == 204


def a_certificate(folder, name):
    """A certificate for a name, signed by itself, and its key, in one file."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "tpp.pem"
    file.write_bytes(key.private_bytes(*plain) + made.public_bytes(serialization.Encoding.PEM))
    return file
