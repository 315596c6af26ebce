"""Algorithms against the published vectors and against a second implementation; what is not a signature never passes."""

import pytest
import sm2_plain
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.core.errors import Problem
from onething.trust.keys import der, sm2
from onething.trust.keys.sm2_native import Libcrypto, Native, Tongsuo, new_secret
from onething.trust.service import (
    GMT_0009_DEFAULT_ID,
    Algorithm,
    CipherName,
    PublicKey,
    decrypt,
    encrypt,
    generate_secret,
    make_signer,
    make_verifier,
    sha256,
    sm3,
)  # fmt: skip

# GM/T 0003.5-2012, annex A: the signature on the recommended curve.
SECRET = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
KEY = PublicKey(Algorithm.SM2, PUBLIC, GMT_0009_DEFAULT_ID)

# RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.fixture(params=[Libcrypto, Tongsuo], ids=["libcrypto", "tongsuo"])
def library(request: pytest.FixtureRequest) -> Native:
    return request.param()


def test_sm3_gives_the_digests_of_gb_t_32905() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    assert sha256(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sm4_gives_the_block_of_gb_t_32907_and_the_gcm_text_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # the standard's example is one bare block
    assert block.update(key).hex() == "681edf34d206965e86b3e94f536e4246"
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    bound = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = bytes.fromhex(
        "00001234567800000000abcd"
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert decrypt(CipherName.SM4, key, sealed, bound) == plain


def test_z_and_e_are_those_of_gm_t_0003(library: Native) -> None:
    assert sm2.identity_digest(KEY).hex() == "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
    digest = sm2.message_digest(KEY, b"message digest")
    assert digest.hex() == "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    assert library.public_point(SECRET) == PUBLIC


def test_the_published_sm2_signature_verifies_with_every_implementation(library: Native) -> None:
    verifier = sm2.Sm2Verifier(KEY, library)
    assert verifier.verify(SIGNATURE, b"message digest")
    assert sm2_plain.verify(KEY, SIGNATURE, b"message digest")
    assert not verifier.verify(SIGNATURE, b"message digesT")


def test_the_signer_id_is_part_of_what_is_signed(library: Native) -> None:
    other = PublicKey(Algorithm.SM2, PUBLIC, b"police@shanghai")
    assert not sm2.Sm2Verifier(other, library).verify(SIGNATURE, b"message digest")
    assert other.key_id != KEY.key_id
    with pytest.raises(ValueError, match="signer id"):
        make_signer(Algorithm.SM2, SECRET)


@settings(max_examples=15, deadline=None)
@given(message=st.binary(max_size=300), signer_id=st.binary(min_size=1, max_size=40))
def test_what_one_sm2_library_signs_the_other_and_plain_integers_accept(message: bytes, signer_id: bytes) -> None:
    secret = new_secret()
    for signing, checking in ((Libcrypto(), Tongsuo()), (Tongsuo(), Libcrypto())):
        signer = sm2.Sm2Signer(secret, signer_id, signing)
        signature = signer.sign(message)
        assert sm2.Sm2Verifier(signer.public_key, checking).verify(signature, message)
        assert sm2_plain.verify(signer.public_key, signature, message)
        assert der.from_der(der.to_der(signature)) == signature


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_ed25519_gives_the_signatures_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    signer = make_signer(Algorithm.ED25519, bytes.fromhex(seed))
    assert signer.public_key.raw.hex() == public
    assert signer.sign(bytes.fromhex(message)).hex() == signature
    assert make_verifier(signer.public_key).verify(bytes.fromhex(signature), bytes.fromhex(message))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_no_bit_of_a_signature_may_change(algorithm: Algorithm) -> None:
    signer = make_signer(algorithm, generate_secret(algorithm), b"" if algorithm is Algorithm.ED25519 else b"me")
    verifier = make_verifier(signer.public_key)
    signature = signer.sign(b"text")
    for bit in range(512):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not verifier.verify(bytes(flipped), b"text")
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(64), b"\xff" * 64):
        assert not verifier.verify(wrong, b"text")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_public_key_survives_jwk_and_pem(algorithm: Algorithm) -> None:
    signer_id = b"" if algorithm is Algorithm.ED25519 else "公安局".encode()
    key = make_signer(algorithm, generate_secret(algorithm), signer_id).public_key
    assert PublicKey.from_jwk(key.jwk()) == key
    assert PublicKey.from_pem(key.pem(), signer_id) == key


def test_rfc_7638_thumbprint_of_an_ed25519_key() -> None:
    """RFC 8037 appendix A.3."""
    key = PublicKey.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert key.key_id == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_a_point_off_the_curve_is_no_key(library: Native) -> None:
    off = PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1])
    with pytest.raises(ValueError):
        library.public_key(off)


@pytest.mark.parametrize("cipher", list(CipherName))
def test_what_was_sealed_opens_only_whole_with_its_key_and_its_context(cipher: CipherName) -> None:
    key = bytes(range(16 if cipher is CipherName.SM4 else 32))
    sealed = encrypt(cipher, key, "王小明".encode(), b"subject-1")
    assert decrypt(cipher, key, sealed, b"subject-1").decode() == "王小明"
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(Problem, match=r"trust\.altered"):
            decrypt(cipher, key, bytes(altered), b"subject-1")
    for wrong in (sealed[:-1], b"", sealed[:20]):
        with pytest.raises(Problem, match=r"trust\.altered"):
            decrypt(cipher, key, wrong, b"subject-1")
    with pytest.raises(Problem, match=r"trust\.altered"):
        decrypt(cipher, key, sealed, b"subject-2")
