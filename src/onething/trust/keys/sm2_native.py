"""The native libraries behind SM2: the system's libcrypto 3, else tongsuopy. Both take and give plain bytes.

libcrypto comes first because distributions keep mending it; tongsuopy carries a copy of an OpenSSL of 2020. Neither is
told a signer id: they see only the finished digest.
"""

import ctypes.util
import secrets
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol

from cffi import FFI

from onething.core.errors import Problem
from onething.trust import errors
from onething.trust.keys.der import from_der, to_der
from onething.trust.models import Algorithm, PublicKey

ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123


class Native(Protocol):
    """One library."""

    name: str

    def public_point(self, secret: bytes) -> bytes:
        """32-byte scalar → 65-byte point. Raises `ValueError`."""
        ...

    def private_key(self, secret: bytes, point: bytes) -> Any: ...

    def public_key(self, point: bytes) -> Any:
        """Raises `ValueError` when the point is not on the curve."""
        ...

    def sign(self, key: Any, digest: bytes) -> bytes:
        """r ‖ s, 64 bytes."""
        ...

    def verify(self, key: Any, digest: bytes, signature: bytes) -> bool: ...


def new_secret() -> bytes:
    """A private scalar in [1, n−2], 32 bytes, from the system's random source."""
    return (secrets.randbelow(ORDER - 2) + 1).to_bytes(32, "big")


def _in_range(secret: bytes) -> int:
    value = int.from_bytes(secret, "big")
    if len(secret) != 32 or not 1 <= value <= ORDER - 2:
        raise ValueError("an SM2 private key is 32 bytes in [1, n−2]")
    return value


class _Evp:
    """What both libraries share: EVP_PKEY_sign and EVP_PKEY_verify over a digest."""

    def __init__(self, ffi: Any, lib: Any) -> None:
        self._ffi, self._lib = ffi, lib

    def _context(self, pkey: Any) -> Any:
        context = self._lib.EVP_PKEY_CTX_new(pkey, self._ffi.NULL)
        if context == self._ffi.NULL:
            raise MemoryError("EVP_PKEY_CTX_new")
        return self._ffi.gc(context, self._lib.EVP_PKEY_CTX_free)

    def _sign(self, pkey: Any, digest: bytes) -> bytes:
        context = self._context(pkey)
        out, size = self._ffi.new("unsigned char[80]"), self._ffi.new("size_t *", 80)
        done = self._lib.EVP_PKEY_sign_init(context)
        if done != 1 or self._lib.EVP_PKEY_sign(context, out, size, digest, len(digest)) != 1:
            raise RuntimeError("SM2 signing failed in the native library")
        return from_der(bytes(self._ffi.buffer(out, size[0])))

    def _verify(self, pkey: Any, digest: bytes, signature: bytes) -> bool:
        context, der = self._context(pkey), to_der(signature)
        if self._lib.EVP_PKEY_verify_init(context) != 1:
            return False
        good = self._lib.EVP_PKEY_verify(context, der, len(der), digest, len(digest)) == 1
        if not good:
            self._lib.ERR_clear_error()
        return good


_PKCS8 = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")


