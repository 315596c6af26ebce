"""A city as CPSV-AP 3 JSON-LD, for catalogues of public services (https://semiceu.github.io/CPSV-AP/releases/3.2.0/)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from onething.catalog.models import Agency, City, EvidenceType, LegalGround, LifeEvent, PaperDocument, Service
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

CONTEXT: dict[str, Any] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

Node = dict[str, Any]


def export_cpsv(city: City, base: str = "https://example.org/") -> Node:
    """The city as one JSON-LD document; `base` is where its identifiers live (an operator's own address)."""
    root = f"{base.rstrip('/')}/{city.id}/"
    graph: list[Node] = [_agency(root, agency, city) for agency in city.agencies]
    graph += [_evidence_type(root, kind) for kind in city.evidence_types]
    laws: dict[str, Node] = {}
    for event in city.life_events:
        graph.append(_event(root, event))
        graph += [_role(root, event, role, name) for role, name in event.roles.items()]
        graph += [_paper(root, event, paper) for paper in event.paper]
        for service in event.services:
            graph.append(_service(root, event, service, city))
            graph += list(_parts(root, event, service, city))
            laws.update({_law_id(root, ground): _law(root, ground) for ground in service.grounds})
    return {"@context": CONTEXT, "@graph": graph + list(laws.values())}


def _words(text: Text) -> list[Node]:
    return [{"@value": text.zh, "@language": "zh"}, {"@value": text.en, "@language": "en"}]


def _ref(address: str) -> Node:
    return {"@id": address}


def _agency(root: str, agency: Agency, city: City) -> Node:
    return {
        "@id": f"{root}agency/{agency.id}",
        "@type": "cv:PublicOrganisation",
        "dct:identifier": agency.uscc or agency.id,
        "dct:title": _words(agency.name),
        "skos:prefLabel": _words(agency.name),
        "skos:altLabel": _words(agency.short),
        "dct:spatial": _ref(f"{root}division/{city.division}"),
    }


def _evidence_type(root: str, kind: EvidenceType) -> Node:
    return {
        "@id": f"{root}evidence-type/{kind.id}",
        "@type": ["cv:EvidenceType", "dct:Standard"],
        "dct:identifier": kind.catalogue_code or kind.id,
        "dct:title": _words(kind.name),
    }


def _event(root: str, event: LifeEvent) -> Node:
    return {
        "@id": f"{root}event/{event.id}",
        "@type": "cv:LifeEvent",
        "dct:identifier": event.id,
        "dct:title": _words(event.name),
        "dct:description": _words(event.summary),
        "dct:relation": [_ref(f"{root}service/{event.id}/{service.id}") for service in event.services],
    }


def _role(root: str, event: LifeEvent, role: str, name: Text) -> Node:
    return {
        "@id": f"{root}role/{event.id}/{role}",
        "@type": "skos:Concept",
        "dct:identifier": role,
        "skos:prefLabel": _words(name),
    }


def _paper(root: str, event: LifeEvent, paper: PaperDocument) -> Node:
    """The paper of the old way stays visible as evidence that a service no longer asks for."""
    node: Node = {
        "@id": f"{root}paper/{event.id}/{paper.id}",
        "@type": "cv:Evidence",
        "dct:identifier": paper.id,
        "dct:title": _words(paper.name),
    }
    slot = event.slot(paper.replaced_by) if paper.replaced_by else None
    if slot is not None:
        node["dct:isReplacedBy"] = _ref(f"{root}evidence-type/{slot.type}")
    return node


def _service(root: str, event: LifeEvent, service: Service, city: City) -> Node:
    here = f"{root}service/{event.id}/{service.id}"
    node: Node = {
        "@id": here,
        "@type": "cpsv:PublicService",
        "dct:identifier": service.id,
        "dct:title": _words(service.name),
        "dct:description": _words(service.description),
        "dct:language": [
            _ref("http://publications.europa.eu/resource/authority/language/ZHO"),
            _ref("http://publications.europa.eu/resource/authority/language/ENG"),
        ],
        "cv:hasCompetentAuthority": _ref(f"{root}agency/{service.agency}"),
        "cv:isGroupedBy": _ref(f"{root}event/{event.id}"),
        "cv:holdsRequirement": _ref(f"{here}#requirement"),
        "cpsv:produces": [_ref(f"{here}#output-{slot}") for slot in service.outputs],
        "cpsv:follows": _ref(f"{here}#rule"),
        "cv:hasLegalResource": [_ref(_law_id(root, ground)) for ground in service.grounds],
        "cv:processingTime": {"@value": f"P{service.working_days}D", "@type": "xsd:duration"},
        "dct:spatial": _ref(f"{root}division/{city.division}"),
    }
    if service.needs_before:
        node["dct:requires"] = [_ref(f"{root}service/{event.id}/{before}") for before in service.needs_before]
    if service.fee is not None:
        node["cv:hasCost"] = _ref(f"{here}#cost")
    return node


def _parts(root: str, event: LifeEvent, service: Service, city: City) -> Iterator[Node]:
    here = f"{root}service/{event.id}/{service.id}"
    types = [slot.type for name in service.requires if (slot := event.slot(name))]
    yield {
        "@id": f"{here}#requirement",
        "@type": "cv:Requirement",
        "dct:identifier": f"{service.id}-requirement",
        "dct:title": _words(say("cpsv.evidence_for", service=service.name)),
        "cv:hasEvidenceTypeList": _ref(f"{here}#evidence"),
    }
    yield {
        "@id": f"{here}#evidence",
        "@type": "cv:EvidenceTypeList",
        "cv:specifiesEvidenceType": [_ref(f"{root}evidence-type/{kind}") for kind in dict.fromkeys(types)],
    }
    yield {
        "@id": f"{here}#rule",
        "@type": "cpsv:Rule",
        "dct:identifier": service.rules or f"{service.id}-rule",
        "dct:title": _words(service.name),
        "dct:description": _words(service.description),
        "cpsv:implements": [_ref(_law_id(root, ground)) for ground in service.grounds],
    }
    for name in service.outputs:
        slot = event.slot(name)
        kind = city.type_of(slot)
        if kind is not None:
            yield {
                "@id": f"{here}#output-{name}",
                "@type": "cv:Output",
                "dct:identifier": name,
                "dct:title": _words(kind.name),
                "dct:type": _ref(f"{root}evidence-type/{kind.id}"),
            }
    if service.fee is not None:
        yield {"@id": f"{here}#cost", "@type": "cv:Cost", "dct:description": _words(service.fee)}


def _law_id(root: str, ground: LegalGround) -> str:
    return f"{root}law/{quote(ground.title + ground.article, safe='')}"


def _law(root: str, ground: LegalGround) -> Node:
    node: Node = {
        "@id": _law_id(root, ground),
        "@type": "eli:LegalResource",
        "dct:title": [{"@value": f"《{ground.title}》{ground.article}", "@language": "zh"}],
    }
    if ground.url:
        node["dct:source"] = _ref(ground.url)
    return node
