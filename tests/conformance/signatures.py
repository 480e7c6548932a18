"""Detached JWS with Ed25519 beside a bundle, and whether a reader with these keys takes the bundle.

Written from docs/bundle-format.md and RFC 8032 alone. Slow, and good for nothing but checking vectors.
"""

import base64
import hashlib
import json

import bundle

# The curve of RFC 8032, section 5.1.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


class Untrusted(Exception):
    """Why a bundle is not taken: `kind` as in the vectors."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


def load(file, signatures, keys, today, least=None):
    """The ids of the trusted keys that signed a bundle which may be used today, and its content."""
    trusted = {key_id(key): public(key) for key in keys}
    signers = set()
    lines = signatures.removesuffix("\n").split("\n")
    if lines == [""]:
        raise Untrusted("unsigned")
    for line in lines:
        header, kid, signature = read(line)
        if kid in trusted:
            message = header.encode() + b"." + base64.urlsafe_b64encode(file).rstrip(b"=")
            if not verify(trusted[kid], message, signature):
                raise Untrusted("bad-signature")
            signers.add(kid)
    if not signers:
        raise Untrusted("untrusted")
    content = bundle.load(file)
    release = content.get("release", {})
    if least is not None and release.get("revision", -1) < least:
        raise Untrusted("older-revision")
    if today < release.get("not-before", today):
        raise Untrusted("not-yet-valid")
    if today > release.get("not-after", today):
        raise Untrusted("expired")
    return sorted(signers), content


def read(line):
    """The header as it stands there, the key's id, and the signature."""
    try:
        header, payload, signature = line.split(".")
        said = json.loads(unbase64(header), object_pairs_hook=once)
        signature = unbase64(signature)
    except ValueError as error:
        raise Untrusted("malformed") from error
    if "crit" in said:
        raise Untrusted("critical")
    if said.get("alg", "EdDSA") not in ("EdDSA", "Ed25519"):
        raise Untrusted("algorithm")
    if payload or said.keys() != {"alg", "kid", "typ"} or said["typ"] != "caveat-bundle" or len(signature) != 64:
        raise Untrusted("malformed")
    return header, said["kid"], signature


def once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def unbase64(text):
    """Base64url without padding, in its one canonical spelling."""
    read = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(read).rstrip(b"=").decode() != text:
        raise ValueError("another spelling")
    return read


def key_id(key):
    named = {"crv": key["crv"], "kty": key["kty"], "x": key["x"]}
    thumbprint = hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).digest()
    return key.get("kid", base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode())


def public(key):
    if (key["kty"], key["crv"]) != ("OKP", "Ed25519"):
        raise Untrusted("other-kind")
    point = decompress(unbase64(key["x"]))
    if point is None or of_low_order(point):
        raise Untrusted("weak")
    return unbase64(key["x"])


def verify(key, message, signature):
    """RFC 8032, section 5.1.7, without the cofactor and with reduced values only."""
    r, s = decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    a = decompress(key)
    if r is None or a is None or s >= L or of_low_order(r) or of_low_order(a):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(k, a)))


def decompress(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(p, q):
    """Extended homogeneous coordinates (X, Y, Z, T), RFC 8032, section 5.1.4."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    total = (0, 1, 1, 0)
    while n:
        total = add(total, p) if n & 1 else total
        p, n = add(p, p), n >> 1
    return total


def same(p, q):
    return not ((p[0] * q[2] - q[0] * p[2]) % P or (p[1] * q[2] - q[1] * p[2]) % P)


def of_low_order(p):
    return same(times(8, p), (0, 1, 1, 0))


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
