"""Dear requests, drawn at random and changed a little: what `worst_query` hunts with.

A request is a tree of texts with an order, a page and a person. Neighbours: `queries` (what people ask).
"""

from dataclasses import dataclass, replace

BYTES = 4_000
NUMBERS = ("score", "faves", "upvotes", "width", "height", "pixels", "size", "comment_count", "tag_count")
FLOATS = ("aspect_ratio", "wilson_score")
DATES = ("created_at", "updated_at", "first_seen_at")
SORTS = ("id", "score", "wilson_score", "first_seen_at", "tag_count", "duration", "_score", "random:7")
JOINS = (", ", " || ")
WINDOW = 10_000_000
PER_PAGE = 50


@dataclass(frozen=True)
class Group:
    """Several parts joined by one operator; negated, boosted."""

    join: str
    parts: tuple
    negated: bool = False
    boost: str = ""

    def __str__(self):
        inner = self.join.join(map(str, self.parts))
        return f"{'-' if self.negated else ''}({inner}){self.boost}"


@dataclass(frozen=True)
class Request:
    """What is asked, by whom: `guest`, `member` or `watcher`, who has long lists."""

    query: Group
    sort: str
    descending: bool
    page: int
    who: str
    walks: bool

    @property
    def text(self):
        """The query as it is sent."""
        return str(self.query).removeprefix("-")

    def __str__(self):
        return f"{self.who} page {self.page} by {self.sort}{' on' * self.walks}: {self.text}"


