"""The states of a model that judges risk."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class ModelStatus(StrEnum):
    WAITING = "waiting"
    LIVE = "live"
    RETIRED = "retired"


MODEL = declare(
    ModelStatus,
    name="risk model",
    column="risk_model.status",
    about="A model grown from findings. At most one is live.",
    meanings={
        ModelStatus.WAITING: Text(zh="待批准", en="Grown, waits for a colleague of whoever grew it"),
        ModelStatus.LIVE: Text(zh="使用中", en="Judges filings"),
        ModelStatus.RETIRED: Text(zh="已停用", en="Kept for the filings it judged"),
    },
    initial={ModelStatus.WAITING},
    final={ModelStatus.RETIRED},
    moves={
        ModelStatus.WAITING: {ModelStatus.LIVE: "A colleague approves it."},
        ModelStatus.LIVE: {
            ModelStatus.RETIRED: "Another one is approved.",
        },
    },
)
