"""Applies the instructions of an amending decision to an outline: replace, add, delete, renumber. Places mean the text before."""

import re
from collections.abc import Iterator

from onething.documents.prose.service import NUMERAL, ordinal
from onething.policy.amendments.decisions import Instruction
from onething.policy.amendments.outline import (
    END,
    NEW,
    Outline,
    Part,
    Section,
    Unit,
    arrange,
    fresh,
    items_from,
    paragraphs_from,
    units_from,
)
from onething.policy.text.references import Spot
from onething.policy.text.tree import parse_document

_DIVISION = {"编": "part", "章": "chapter", "节": "section"}
Key = tuple[int, int]


class NotThereError(Exception):
    """An instruction that cannot be carried out; `why` is one of `applying.WHYS`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Editor:
    """Edits an outline. `settle` at the end gives every article its number."""

    def __init__(self, whole: Outline) -> None:
        self.outline = whole
        self.base: dict[Key, Unit] = {}
        for unit in whole.units:
            self.base.setdefault((unit.number, unit.suffix), unit)
        self.gone: set[int] = set()
        self.placed: list[tuple[int, Unit]] = []
        self.fixed: dict[int, Key] = {}
        """Numbers that articles with 之一 were given; by id of the article."""
        self.order = False
        """Whether articles are numbered anew."""
        self.section: dict[int, Section] = {}
        self.final: dict[int, Key] = {}
        self._before: dict[int, list[Part]] = {}
        self._wanted: dict[int, list[tuple[int, Part]]] = {}
        self._lists: dict[int, list[Part]] = {}
        for unit in whole.units:
            self._remember(unit.parts)

    def _remember(self, parts: list[Part]) -> None:
        """Lists as they were: places are counted in them whatever was added or deleted since."""
        self._before[id(parts)] = list(parts)
        for part in parts:
            self._remember(part.parts)

    # -- finding

    def unit(self, spot: Spot) -> Unit:
        found = self.base.get(spot.article)
        if found is None or id(found) in self.gone:
            raise NotThereError("no_place" if spot.article[0] else "no_target")
        return found

    def part(self, spot: Spot) -> tuple[Unit, list[Part], Part]:
        """The article, the list and the part of a place below an article."""
        unit = self.unit(spot)
        siblings = unit.parts
        found = _nth(self._before[id(siblings)], spot.paragraph, siblings) if spot.paragraph else None
        if spot.item:
            holder = found or next((p for p in self._before[id(unit.parts)] if p.parts), None)
            if holder is None:
                raise NotThereError("no_place")
            siblings = holder.parts
            found = _nth(self._before.get(id(siblings), siblings), spot.item, siblings)
            if spot.point:
                siblings = found.parts
                found = _nth(self._before.get(id(siblings), siblings), spot.point, siblings)
        if found is None:
            raise NotThereError("no_place")
        return unit, siblings, found

    def spots(self, each: Instruction) -> list[Spot]:
        """Every place that it names; `至` between two stands for all between them."""
        out: list[Spot] = []
        through = False
        for spot in each.at:
            if isinstance(spot, str):
                through = spot == "-"
                continue
            if through and out:
                out += list(_between(out[-1], spot))
            else:
                out.append(spot)
            through = False
        if not out:
            raise NotThereError("no_target")
        return out

    def texts(self, each: Instruction) -> Iterator[tuple[Unit | None, Part]]:
        """Every part in which words are to be looked for, with its article."""
        if each.everywhere:
            for unit in self.outline.units:
                yield from ((unit, part) for part in _all(unit.parts))
            return
        for spot in self.spots(each):
            if spot.division:
                for unit in self._division(spot).units:
                    yield from ((unit, part) for part in _all(unit.parts))
            elif spot.paragraph or spot.item:
                unit, _, part = self.part(spot)
                yield from ((unit, inner) for inner in _all([part]))
            else:
                unit = self.unit(spot)
                yield from ((unit, part) for part in _all(unit.parts))

    def _division(self, spot: Spot) -> Section:
        kind, wanted = spot.division[-1]
        found = next((s for s in self.outline.sections if s.was == wanted and s.kind == _DIVISION[kind] and not s.added), None)  # fmt: skip
        if found is None:
            raise NotThereError("no_place")
        return found

    # -- words

    def swap(self, each: Instruction) -> None:
        if len(each.old) != len(each.new) and len(each.new) != 1:
            raise NotThereError("counts")
        new = each.new if len(each.new) == len(each.old) else each.new * len(each.old)
        if not self._put(each, list(zip(each.old, new, strict=True))):
            raise NotThereError("no_words")

    def delete_words(self, each: Instruction) -> None:
        if not self._put(each, [(old, "") for old in each.old]):
            raise NotThereError("no_words")

    def add_words(self, each: Instruction) -> None:
        if each.side in ("后", "前") and each.old:
            old, new = each.old[0], each.new[0]
            if not self._put(each, [(old, f"{old}\0{new}" if each.side == "后" else f"{new}\0{old}")], keep=each.side):
                raise NotThereError("no_words")
            return
        for unit, part in list(self.texts(each))[:1]:
            added = f"{NEW}{each.new[0]}{END}"
            part.text = added + part.text if each.side == "开头" else part.text + added
            _touch(unit)

    def _put(self, each: Instruction, pairs: list[tuple[str, str]], keep: str = "") -> bool:
        """All pairs at once, so that what one puts in is not changed by the next. False when one of them is nowhere."""
        found: set[str] = set()
        pattern = re.compile("|".join(re.escape(old) for old, _ in sorted(pairs, key=lambda pair: -len(pair[0]))))
        table = dict(pairs)

        def change(match: re.Match[str]) -> str:
            found.add(match[0])
            new = table[match[0]]
            if keep:
                first, last = new.split("\0")
                return f"{first}{NEW}{last}{END}" if keep == "后" else f"{NEW}{first}{END}{last}"
            return f"{NEW}{new}{END}" if new else ""

        changed: list[tuple[Unit | None, Part, str]] = []
        for unit, part in self.texts(each):
            text = pattern.sub(change, part.text)
            if text != part.text:
                changed.append((unit, part, text))
        if found != set(table):
            return False
        for unit, part, text in changed:
            part.text = _flat(text)
            _touch(unit)
        return True

    # -- whole parts

    def replace(self, each: Instruction) -> None:
        spots = self.spots(each)
        texts = list(each.new)
        if len(texts) == 1 and len(spots) > 1 and all(not s.paragraph and not s.item for s in spots):
            made = units_from(texts[0], self._between)
            if len(made) == len(spots):
                for spot, unit in zip(spots, made, strict=True):
                    self._renew(self.unit(spot), unit)
                return
        if len(texts) != len(spots):
            raise NotThereError("counts")
        for spot, text in zip(spots, texts, strict=True):
            self._replace(spot, text)

    @property
    def _between(self) -> str:
        return next((unit.between for unit in self.outline.units), "　")

    def _replace(self, spot: Spot, text: str) -> None:
        if spot.division:
            raise NotThereError("unclear")
        if not spot.paragraph and not spot.item:
            old = self.unit(spot)
            made = units_from(text, self._between)
            if not made:
                raise NotThereError("counts")
            self._renew(old, made[0])
            self._add_units(made[1:], None)
            return
        unit, siblings, part = self.part(spot)
        new = items_from(text, part.style) if part.style else paragraphs_from(text)
        new = new or [fresh(Part(text))]
        part.text, part.parts, part.after = new[0].text, new[0].parts or ([] if part.style or new[0].text.rstrip(END).endswith("：") else part.parts if _introduces(new[0], part) else []), ""  # fmt: skip
        at = next(n for n, each in enumerate(siblings) if each is part)
        siblings[at + 1 : at + 1] = new[1:]
        _touch(unit)

    def _renew(self, old: Unit, new: Unit) -> None:
        old.parts, old.heading, old.edited = new.parts, new.heading or old.heading, True
        self._remember(old.parts)
        if new.number and (new.number, new.suffix) != (old.number, old.suffix) and all(unit is not old for _, unit in self.placed):  # fmt: skip
            self._place(old, (new.number, new.suffix))

    def _place(self, unit: Unit, at: Key) -> None:
        if at[1]:
            self.fixed[id(unit)] = at
        else:
            self.placed = [(n, each) for n, each in self.placed if each is not unit] + [(at[0], unit)]
            self.order = True

    def delete(self, each: Instruction) -> None:
        spots = self.spots(each)
        found = [self._division(s) if s.division else self.unit(s) if not s.paragraph and not s.item else self.part(s) for s in spots]  # fmt: skip
        for target in found:
            if isinstance(target, Section):
                self.gone |= {id(unit) for unit in target.units}
                target.units.clear()
                self.outline.sections.remove(target)
                self._shift(target.kind, target.number + 1, -1)
            elif isinstance(target, Unit):
                self.gone.add(id(target))
                section = self.outline.section_of(target)
                section.units.remove(target)
            else:
                unit, siblings, part = target
                if part in siblings:
                    siblings.remove(part)
                _touch(unit)

    def add(self, each: Instruction) -> None:
        if each.what in _DIVISION:
            self._add_division(each)
        elif each.what == "条":
            first = next((s for s in each.at if isinstance(s, Spot)), None)
            units = [unit for text in each.new for unit in units_from(text, self._between)]
            self._number(units, each)
            after = self.base.get(first.article) if first and first.article[0] and each.side else None
            into = self._division(first) if first and first.division else None
            self._add_units(units, into, after)
        else:
            self._add_parts(each)

    def _number(self, units: list[Unit], each: Instruction) -> None:
        wanted = [spot.article for spot in _listed(each.to) if spot.article[0]]
        if wanted and len(wanted) != len(units):
            raise NotThereError("counts")
        for unit, at in zip(units, wanted, strict=False):
            unit.number, unit.suffix = at

    def _add_units(self, units: list[Unit], into: Section | None, after: Unit | None = None) -> None:
        for unit in units:
            if unit.suffix:
                home = self.base.get((unit.number, 0))
                if home is None:
                    raise NotThereError("no_place")
                self.fixed[id(unit)] = (unit.number, unit.suffix)
                section = self.outline.section_of(home)
                at = section.units.index(home) + 1
                while at < len(section.units) and section.units[at].number == unit.number and section.units[at].suffix < unit.suffix:  # fmt: skip
                    at += 1
                section.units.insert(at, unit)
                continue
            if after is not None:
                section = self.outline.section_of(after)
                section.units.insert(section.units.index(after) + 1, unit)
                if unit.number:
                    self._place(unit, (unit.number, 0))
                self.order, after = True, unit
            elif unit.number:
                self._place(unit, (unit.number, 0))
                if into is not None:
                    self.section[id(unit)] = into
            else:
                raise NotThereError("no_target")

    def _add_division(self, each: Instruction) -> None:
        for text in each.new:
            document = parse_document(f"# 新\n\n{text}\n")
            if not document.divisions:
                raise NotThereError("counts")
            division = document.divisions[0]
            units = units_from(text[text.find("\n") + 1 :], self._between) if "\n" in text else []
            if any(not unit.number for unit in units):
                raise NotThereError("counts")
            mark = next((s.headings[: len(s.headings) - len(s.headings.lstrip("#* "))] for s in self.outline.sections if s.headings), "")  # fmt: skip
            self._shift(division.kind, division.number, 1)
            section = Section(f"{mark}{division.label} {division.title}{self.outline.gap}", kind=division.kind, number=division.number, added=True)  # fmt: skip
            later = next((n for n, s in enumerate(self.outline.sections) if s.kind == division.kind and s.number > division.number), len(self.outline.sections))  # fmt: skip
            self.outline.sections.insert(later, section)
            self._add_units(units, section)

    def _shift(self, kind: str, start: int, by: int) -> None:
        sign = next(c for c, name in _DIVISION.items() if name == kind)
        for section in self.outline.sections:
            if section.kind == kind and section.number >= start:
                section.headings = re.sub(rf"第\s*{NUMERAL}\s*{sign}", f"第{ordinal(section.number + by)}{sign}", section.headings, count=1)  # fmt: skip
                section.number += by

    def _add_parts(self, each: Instruction) -> None:
        spot = self.spots(each)[0]
        unit = self.unit(spot)
        text = "\n".join(each.new)
        if each.what == "款":
            siblings, new = unit.parts, paragraphs_from(text)
        else:
            if each.what == "目":
                holder = self.part(spot)[2]
            elif spot.paragraph:
                holder = self.part(Spot(spot.article, spot.paragraph))[2]
            else:
                holder = next((p for p in unit.parts if p.parts), None) or (unit.parts[-1] if unit.parts else None)
            if holder is None:
                raise NotThereError("no_place")
            siblings = holder.parts
            new = items_from(text, siblings[0].style if siblings else "（）" if each.what == "项" else "1.")
        self._insert(siblings, new, each)
        _touch(unit)

    def _insert(self, siblings: list[Part], new: list[Part], each: Instruction) -> None:
        wanted = [s.point or s.item or s.paragraph for s in _listed(each.to)]
        if not new or (wanted and len(wanted) != len(new)):
            raise NotThereError("counts")
        pairs = self._wanted.setdefault(id(siblings), [])
        self._lists[id(siblings)] = siblings
        if not wanted:
            siblings += new
        else:
            pairs += list(zip(wanted, new, strict=True))
        siblings[:] = arrange([p for p in siblings if all(p is not q for _, q in pairs)], pairs)

    # -- numbers

    def rename(self, each: Instruction) -> None:
        spots, to = self.spots(each), _listed(each.to)
        if len(spots) != len(to):
            raise NotThereError("counts")
        for spot, new in zip(spots, to, strict=True):
            if spot.division:
                self._division(spot)
            elif spot.paragraph or spot.item:
                unit, siblings, part = self.part(spot)
                pairs = self._wanted.setdefault(id(siblings), [])
                pairs[:] = [(n, p) for n, p in pairs if p is not part] + [(new.point or new.item or new.paragraph, part)]  # fmt: skip
                siblings[:] = arrange([p for p in siblings if all(p is not q for _, q in pairs)], pairs)
                _touch(unit)
            else:
                self._place(self.unit(spot), new.article)

    def merge(self, each: Instruction) -> None:
        first, *others = [self.unit(spot) for spot in self.spots(each)]
        for unit in others:
            first.parts += unit.parts
            self.gone.add(id(unit))
            self.outline.section_of(unit).units.remove(unit)
        first.edited = True
        self._remember(first.parts)
        self._place(first, _listed(each.to)[0].article)

    def split(self, each: Instruction) -> None:
        """The words of the new articles come with the instruction after it; here the first keeps the place."""
        unit = self.unit(self.spots(each)[0])
        self._place(unit, _listed(each.to)[0].article)

    def renumber(self, _each: Instruction) -> None:
        self.order = True

    def title(self, each: Instruction) -> None:
        head = self.outline.head
        if each.old and each.old[0] in head:
            self.outline.head = head.replace(each.old[0], each.new[0], 1)
            return
        line = next((text for text in head.split("\n") if text.strip(" #*　")), "")
        if not line:
            raise NotThereError("no_place")
        self.outline.head = head.replace(line.strip(" #*　"), each.new[0].strip("《》"), 1)

    def heading(self, each: Instruction) -> None:
        section = self._division(self.spots(each)[0])
        title = re.sub(rf"^第\s*{NUMERAL}\s*[编章节][\s　]*", "", each.new[0])
        lines = section.headings.rstrip().split("\n")
        kept = re.match(rf"[\s　*#]*第\s*{NUMERAL}\s*[编章节][\s　]*", lines[-1])
        if kept is None:
            raise NotThereError("no_place")
        ending = section.headings[len(section.headings.rstrip()) :]
        section.headings = "\n".join([*lines[:-1], kept[0] + title]) + ending

    # -- the end

    def settle(self) -> dict[Key, Key]:
        """Old number → new number of every article that was there; (0, 0) for those that are gone."""
        plain = [unit for unit in self.outline.units if not (unit.suffix or id(unit) in self.fixed)]
        if self.order:
            ordered = self._ordered(plain)
            self.final = {id(unit): (n, 0) for n, unit in enumerate(ordered, 1)}
            self._seat(ordered)
        else:
            self.final = {id(unit): (unit.number, unit.suffix) for unit in plain}
        for key, unit in self.base.items():
            if unit.suffix and id(unit) not in self.fixed and id(unit) not in self.gone:
                home = self.base.get((unit.number, 0))
                self.fixed[id(unit)] = (self.final.get(id(home), key)[0] if home else key[0], unit.suffix)
        self.final |= self.fixed
        return {key: (0, 0) if id(unit) in self.gone else self.final.get(id(unit), key) for key, unit in self.base.items()}  # fmt: skip

    def _ordered(self, plain: list[Unit]) -> list[Unit]:
        """Articles by their new numbers; one that was promised a number which there is none of keeps its place."""
        while True:
            ordered = arrange([u for u in plain if all(u is not each for _, each in self.placed)], self.placed)
            missed = [(n, u) for n, u in self.placed if not u.added and ordered.index(u) + 1 != n]
            if not missed:
                return ordered
            self.placed = [each for each in self.placed if each not in missed]

    def _seat(self, ordered: list[Unit]) -> None:
        """Articles that are new or moved go behind the one before them, in its chapter unless the decision says another."""
        home = {id(unit): section for section in self.outline.sections for unit in section.units}
        followers: dict[int, list[Unit]] = {}
        for section in self.outline.sections:
            last: Unit | None = None
            for unit in section.units:
                if unit.suffix or id(unit) in self.fixed:
                    followers.setdefault(id(last) if last else 0, []).append(unit)
                else:
                    last = unit
        moved = {id(unit) for _, unit in self.placed}
        for section in self.outline.sections:
            section.units = []
        before: Section | None = None
        for n, unit in enumerate(ordered):
            own = self.section.get(id(unit))
            here = own or (home.get(id(unit)) if id(unit) not in moved or not self._astray(ordered, n, home, moved) else None) or before  # fmt: skip
            here = here or (self.outline.sections[0] if self.outline.sections else Section(""))
            if not self.outline.sections:
                self.outline.sections.append(here)
            here.units += [unit, *followers.get(id(unit), [])]
            before = here

    def _astray(self, ordered: list[Unit], n: int, home: dict[int, Section], moved: set[int]) -> bool:
        """Whether a renumbered article now stands between articles of other chapters."""
        order = {id(section): k for k, section in enumerate(self.outline.sections)}
        mine = order.get(id(home.get(id(ordered[n]))), -1)
        earlier = [order[id(home[id(u)])] for u in ordered[:n] if id(u) in home and id(u) not in moved]
        later = [order[id(home[id(u)])] for u in ordered[n + 1 :] if id(u) in home and id(u) not in moved]
        return mine < 0 or (bool(earlier) and mine < max(earlier)) or (bool(later) and mine > min(later))

    def number_of(self, unit: Unit) -> Key:
        return self.final.get(id(unit), (unit.number, unit.suffix))

    def promised(self, each: Instruction, numbers: dict[Key, Key]) -> bool | None:
        """Whether articles bear the numbers that the instruction said; None when it was about smaller parts."""
        if each.verb == "add":
            wanted = [s.article for s in _listed(each.to) if each.what == "条" and s.article[0]]
            given = {self.number_of(unit) for unit in self.outline.units if unit.added}
            return all(key in given for key in wanted)
        spots = self.spots(each)[:1] if each.verb == "merge" else self.spots(each)
        pairs = list(zip(spots, _listed(each.to), strict=False))
        checked = [numbers.get(a.article) == b.article for a, b in pairs if not (a.paragraph or a.item or a.division)]
        return all(checked) if checked else None

    def moved(self) -> list[Key]:
        """New numbers of articles that an article which stood before them now follows, or the other way round."""
        there = [unit for unit in self.outline.units if not unit.added and not unit.suffix]
        out: list[Key] = []
        for n, unit in enumerate(there):
            if any(each.number > unit.number for each in there[:n]):
                out.append(self.number_of(unit))
        return out


def _nth(before: list[Part], wanted: int, now: list[Part]) -> Part:
    found = next((part for part in before if part.number == wanted), None)
    if found is None:
        found = before[wanted - 1] if 0 < wanted <= len(before) and not any(p.number for p in before) else None
    if found is None or (found not in now):
        raise NotThereError("no_place")
    return found


def _introduces(new: Part, old: Part) -> bool:
    """A paragraph replaced without its items keeps them only when it still introduces a list."""
    return bool(old.parts) and bool(re.search(r"[：:]$", new.text.rstrip(END)))


def _all(parts: list[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        yield from _all(part.parts)


def _touch(unit: Unit | None) -> None:
    if unit is not None:
        unit.edited = True


def _flat(text: str) -> str:
    """Marks inside marks are one."""
    out: list[str] = []
    depth = 0
    for c in text:
        if c == NEW:
            depth += 1
            out += [c] if depth == 1 else []
        elif c == END:
            depth -= 1
            out += [c] if depth == 0 else []
        else:
            out.append(c)
    return "".join(out)


def _listed(to: tuple[Spot | str, ...]) -> list[Spot]:
    out: list[Spot] = []
    through = False
    for each in to:
        if isinstance(each, str):
            through = each == "-"
            continue
        out += list(_between(out[-1], each)) if through and out else [each]
        through = False
    return out


def _between(first: Spot, last: Spot) -> Iterator[Spot]:
    if last.item:
        yield from (Spot(last.article, last.paragraph, n) for n in range(first.item + 1, last.item + 1))
    elif last.paragraph:
        yield from (Spot(last.article, n) for n in range(first.paragraph + 1, last.paragraph + 1))
    else:
        yield from (Spot((n, 0)) for n in range(first.article[0] + 1, min(last.article[0], first.article[0] + 500) + 1))
