"""Suggestions that mean the same, together. Deterministic, offline.

Words of one meaning count as one word (data), pairs of characters count a little beside them, because Chinese words share
characters with their synonyms; what few suggestions say weighs more (TF-IDF); then average linkage over cosine distance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any

from onething.policy.feedback.words import Words, load_words

APART = 0.88
"""Cosine distance above which two groups are not one, tried on the `tune` half of tests/policy/feedback_gold.yaml."""
PAIR = 0.5
"""What a pair of characters weighs beside a word."""
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """`members`: positions in the given order; `words`: what they have in common, the strongest first."""

    members: tuple[int, ...]
    words: tuple[str, ...]


def words_of(text: str, words: Words | None = None) -> list[str]:
    """Words that carry meaning, each as the word it stands for."""
    known = words or load_words()
    jieba: Any = import_module("jieba")
    jieba.setLogLevel(60)
    found: list[str] = [str(word).strip().lower() for word in jieba.cut(text)]
    kept = (w for w in found if w and w not in known.quiet and any(c.isalnum() for c in w))
    return [known.same.get(w, w) for w in kept if len(w) > 1 or w.isdigit() or w in known.same]


def features(text: str, words: Words) -> dict[str, float]:
    """What a suggestion is compared by: words (1) and pairs of characters (`PAIR`)."""
    said = {f"w:{word}": 1.0 for word in words_of(text, words)}
    plain = "".join(c for c in text.lower() if c.isalnum())
    return said | {f"c:{a}{b}": PAIR for a, b in pairwise(plain)}


def cluster(texts: Sequence[str], words: Words | None = None) -> list[Cluster]:
    """Groups, the largest first. More than `MOST` texts: the first so many."""
    known = words or load_words()
    texts = list(texts[:MOST])
    found = [features(text, known) for text in texts]
    filled = [n for n, each in enumerate(found) if each]
    labels = _labels([found[n] for n in filled])
    groups: dict[int, list[int]] = {}
    for at, label in zip(filled, labels, strict=True):
        groups.setdefault(label, []).append(at)
    made = [Cluster(tuple(members), _common([texts[n] for n in members], known)) for members in groups.values()]
    made += [Cluster((n,), ()) for n, each in enumerate(found) if not each]
    return sorted(made, key=lambda each: (-len(each.members), each.members))


def _labels(found: list[dict[str, float]]) -> list[int]:
    if len(found) < 2:
        return [0] * len(found)
    clustering: Any = import_module("sklearn.cluster")
    extraction: Any = import_module("sklearn.feature_extraction")
    text: Any = import_module("sklearn.feature_extraction.text")
    # Rows have length 1, so that their products are cosines; the matrix of words itself stays sparse.
    rows: Any = text.TfidfTransformer().fit_transform(extraction.DictVectorizer().fit_transform(found))
    distances: Any = (1.0 - (rows @ rows.T).toarray()).clip(0.0, 2.0)
    grouping: Any = clustering.AgglomerativeClustering(
        n_clusters=None, distance_threshold=APART, metric="precomputed", linkage="average"
    )
    return [int(each) for each in grouping.fit_predict(distances)]


def _common(texts: Sequence[str], words: Words) -> tuple[str, ...]:
    """The words that most members say, first those said first."""
    times: dict[str, int] = {}
    for text in texts:
        for word in dict.fromkeys(words_of(text, words)):
            times[word] = times.get(word, 0) + 1
    return tuple(sorted(times, key=lambda word: -times[word])[:4])