class Maker:
    """Draws requests over the names of a corpus: `heavy`, the tags of most images, and all `names`."""

    def __init__(self, rng, heavy, names, images, people=("guest", "member")):
        self.people = people
        self.rng, self.heavy, self.names, self.images = rng, heavy, names, images

    def request(self):
        """A new one, of one of several kinds."""
        rng = self.rng
        family = rng.choice((self.tags, self.patterns, self.ranges, self.mixed, self.mixed, self.nested))
        query = family()
        pages = self.images // PER_PAGE
        page = rng.choice((1, 1, rng.randrange(2, 40), rng.randrange(1, pages), WINDOW // PER_PAGE))
        who = rng.choice(self.people)
        return Request(query, self.sort(), rng.random() < 0.5, page, who, rng.random() < 0.1)

    def changed(self, request):
        """The same, but for one thing."""
        rng = self.rng
        roll = rng.random()
        if roll < 0.1:
            return replace(request, sort=self.sort(), descending=not request.descending)
        if roll < 0.2:
            return replace(request, page=rng.choice((1, request.page // 2 + 1, request.page * 2)))
        if roll < 0.25:
            return replace(request, walks=not request.walks)
        if roll < 0.3:
            return replace(request, who=rng.choice(self.people))
        return replace(request, query=self.changed_group(request.query))

    def changed_group(self, group):
        rng, parts = self.rng, [*group.parts]
        inner = [place for place, part in enumerate(parts) if isinstance(part, Group)]
        roll = rng.random()
        if inner and roll < 0.5:
            place = rng.choice(inner)
            parts[place] = self.changed_group(parts[place])
        elif roll < 0.6:
            parts[rng.randrange(len(parts))] = self.leaf()
        elif roll < 0.75:
            parts += [self.leaf() for _ in range(rng.choice((1, 4, 16)))]
        elif roll < 0.8 and len(parts) > 1:
            del parts[rng.randrange(len(parts))]
        elif roll < 0.85:
            return replace(group, join=JOINS[group.join == JOINS[0]])
        elif roll < 0.9:
            return replace(group, negated=not group.negated)
        elif roll < 0.95:
            parts = [self.boosted(part) for part in parts]
        else:
            parts = [*parts, Group(rng.choice(JOINS), tuple(rng.sample(parts, rng.randint(1, len(parts)))))]
        return replace(group, parts=tuple(parts))

    def sort(self):
        """An order, the dear ones more often."""
        rng = self.rng
        return rng.choice((*SORTS, "_score", f"random:{rng.randrange(10**6)}", "gallery_id:1"))

    def tags(self):
        """Hundreds of tags, some of them heavy."""
        rng = self.rng
        count = rng.choice((8, 30, 100, 250))
        few = rng.random()
        leaves = [rng.choice(self.heavy if rng.random() > few else self.names) for _ in range(count)]
        if rng.random() < 0.4:
            leaves = [self.boosted(leaf) for leaf in leaves]
        if rng.random() < 0.4:
            leaves = [f"-{leaf}" for leaf in leaves]
        return self.fit(rng.choice(JOINS), leaves)

    def patterns(self):
        """As many patterns and misspellings as may be."""
        count = self.rng.choice((1, 2, 3, 8))
        leaves = [self.wildcard() for _ in range(count)] + [self.fuzzy() for _ in range(count // 2)]
        return self.fit(self.rng.choice(JOINS), [self.perhaps_not(leaf) for leaf in leaves])

    def ranges(self):
        """As many ranges as may be, and numbers that are no ranges by the letter."""
        rng = self.rng
        leaves = [self.range() for _ in range(rng.choice((4, 16, 32)))]
        leaves += [f"{rng.choice(NUMBERS)}:{rng.randrange(300)}" for _ in range(rng.choice((0, 10, 200)))]
        return self.fit(rng.choice(JOINS), [self.perhaps_not(leaf) for leaf in leaves])

    def mixed(self):
        """Of everything a part."""
        return self.fit(
            self.rng.choice(JOINS), [self.leaf() for _ in range(self.rng.choice((2, 10, 50, 200)))]
        )

    def nested(self, depth=6):
        """Groups in groups."""
        rng = self.rng
        if depth == 0:
            return self.fit(rng.choice(JOINS), [self.leaf() for _ in range(rng.randint(2, 6))])
        parts = [self.nested(depth - 1), *(self.leaf() for _ in range(rng.randint(1, 20)))]
        return Group(rng.choice(JOINS), tuple(parts), negated=rng.random() < 0.3)

    def leaf(self):
        """A term of any kind, or a small group."""
        rng = self.rng
        kinds = (
            self.tag,
            self.tag,
            self.tag,
            self.wildcard,
            self.fuzzy,
            self.range,
            self.number,
            self.other,
            self.pair,
        )
        leaf = self.perhaps_not(rng.choice(kinds)())
        return self.boosted(leaf) if rng.random() < 0.1 else leaf

    def pair(self):
        return Group(self.rng.choice(JOINS), tuple(self.tag() for _ in range(self.rng.randint(2, 5))))

    def tag(self):
        return self.rng.choice(self.heavy if self.rng.random() < 0.7 else self.names)

    def wildcard(self):
        rng = self.rng
        a, b, c = (rng.choice("aeionrst") for _ in range(3))
        name = rng.choice(self.names)
        kinds = (
            f"*{a}*", f"*{a}*{b}*{c}*", f"?*{a}?{b}*", f"*{a}{b}*{c}", f"{a}*", "artist:*",
            "oc:*", "character:*",
            f"*{a}", f"{name[:2]}*{name[-1:]}", f"uploader:*{rng.randrange(10)}*",
            "uploader:user*", "mime_type:*g*",
            "*:*", "??*", f"*{name[1:4]}*",
        )  # fmt: skip
        return rng.choice(kinds)

    def fuzzy(self):
        rng = self.rng
        return f"{rng.choice((rng.choice(self.names), 'ab', 'abcd'))}~{rng.choice((1, 2, 0.5, 0.7))}"

    def range(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.6:
            value = int(10 ** (rng.random() * 4))
            name = rng.choice((*NUMBERS, "id"))
            how = rng.choice((f".gte:{value}", f".lt:{value}", f":{value}~{value // 2}"))
            return f"{name}{how}"
        if kind < 0.75:
            return f"{rng.choice(FLOATS)}.{rng.choice(('gt', 'lte'))}:{rng.random() * 2:.3f}"
        if kind < 0.85:
            return f"{rng.choice(DATES)}.{rng.choice(('gt', 'lte'))}:{rng.randrange(4_000)} days ago"
        month = f"20{rng.randrange(12, 26)}-{rng.randrange(1, 13):02}"
        return f"{rng.choice(DATES)}.{rng.choice(('gt', 'lte'))}:{month}"

    def number(self):
        rng = self.rng
        return f"{rng.choice((*NUMBERS, 'uploader_id', 'id'))}:{int(10 ** (rng.random() * 4))}"

    def other(self):
        rng = self.rng
        kinds = ("animated:true", "processed:false", "mime_type:image/png", "my:watched", "my:uploads", "*")
        return rng.choice((*kinds, f"filter_id:{rng.choice((1, 2, 10))}", "gallery_id:1", "my:watched"))

    def boosted(self, leaf):
        if isinstance(leaf, Group):
            return replace(leaf, boost=f"^{self.rng.randrange(1, 100)}")
        return leaf if "^" in leaf else f"{leaf}^{self.rng.randrange(1, 1_000) / 10}"

    def perhaps_not(self, leaf):
        if self.rng.random() < 0.7:
            return leaf
        return replace(leaf, negated=not leaf.negated) if isinstance(leaf, Group) else f"-{leaf}"

    def fit(self, join, leaves):
        """A group of as many of these as the length allows."""
        room = BYTES
        held = []
        for leaf in leaves:
            room -= len(str(leaf)) + len(join)
            if room < 0:
                break
            held.append(leaf)
        return Group(join, tuple(held))
