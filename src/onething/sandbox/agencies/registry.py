"""The nine desks, in the order of their ports."""

from onething.sandbox.agencies import cdc, civil, credit, health, hrss, maternal, medins, police, tax
from onething.sandbox.agencies.desk import Desk

DESKS: dict[str, Desk] = {
    module.desk.id: module.desk for module in (health, police, civil, medins, hrss, cdc, tax, maternal, credit)
}
