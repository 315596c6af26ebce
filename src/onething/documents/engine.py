"""rapidocr behind one small class: where text is on a picture, and what each line says, character by character.

Detection is used as it comes. Recognition is taken one step earlier than the library's own answer, at the matrix of
probabilities (time step × character), because fields with a check digit are decoded again under that check.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from onething.documents.lines import Glyph, Pixels, Quad

LINE_HEIGHT = 48
DETECT_SIDE = 1216
"""Longest side given to detection. Larger costs time by the square and found no more lines on our pictures."""


Reading = tuple[list[Glyph], NDArray[np.float32]]
"""Glyphs of a line and the matrix they were taken from."""


def _stop_spinning() -> None:
    """Let onnxruntime's threads sleep between operations instead of turning in circles.

    They share two cores with the pages and the cases; spinning wins a few milliseconds a page when nobody else is there
    and costs half of the processor time when somebody is. rapidocr offers no setting for it.
    """
    from rapidocr.inference_engine.onnxruntime import main

    sessions: Any = main.OrtInferSession
    if getattr(sessions, "onething_sleeps", False):
        return
    made = sessions._init_sess_opts

    def sleeping(cfg: Any) -> Any:
        options: Any = made(cfg)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        return options

    sessions._init_sess_opts = staticmethod(sleeping)
    sessions.onething_sleeps = True


class Engine:
    """Loaded models of one process: about 0.4 GB. Not thread-safe."""

    def __init__(self, threads: int = 2) -> None:
        from rapidocr import RapidOCR  # heavy: only reader processes pay for it

        _stop_spinning()
        self._ocr: Any = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.max_side_len": DETECT_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.limit_type": "max",
                "Det.limit_side_len": DETECT_SIDE,
            }
        )
        blank = np.full((LINE_HEIGHT, 160, 3), 255, np.uint8)
        self._ocr(blank, use_det=False, use_cls=False, use_rec=True)  # loads the recogniser
        recogniser = self._ocr.text_rec
        self._recognise = recogniser.session
        self.characters: list[str] = list(recogniser.postprocess_op.character)
        """Index of the matrix → character; 0 is the blank."""
        self.index: dict[str, int] = {char: i for i, char in enumerate(self.characters)}

    def detect(self, picture: Pixels, side: int = DETECT_SIDE) -> list[Quad]:
        """Quads of text lines on an RGB picture, in its own pixels. `side` caps the longest side looked at."""
        scale = min(1.0, side / max(picture.shape[:2]))
        small = picture if scale == 1 else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = self._ocr(np.ascontiguousarray(small[..., ::-1]), use_det=True, use_cls=False, use_rec=False)
        if getattr(found, "boxes", None) is None:
            return []
        return [np.asarray(box, np.float32) / np.float32(scale) for box in found.boxes]

    def recognise(self, crops: list[Pixels], batch: int = 6) -> list[Reading]:
        """Glyphs and matrix of each line picture (RGB, text upright, any height)."""
        results: list[Reading] = [([], np.zeros((0, 0), np.float32))] * len(crops)
        order = sorted(range(len(crops)), key=lambda i: crops[i].shape[1] / max(crops[i].shape[0], 1))
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            widths = [max(8, round(LINE_HEIGHT * crops[i].shape[1] / max(crops[i].shape[0], 1))) for i in part]
            full = max(*widths, 96) if len(widths) > 1 else max(widths[0], 96)
            full = -(-full // 32) * 32  # few distinct shapes keep the runtime's memory flat
            tensor = np.zeros((len(part), 3, LINE_HEIGHT, full), np.float32)
            for row, (i, width) in enumerate(zip(part, widths, strict=True)):
                shrink = cv2.INTER_AREA if crops[i].shape[0] > LINE_HEIGHT * 1.5 else cv2.INTER_CUBIC
                line = cv2.resize(crops[i], (width, LINE_HEIGHT), interpolation=shrink)[..., ::-1]
                tensor[row, :, :, :width] = (line.transpose(2, 0, 1).astype(np.float32) / 255 - 0.5) / 0.5
            matrices = np.asarray(self._recognise(tensor), np.float32)
            for row, (i, width) in enumerate(zip(part, widths, strict=True)):
                steps = max(1, round(matrices.shape[1] * width / full))
                results[i] = (self._glyphs(matrices[row], steps), matrices[row])
        return results

    def _glyphs(self, matrix: NDArray[np.float32], steps: int) -> list[Glyph]:
        """Best path through the matrix; a run of the same character is one glyph."""
        best: list[int] = matrix.argmax(axis=1).tolist()
        glyphs: list[Glyph] = []
        step = 0
        while step < len(best):
            end = step
            while end + 1 < len(best) and best[end + 1] == best[step]:
                end += 1
            if best[step]:
                peak = step + int(matrix[step : end + 1, best[step]].argmax())
                top = np.argpartition(matrix[peak], -6)[-6:]
                ranked = sorted(((float(matrix[peak, k]), int(k)) for k in top), reverse=True)
                others = tuple((self.characters[k], p) for p, k in ranked if k and k != best[step] and p > 1e-5)
                score = float(matrix[peak, best[step]])
                start, stop = max(0.0, (step - 0.5) / steps), min(1.0, (end + 1.5) / steps)
                glyphs.append(Glyph(self.characters[best[step]], score, start, stop, peak, others))
            step = end + 1
        return glyphs


def crop(picture: Pixels, quad: Quad, pad: float = 0.0) -> Pixels:
    """The line under `quad`, straightened; `pad` widens it by a share of its height on every side."""
    width = max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1]))
    along, down = (quad[1] - quad[0]) / max(width, 1), (quad[3] - quad[0]) / max(height, 1)
    grow = np.float32(pad * height)
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
    corners = quad + grow * (signs[:, :1] * along + signs[:, 1:] * down)
    w, h = max(4, round(float(width + 2 * grow))), max(4, round(float(height + 2 * grow)))
    target = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    straight = cv2.warpPerspective(picture, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(straight, np.uint8)
