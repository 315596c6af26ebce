"""What leaves the catalog: schemas that accept the real files, CPSV-AP that a linked-data reader understands, the CLI."""

import json
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from jsonschema import Draft202012Validator
from rdflib.namespace import DCTERMS, RDF
from typer.testing import CliRunner

from onething.catalog.cli import app
from onething.catalog.service import export_cpsv, json_schema, load_city

CITIES = Path(__file__).parents[2] / "cities"
CPSV = rdflib.Namespace("http://purl.org/vocab/cpsv#")
CV = rdflib.Namespace("http://data.europa.eu/m8g/")
SHANGHAI = CITIES / "shanghai"


def _plain(value: Any) -> Any:
    """What an editor sees: JSON values (dates as text)."""
    return json.loads(json.dumps(value, default=str))


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("city", "city.yaml"), ("agency", "agencies/*.yaml"), ("evidence", "**/evidence.yaml"),
        ("life_event", "*/life_event.yaml"), ("service", "*/services/*.yaml"),
    ],
)  # fmt: skip
def test_the_schema_accepts_every_real_file(kind: str, pattern: str) -> None:
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    files = sorted(SHANGHAI.glob(pattern))
    assert files
    for file in files:
        problems = [error.message for error in validator.iter_errors(_plain(yaml.safe_load(file.read_text())))]
        assert problems == [], file


def test_the_schema_refuses_a_misspelt_word() -> None:
    service = yaml.safe_load(next(SHANGHAI.glob("newborn/services/01*.yaml")).read_text())
    service["agncy"] = service.pop("agency")
    assert list(Draft202012Validator(json_schema("service")).iter_errors(_plain(service)))


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    document = export_cpsv(load_city(SHANGHAI), "https://city.example/")
    return rdflib.Graph().parse(data=json.dumps(document), format="json-ld")


def test_cpsv_has_every_service_with_agency_law_and_output(graph: rdflib.Graph) -> None:
    services = list(graph.subjects(RDF.type, CPSV.PublicService))
    city = load_city(SHANGHAI)
    assert len(services) == sum(len(event.services) for event in city.life_events) > 0
    for each in services:
        authority = graph.value(each, CV.hasCompetentAuthority)
        assert (authority, RDF.type, CV.PublicOrganisation) in graph
        assert list(graph.objects(each, CPSV.produces))
        assert list(graph.objects(each, CV.hasLegalResource))
        assert {title.language for title in graph.objects(each, DCTERMS.title)} == {"zh", "en"}


@pytest.mark.slow
def test_cpsv_leads_from_event_to_evidence(graph: rdflib.Graph) -> None:
    event = rdflib.URIRef("https://city.example/shanghai/event/newborn")
    assert (event, RDF.type, CV.LifeEvent) in graph
    found = graph.query(
        """SELECT DISTINCT ?type WHERE {
             ?event dct:relation ?service . ?service cv:holdsRequirement ?need .
             ?need cv:hasEvidenceTypeList ?list . ?list cv:specifiesEvidenceType ?type . ?type a cv:EvidenceType }""",
        initBindings={"event": event},
        initNs={"dct": DCTERMS, "cv": CV},
    )
    assert any(str(row[0]).endswith("/evidence-type/birth_certificate") for row in found)


def test_nothing_in_the_graph_points_nowhere(graph: rdflib.Graph) -> None:
    ours = {node for node in graph.all_nodes() if str(node).startswith("https://city.example/")}
    described = set(graph.subjects(RDF.type))
    loose = {str(node) for node in ours - described if "/division/" not in str(node)}
    assert loose == set()


def test_check_says_all_is_well_and_exits_with_one_when_not(harbour: Path) -> None:
    run = CliRunner()
    good = run.invoke(app, ["check", str(harbour)])
    assert (good.exit_code, good.output) == (0, "✓ harbour\n")
    service = harbour / "retire/services/3_pass.yaml"
    service.write_text(service.read_text().replace("agency: transit", "agency: transitt"))
    bad = run.invoke(app, ["check", str(harbour), "--lang", "en"])
    assert bad.exit_code == 1
    assert "✗ harbour/retire/services/3_pass.yaml:3: agency:" in bad.output
    assert 'did you mean "transit"?' in bad.output
    data = json.loads(run.invoke(app, ["check", str(harbour), "--json"]).output)
    assert (data[0]["line"], data[0]["suggestion"]) == (3, "transit")


def test_show_export_and_schema_write_what_they_say(harbour: Path, tmp_path: Path) -> None:
    run = CliRunner()
    shown = run.invoke(app, ["show", str(harbour), "--lang", "en"])
    assert "Retiring" in shown.output
    out = tmp_path / "harbour.jsonld"
    assert run.invoke(app, ["export", str(harbour), "--out", str(out)]).exit_code == 0
    assert any(node["@type"] == "cpsv:PublicService" for node in json.loads(out.read_text())["@graph"])
    assert run.invoke(app, ["schema", str(tmp_path / "schemas")]).exit_code == 0
    assert len(list((tmp_path / "schemas").glob("*.schema.json"))) == 12
