"""What officials see of robots: their runs, the pictures of each step, and forgetting these after a time."""

from onething.catalog.models import City
from onething.exchange.contrib.robot.records import forget_pictures, picture_of, run_of, runs
from onething.exchange.contrib.robot.tables import RobotRunRow

__all__ = ["RobotRunRow", "forget_pictures", "picture_of", "robot_agencies", "run_of", "runs"]


def robot_agencies(city: City) -> list[str]:
    """The agencies whose systems robots operate."""
    return [agency.id for agency in city.agencies if agency.gateway.adapter == "robot"]
