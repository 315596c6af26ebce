"""Clauses of a city package: `cities/<city>/policy/*.yaml`."""

from pathlib import Path

from onething.core.errors import BAD_REQUEST, Problem
from onething.policy.models import PolicyFile


def load_policy_file(path: Path) -> PolicyFile:
    """Raises `Problem` (core.bad_request) naming the first thing that is wrong."""
    import yaml
    from pydantic import ValidationError

    try:
        return PolicyFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError, OSError) as error:
        raise Problem(BAD_REQUEST, field=f"{path.name}: {str(error)[:300]}") from None