class Libcrypto(_Evp):
    """The system's OpenSSL 3 through cffi; keys go in as DER, so that no memory layout is assumed."""

    name = "libcrypto 3"

    def __init__(self) -> None:
        ffi = FFI()
        ffi.cdef("""
            typedef struct evp_pkey_st EVP_PKEY; typedef struct ctx_st EVP_PKEY_CTX; typedef struct group_st EC_GROUP;
            typedef struct point_st EC_POINT; typedef struct bn_st BIGNUM;
            EVP_PKEY *d2i_AutoPrivateKey(EVP_PKEY **, const unsigned char **, long);
            EVP_PKEY *d2i_PUBKEY(EVP_PKEY **, const unsigned char **, long);
            void EVP_PKEY_free(EVP_PKEY *);
            EVP_PKEY_CTX *EVP_PKEY_CTX_new(EVP_PKEY *, void *); void EVP_PKEY_CTX_free(EVP_PKEY_CTX *);
            int EVP_PKEY_sign_init(EVP_PKEY_CTX *); int EVP_PKEY_verify_init(EVP_PKEY_CTX *);
            int EVP_PKEY_sign(EVP_PKEY_CTX *, unsigned char *, size_t *, const unsigned char *, size_t);
            int EVP_PKEY_verify(EVP_PKEY_CTX *, const unsigned char *, size_t, const unsigned char *, size_t);
            void ERR_clear_error(void);
            EC_GROUP *EC_GROUP_new_by_curve_name(int); void EC_GROUP_free(EC_GROUP *);
            EC_POINT *EC_POINT_new(const EC_GROUP *); void EC_POINT_free(EC_POINT *);
            BIGNUM *BN_bin2bn(const unsigned char *, int, BIGNUM *); void BN_clear_free(BIGNUM *);
            void BN_set_flags(BIGNUM *, int);
            int EC_POINT_mul(const EC_GROUP *, EC_POINT *, const BIGNUM *, const EC_POINT *, const BIGNUM *, void *);
            size_t EC_POINT_point2oct(const EC_GROUP *, const EC_POINT *, int, unsigned char *, size_t, void *);
        """)
        found = ctypes.util.find_library("crypto") or "libcrypto.so.3"
        super().__init__(ffi, ffi.dlopen(found if "3" in found else "libcrypto.so.3"))

    def public_point(self, secret: bytes) -> bytes:
        _in_range(secret)
        ffi, lib = self._ffi, self._lib
        group = ffi.gc(lib.EC_GROUP_new_by_curve_name(1172), lib.EC_GROUP_free)  # NID_sm2
        point = ffi.gc(lib.EC_POINT_new(group), lib.EC_POINT_free)
        scalar = ffi.gc(lib.BN_bin2bn(secret, 32, ffi.NULL), lib.BN_clear_free)
        lib.BN_set_flags(scalar, 4)  # BN_FLG_CONSTTIME
        out = ffi.new("unsigned char[65]")
        done = lib.EC_POINT_mul(group, point, scalar, ffi.NULL, ffi.NULL, ffi.NULL)
        if done != 1 or lib.EC_POINT_point2oct(group, point, 4, out, 65, ffi.NULL) != 65:
            raise RuntimeError("SM2 key derivation failed in the native library")
        return bytes(ffi.buffer(out, 65))

    def private_key(self, secret: bytes, point: bytes) -> Any:
        return self._load(self._lib.d2i_AutoPrivateKey, _PKCS8 + secret + bytes.fromhex("a144034200") + point)

    def public_key(self, point: bytes) -> Any:
        return self._load(self._lib.d2i_PUBKEY, PublicKey(Algorithm.SM2, point, b"-").spki())

    def _load(self, parse: Any, der: bytes) -> Any:
        data = self._ffi.new("unsigned char[]", der)
        key = parse(self._ffi.NULL, self._ffi.new("const unsigned char **", data), len(der))
        if key == self._ffi.NULL:
            self._lib.ERR_clear_error()
            raise ValueError("not a point of the SM2 curve")
        return self._ffi.gc(key, self._lib.EVP_PKEY_free)

    def sign(self, key: Any, digest: bytes) -> bytes:
        return self._sign(key, digest)

    def verify(self, key: Any, digest: bytes, signature: bytes) -> bool:
        return self._verify(key, digest, signature)


class Tongsuo(_Evp):
    """tongsuopy, for machines without libcrypto 3."""

    name = "tongsuopy"

    def __init__(self) -> None:
        backend: Any = import_module("tongsuopy.backends.tongsuo").backend
        self._ec: Any = import_module("tongsuopy.crypto.asymciphers.ec")
        super().__init__(backend._ffi, backend._lib)

    def public_point(self, secret: bytes) -> bytes:
        numbers = self._ec.derive_private_key(_in_range(secret), self._ec.SM2()).public_key().public_numbers()
        return b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")

    def private_key(self, secret: bytes, point: bytes) -> Any:  # noqa: ARG002 - the Protocol's
        return self._ec.derive_private_key(_in_range(secret), self._ec.SM2())

    def public_key(self, point: bytes) -> Any:
        return self._ec.EllipticCurvePublicKey.from_encoded_point(self._ec.SM2(), point)

    def sign(self, key: Any, digest: bytes) -> bytes:
        return self._sign(key._evp_pkey, digest)

    def verify(self, key: Any, digest: bytes, signature: bytes) -> bool:
        return self._verify(key._evp_pkey, digest, signature)


@lru_cache(maxsize=1)
def native() -> Native:
    """The first library that is here. Raises `Problem(trust.no_sm2)`."""
    for make in (Libcrypto, Tongsuo):
        try:
            return make()
        except (OSError, ImportError, AttributeError):
            continue
    raise Problem(errors.NO_SM2)
