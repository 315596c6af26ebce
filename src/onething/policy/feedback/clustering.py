"""Suggestions that mean the same, together: TF-IDF over words, then clusters of what is near. Deterministic, offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

APART = 0.82
"""Cosine distance above which two groups are not one (tried on a few suggestions by hand; not tuned on a larger set)."""
MOST = 2_000
_STOP = frozenset(
    [
        "的",
        "了",
        "和",
        "是",
        "在",
        "我们",
        "我",
        "请",
        "希望",
        "建议",
        "能",
        "能够",
        "可以",
        "应该",
        "把",
        "对",
        "也",
        "都",
        "很",
        "太",
        "一下",
        "政策",
        "企业",
        "公司",
        "吗",
        "呢",
        "到",
        "为",
        "就",
        "又",
        "还",
        "要",
        "与",
        "及",
        "等",
        "这个",
        "这",
    ]
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """`members`: positions in the given order; `words`: what they have in common, the strongest first."""

    members: tuple[int, ...]
    words: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Words that carry meaning."""
    jieba: Any = import_module("jieba")
    jieba.setLogLevel(60)
    found = (word.strip().lower() for word in jieba.cut(text))
    return [word for word in found if word and word not in _STOP and (len(word) > 1 or word.isdigit()) and any(c.isalnum() for c in word)]  # fmt: skip


def cluster(texts: Sequence[str]) -> list[Cluster]:
    """Groups, the largest first. More than `MOST` texts: the first so many."""
    clustering: Any = import_module("sklearn.cluster")
    features: Any = import_module("sklearn.feature_extraction.text")
    texts = list(texts[:MOST])
    if not texts:
        return []
    if len(texts) == 1:
        return [Cluster((0,), tuple(dict.fromkeys(words_of(texts[0])))[:4])]
    split = [words_of(text) for text in texts]
    if not any(split):
        return [Cluster((n,), ()) for n in range(len(texts))]
    vectorizer: Any = features.TfidfVectorizer(analyzer=split.__getitem__, sublinear_tf=True)
    matrix: Any = vectorizer.fit_transform(range(len(texts))).toarray()
    filled = [n for n in range(len(texts)) if split[n]]
    empty = [Cluster((n,), ()) for n in range(len(texts)) if not split[n]]
    labels: list[int] = [0]
    if len(filled) > 1:
        grouping = clustering.AgglomerativeClustering(
            n_clusters=None, distance_threshold=APART, metric="cosine", linkage="average"
        )
        labels = [int(each) for each in grouping.fit_predict(matrix[filled])]
    names: list[str] = [str(each) for each in vectorizer.get_feature_names_out()]
    made: list[Cluster] = []
    for label in sorted(set(labels)):
        members = tuple(filled[at] for at, each in enumerate(labels) if each == label)
        weight: list[float] = matrix[list(members)].sum(axis=0).tolist()
        strongest = sorted(range(len(names)), key=lambda at: (-weight[at], names[at]))[:4]
        made.append(Cluster(members, tuple(names[at] for at in strongest if weight[at] > 0)))
    return sorted([*made, *empty], key=lambda each: (-len(each.members), each.members))
