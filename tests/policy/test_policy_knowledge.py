"""What is known of policies: readings made once, relations kept, and everything as a graph of public vocabularies."""

import random
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fulfilment_world import clause
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.policy.drafting.drafts import ParserDrafter
from onething.policy.drafting.vocabulary import Term, Vocabulary
from onething.policy.knowledge import readings, store
from onething.policy.knowledge.export import export
from onething.policy.models import Relation, RelationKind
from onething.policy.structuring import structure

OFFICER = Principal(Role.OFFICER, "hrss.one", agency_id="hrss")
FIRST = "# 云州市惠企条例\n\n2026年1月5日 云州市人民代表大会常务委员会通过\n\n## 第一章 总则\n\n第一条 依照《云州市用工条例》第二条，制定本条例。\n\n第二条 企业符合下列条件的，给予补贴5万元：\n\n（一）从业人员不足三百人，包括：\n\n1.职工；\n\n（二）在本市注册。\n\n第三条 本条例自2026年3月1日起施行。\n"
OTHER = "# 云州市用工条例\n\n2020年1月5日 云州市人民代表大会常务委员会通过\n\n第一条 制定本条例。\n\n第二条 用人单位应当自用工之日起三十日内办理登记。\n"
ELI, CPSV, CV = (Namespace(each) for each in ("http://data.europa.eu/eli/ontology#", "http://purl.org/vocab/cpsv#", "http://data.europa.eu/m8g/"))  # fmt: skip


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were structured, with nothing held from other tests."""
    names: list[str] = []

    def noted(source: str, name: str = "", *rest: Any) -> Any:
        names.append(name)
        return structure(source, name, *rest)

    monkeypatch.setattr(store, "structures", readings.Readings[Any]())
    monkeypatch.setattr(store, "trees", readings.Readings[Any]())
    monkeypatch.setattr(store, "structure", noted)
    return names


def test_a_kept_regulation_is_read_once_until_something_it_depends_on_changes(db: Database, made: list[str]) -> None:
    with db.transaction() as session:
        kept, found = store.add_document(session, OFFICER, FIRST, "first.md")
        again = store.document(session, OFFICER, kept.id)[1]  # the shelf has one law more now: it is itself on it
        assert again.as_dict() == found.as_dict()
        before = len(made)
        assert store.document(session, OFFICER, kept.id)[1] is again
        assert len(made) == before
        words = ParserDrafter(Vocabulary(terms=(Term(fact="company.employees", phrases=("从业人员",), type="number", unit="人"),)))  # fmt: skip
        by_words = store.document(session, OFFICER, kept.id, words)[1]
        assert any("company.employees" in each.rules for each in by_words.drafts)
        assert not any("company.employees" in each.rules for each in again.drafts)
        (cited,) = [each for each in again.references if "用工条例" in each.text]
        assert cited.problem == "text_not_held"
        store.add_document(session, OFFICER, OTHER, "other.md")
        (cited,) = [each for each in store.document(session, OFFICER, kept.id)[1].references if "用工条例" in each.text]  # fmt: skip
        assert cited.problem == ""
        assert cited.targets[0].endswith("/art_2")


def test_what_is_held_stays_within_its_bound_whatever_is_asked_for() -> None:
    held, chance = readings.Readings[int](most=1_000), random.Random(4)
    texts = ["x" * size + str(size) for size in (10, 300, 400, 500, 900, 2_000)]

    def ask() -> None:
        for _ in range(300):
            text = chance.choice(texts)
            assert held.get(text, "", lambda text=text: len(text)) == len(text)
            assert held.characters <= 1_000

    threads = [Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 <= len(held) <= 3
    assert held.get("same", "one", lambda: 1) == 1
    assert held.get("same", "two", lambda: 2) == 2


KINDS: tuple[RelationKind, ...] = ("cites", "amends", "repeals", "specialises", "excludes", "combines", "implements")


def test_relations_of_every_kind_are_kept_once_and_found_from_both_ends(db: Database) -> None:
    with db.transaction() as session:
        for kind in (*KINDS, *KINDS):
            store.relate(session, OFFICER, Relation(kind=kind, source="a", target=f"b-{kind}", note="依第三条"))
    with db.reading() as session:
        assert [each.kind for each in store.relations(session, ["a"])] == list(KINDS)
        (found,) = store.relations(session, ["b-excludes"])
    assert (found.source, found.note) == ("a", "依第三条")


def test_texts_benefits_and_conditions_come_out_in_eli_cpsv_ap_and_cccev() -> None:
    read = structure(FIRST)
    root = read.document.id
    grant = clause(
        place={"document": root, "title": "云州市惠企条例", "article": "第二条"}, valid_from="2026-03-01", valid_to="2028-12-31",
        benefit={"cap": 50_000, "name": {"zh": "补贴", "en": "Grant"}},
    )  # fmt: skip
    relations = [Relation(kind=kind, source=root if kind in KINDS[:3] else "clause/graduates", target=f"eli/x/{kind}") for kind in KINDS]  # fmt: skip
    text = export("https://city.example/id", [(read.document, read.references)], [grant], relations).serialize(format="turtle")  # fmt: skip
    graph = Graph().parse(data=text, format="turtle")

    def iri(path: str) -> URIRef:
        from urllib.parse import quote

        return URIRef("https://city.example/id/" + quote(path, safe="/~"))

    assert (iri(root), RDF.type, ELI.LegalResource) in graph
    parts = {"art_2", "art_2/par_1", "art_2/par_1/itm_1", "art_2/par_1/itm_1/pnt_1", "chp_1"}
    for part in parts:
        node = iri(f"{root}/{part}")
        assert (node, RDF.type, ELI.LegalResourceSubdivision) in graph, part
        assert next(graph.objects(node, ELI.is_part_of), None) is not None, part
    assert (iri(f"{root}/art_1/par_1"), ELI.cites, None) in graph
    for kind in ("cites", "amends", "repeals"):
        assert (iri(root), ELI[kind], iri(f"eli/x/{kind}")) in graph
    for kind in ("specialises", "excludes", "combines"):
        assert next(graph.triples((iri("clause/graduates"), None, iri(f"eli/x/{kind}"))), None) is not None
    service, rule = iri("benefit/graduates"), iri("clause/graduates")
    assert (service, RDF.type, CPSV.PublicService) in graph
    assert (service, CPSV.follows, rule) in graph
    assert (service, CPSV.produces, iri("benefit/graduates/output")) in graph
    assert (service, CV.hasCompetentAuthority, iri("agency/hrss")) in graph
    (criterion,) = graph.objects(service, CV.holdsRequirement)
    assert (criterion, RDF.type, CV.Criterion) in graph
    assert (criterion, CV.hasConcept, iri("concept/company.graduates_hired")) in graph
    period = next(graph.objects(rule, DCTERMS.valid))
    assert [str(each) for each in graph.objects(period, CV.endTime)] == [date(2028, 12, 31).isoformat()]
    assert (rule, DCTERMS.identifier, Literal("graduates")) in graph


def test_the_citys_own_clauses_have_what_a_benefit_needs() -> None:
    """Each clause of the package: amount or service, agency, validity, law with its words; money has a budget."""
    from onething.policy.matching.clauses import load_clauses

    clauses, relations = load_clauses(Path(__file__).parents[2] / "cities" / "hangzhou")
    assert clauses
    for each in clauses:
        assert each.benefit is not None, each.id
        assert all((each.agency, each.valid_from, each.place.article, each.text)), each.id
        assert all(rule.ground or each.ground for rule in each.ruleset.rules), each.id
        if each.benefit.amount or each.benefit.rate:
            assert each.budget is not None, each.id
            assert each.budget.amount > 0, each.id
    assert {"excludes"} <= {each.kind for each in relations}
    ids = {each.id for each in clauses}
    assert all(each.source in ids for each in relations)
