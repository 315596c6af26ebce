"""What officials see of robots: their runs, the pictures of each step, and forgetting these after a time.

Runs:
`runs`: the newest runs that the official may see, newest first, only the failed ones if wanted.
`run_of`: one run; core.not_found for what is not there or not hers to see.
`picture_of`: what the robot saw at a step, a JPEG; core.not_found, also once it was forgotten; trust.erased.
`robot_agencies`: ids of the agencies whose systems robots operate.
`forget_pictures`: takes the pictures off runs older than some days → how many runs.

Nouns: `RobotRunRow` (one run of a procedure; holds no values of the case).
"""

from onething.catalog.models import City
from onething.exchange.contrib.robot.records import forget_pictures, picture_of, run_of, runs
from onething.exchange.contrib.robot.tables import RobotRunRow

__all__ = [
    "RobotRunRow",
    "forget_pictures",
    "picture_of",
    "robot_agencies",
    "run_of",
    "runs",
]


def robot_agencies(city: City) -> list[str]:
    """The agencies whose systems robots operate."""
    return [agency.id for agency in city.agencies if agency.gateway.adapter == "robot"]
