"""What a witness is sent, as C2SP tlog-witness has it: the size it knows, the proof from there on, the checkpoint."""

import base64
import binascii

from onething.trust.log.witness import WitnessRefusal

MOST_PROOF = 63


def parse_request(body: bytes) -> tuple[int, list[bytes], bytes]:
    """`old N`, proof lines, an empty line, the checkpoint. Raises `WitnessRefusal(400)`."""
    head, blank, note = body.partition(b"\n\n")
    lines = head.split(b"\n")
    first = lines[0]
    if not blank or not first.startswith(b"old ") or not first[4:].isdigit() or len(first) > 20:
        raise WitnessRefusal(400, "not a request for a cosignature")
    if len(lines) - 1 > MOST_PROOF or (first[4:5] == b"0" and len(first) > 5):
        raise WitnessRefusal(400, "not a request for a cosignature")
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines[1:]]
    except binascii.Error:
        raise WitnessRefusal(400, "the proof is not base64") from None
    return int(first[4:]), proof, note


def make_request(old: int, proof: list[bytes], note: bytes) -> bytes:
    """The body that `parse_request` reads."""
    lines = [f"old {old}", *(base64.b64encode(part).decode() for part in proof)]
    return "".join(line + "\n" for line in lines).encode() + b"\n" + note
