"""What the fields of evidence are called in Chinese, for rooms below the catalog that show them (the report of a court package)."""

from onething.catalog.service import get_city


def chinese(kind: str) -> dict[str, str]:
    """Field → its name, for one type of evidence; what a certificate shows of the rest of its case has the names of other types."""
    city = get_city()
    others = {spec.id: spec.name.zh for each in reversed(city.evidence_types) for spec in each.fields}
    own = city.evidence_type(kind)
    return others | ({spec.id: spec.name.zh for spec in own.fields} if own else {})
