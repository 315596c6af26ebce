"""Policy knowledge as RDF: ELI for texts, CPSV-AP for benefits as services, CCCEV for their conditions."""

from collections.abc import Iterable
from urllib.parse import quote

from rdflib import DCTERMS, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

from onething.core.i18n import Text
from onething.policy.models import Clause, Document, Reference, Relation

ELI = Namespace("http://data.europa.eu/eli/ontology#")
CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")
POLICY = Namespace("https://onething.example/ns/policy#")
"""Relations that the three vocabularies have no word for: excludes, combines, specialises."""
_RELATIONS = {"cites": ELI.cites, "amends": ELI.amends, "repeals": ELI.repeals, "implements": ELI.implements}


def export(
    base: str, documents: Iterable[tuple[Document, Iterable[Reference]]] = (), clauses: Iterable[Clause] = (), relations: Iterable[Relation] = ()
) -> Graph:  # fmt: skip
    """One graph; `base` is the operator's own address under which identifiers live."""
    graph = Graph()
    for prefix, space in (
        ("eli", ELI),
        ("cpsv", CPSV),
        ("cv", CV),
        ("policy", POLICY),
        ("skos", SKOS),
        ("dct", DCTERMS),
    ):
        graph.bind(prefix, space)
    here = Namespace(base.rstrip("/") + "/")
    for document, references in documents:
        _document(graph, here, document)
        for reference in references:
            for target in reference.targets:
                graph.add((_iri(here, reference.source), ELI.cites, _iri(here, target)))
    for clause in clauses:
        _clause(graph, here, clause)
    for relation in relations:
        verb = _RELATIONS.get(relation.kind, POLICY[relation.kind])
        graph.add((_iri(here, relation.source), verb, _iri(here, relation.target)))
    return graph


def _iri(here: Namespace, id_: str) -> URIRef:
    return URIRef(str(here) + quote(id_, safe="/~"))


def _zh(text: str) -> Literal:
    return Literal(text, lang="zh")


def _words(graph: Graph, node: URIRef, verb: URIRef, text: Text) -> None:
    graph.add((node, verb, Literal(text.zh, lang="zh")))
    if text.en != text.zh:
        graph.add((node, verb, Literal(text.en, lang="en")))


def _document(graph: Graph, here: Namespace, document: Document) -> None:
    node = _iri(here, document.id)
    graph.add((node, RDF.type, ELI.LegalResource))
    graph.add((node, ELI.title, _zh(document.title)))
    graph.add((node, ELI.jurisdiction, _iri(here, f"jurisdiction/{document.jurisdiction}")))
    for verb, day in ((ELI.date_document, document.made_on), (ELI.first_date_entry_in_force, document.in_force_from)):
        if day:
            graph.add((node, verb, Literal(day.isoformat(), datatype=XSD.date)))
    if document.made_on:
        graph.add((node, ELI.is_member_of, _iri(here, document.id.rsplit("/", 1)[0])))
    for division in document.divisions:
        _part(graph, here, division.id, division.parent or document.id, division.label, division.title)
    for article in document.articles:
        _part(
            graph,
            here,
            article.id,
            article.divisions[-1] if article.divisions else document.id,
            article.label,
            article.heading,
        )
        for paragraph in article.paragraphs:
            _part(graph, here, paragraph.id, article.id, "", "", paragraph.text)
            for item in paragraph.items:
                _part(graph, here, item.id, paragraph.id, item.label, "", item.text)
                for inner in (*item.paragraphs, *item.points):
                    _part(graph, here, inner.id, item.id, inner.label, "", inner.text)


def _part(graph: Graph, here: Namespace, id_: str, parent: str, label: str, title: str, text: str = "") -> None:
    node, above = _iri(here, id_), _iri(here, parent)
    graph.add((node, RDF.type, ELI.LegalResourceSubdivision))
    graph.add((above, ELI.has_part, node))
    graph.add((node, ELI.is_part_of, above))
    if label:
        graph.add((node, ELI.number, _zh(label)))
    if title:
        graph.add((node, ELI.title, _zh(title)))
    if text:
        graph.add((node, ELI.description, _zh(text)))


def _clause(graph: Graph, here: Namespace, clause: Clause) -> None:
    """A clause is a rule that a service follows; its conditions are criteria over information concepts."""
    rule, service = _iri(here, f"clause/{clause.id}"), _iri(here, f"benefit/{clause.id}")
    graph.add((rule, RDF.type, CPSV.Rule))
    graph.add((rule, DCTERMS.identifier, Literal(clause.id)))
    _words(graph, rule, DCTERMS.title, clause.name)
    if clause.text:
        graph.add((rule, DCTERMS.description, _zh(clause.text)))
    graph.add((rule, CPSV.implements, _iri(here, clause.place.document)))
    graph.add((service, RDF.type, CPSV.PublicService))
    graph.add((service, DCTERMS.identifier, Literal(clause.id)))
    graph.add((service, CPSV.follows, rule))
    graph.add((service, CV.hasLegalResource, _iri(here, clause.place.document)))
    _words(graph, service, DCTERMS.title, clause.name)
    if clause.agency:
        graph.add((service, CV.hasCompetentAuthority, _iri(here, f"agency/{clause.agency}")))
    if clause.benefit:
        output = _iri(here, f"benefit/{clause.id}/output")
        graph.add((service, CPSV.produces, output))
        graph.add((output, RDF.type, CPSV.Output))
        _words(graph, output, DCTERMS.title, clause.benefit.name)
        graph.add((output, DCTERMS.type, Literal(clause.benefit.kind)))
        if clause.benefit.cap is not None:
            graph.add((output, POLICY.cap, Literal(clause.benefit.cap)))
    if clause.valid_from or clause.valid_to:
        period = _iri(here, f"clause/{clause.id}/period")
        graph.add((rule, DCTERMS.valid, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        for verb, day in ((CV.startTime, clause.valid_from), (CV.endTime, clause.valid_to)):
            if day:
                graph.add((period, verb, Literal(day.isoformat(), datatype=XSD.date)))
    _criteria(graph, here, clause, service)


def _criteria(graph: Graph, here: Namespace, clause: Clause, service: URIRef) -> None:
    for compiled in clause.ruleset.rules:
        criterion = _iri(here, f"clause/{clause.id}/criterion/{compiled.id}")
        graph.add((service, CV.holdsRequirement, criterion))
        graph.add((criterion, RDF.type, CV.Criterion))
        graph.add((criterion, DCTERMS.identifier, Literal(compiled.id)))
        if compiled.text:
            _words(graph, criterion, DCTERMS.description, compiled.text)
        graph.add((criterion, POLICY.expression, Literal(compiled.require or compiled.when or "")))
        for name in _names(compiled.require or compiled.when or ""):
            concept = _iri(here, f"concept/{name}")
            graph.add((concept, RDF.type, CV.InformationConcept))
            graph.add((concept, SKOS.prefLabel, _zh(name)))
            graph.add((criterion, CV.hasConcept, concept))


def _names(source: str) -> list[str]:
    from onething.rules.service import compile_expression

    return sorted(compile_expression(source).names) if source else []
