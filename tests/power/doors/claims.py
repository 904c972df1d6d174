"""Claims that cheat: targets, domains, sizes and floors that are not what they seem, and reference functions that lie."""

from __future__ import annotations

from tests.power.doors.door import Door

SAME = "class Pretender:\n    def __init__(self, kind): self.kind = kind\n    __class__ = property(lambda self: self.kind)\n"
RARE = '''"""False at one input."""
from proofcheck import *

def build(n):
    return network(relu(sum(inputs(n, on=Bits)) - n))

construction = Construction(title="rare", source=Source("planted fault", fidelity="ours"), build=build, claims={
    "computes": Computes(lambda x: where(all_of([x[i] == i % 3 % 2 for i in range(64)]), 1, 0), on=Bits, at=[64],
                         floor=unrefuted),
    "depth": Relation(depth == 1, at=[64]),
})
'''
FIELDS = "inputs outputs domain values activations activation bias start source weight output"


def sized(name: str, tried: str, at: str, ends: str, words: str) -> Door:
    """A door by the sizes of the false claim."""
    return Door(name, tried, ends, words, claim=f"Computes(lambda x: x[0] | x[1], on=Bits, at={at})")


TARGETS = (
    Door(
        "target_is_build",
        "its target runs build and is what that gives",
        "error",
        "a term is not a number",
        claim="Computes(lambda x: build(2)(x)[0], on=Bits, at=[2])",
    ),
    Door(
        "target_by_global",
        "its target runs the network that build left in a global",
        "error",
        "",
        before="last = []",
        inside="last.append(network(relu(sum(inputs(n, on=Bits)) - n + 1)))\nreturn last[-1]",
        claim="Computes(lambda x: last[-1](x)[0], on=Bits, at=[2])",
    ),
    Door(
        "target_changes",
        "has a target that is another each time it is called",
        "refuted",
        "",
        before="asked = []",
        claim="Computes(lambda x: [asked.append(0), where(x[0] == len(asked), 1, 0)][1], on=Bits, at=[2, 2, 2])",
        at="[2]",
        after="construction.claims['again'] = construction.claims['computes']",
    ),
    Door(
        "target_is_a_float",
        "its target is a float",
        "error",
        "is a float",
        claim="Computes(lambda x: 0.5 * x[0], on=Bits, at=[2])",
    ),
    Door(
        "target_of_one_too_few",
        "has a target of no outputs",
        "error",
        "returns 0 values",
        claim="Computes(lambda x: [], on=Bits, at=[2])",
    ),
    Door(
        "error_of_infinity",
        "approximates within infinity",
        "error",
        "is a float",
        claim="Approximates(lambda x: x[0] | x[1], error=float('inf'), on=Bits, at=[2])",
    ),
    Door(
        "error_of_nan",
        "approximates within NaN",
        "error",
        "is a float",
        claim="Approximates(lambda x: x[0] | x[1], error=float('nan'), on=Bits, at=[2])",
    ),
    Door(
        "error_below_zero",
        "approximates within -1",
        "error",
        "negative",
        claim="Approximates(lambda x: x[0] | x[1], error=-1, on=Bits, at=[2])",
    ),
    Door(
        "says_nothing",
        "has a property that mentions no output",
        "error",
        "mentions no output",
        claim="Property(lambda x, y: x[0] == x[0], on=Bits, at=[2])",
    ),
    Door(
        "squares_forever",
        "has a target of powers that nobody can compute",
        "error",
        "squares a number 60 times over",
        before="def power(a):\n    for _ in range(60): a = square(a)\n    return a",
        claim="Computes(lambda x: power(x[0] + 2), on=Bits, at=[2])",
    ),
    Door(
        "hides_below_the_samples",
        "is false at one of 2^64 inputs, with the floor of samples",
        "unrefuted refuted",
        "",
        text=RARE,
    ),
)
DOMAINS = (
    Door(
        "domain_of_nothing",
        "speaks of an empty polyhedron",
        "error",
        "is empty",
        claim="Computes(lambda x: x[0] | x[1], on=Bits.such_that(lambda x: [x[0] + x[1] == 5]) if hasattr(Bits, 'such_that')"
        " else such_that(Bits, lambda x: [x[0] + x[1] == 5]), at=[2])",
    ),
    Door(
        "domain_changes",
        "has a family that gives another domain on each call",
        "error refuted",
        "",
        before="class Family:\n    calls = 0\n    def of(self, shape):\n        Family.calls += 1\n"
        "        return (Bits if Family.calls % 2 else Integers(0, 0)).of(shape)",
        claim="Computes(lambda x: x[0] | x[1], on=Family(), at=[2])",
    ),
    Door(
        "domain_lies",
        "has a domain that says it is inside every other and not empty",
        "error",
        "",
        before="from proofcheck.domains import Domain\nclass Lying(Domain):\n    def is_subset(self, other): return True\n"
        "    def is_empty(self): return False\n",
        claim="Computes(lambda x: x[0] + x[1] >= 1, on=Lying(Integers(5, 9).of((2,)).sets, (), ()), at=[2])",
    ),
    Door(
        "domain_pretends",
        "has a domain that only says it is one",
        "error",
        "",
        before=SAME + "from proofcheck.domains import Domain",
        claim="Computes(lambda x: x[0] | x[1], on=Pretender(Domain), at=[2])",
    ),
)
SIZES = (
    sized("size_true", "is made at True", "[True]", "error", "expected an int or a Fraction"),
    sized("size_float", "is made at 2.0", "[2.0]", "error", "expected an int or a Fraction"),
    sized("size_nan", "is made at NaN", "[float('nan')]", "error", "expected an int or a Fraction"),
    sized("size_text", "is made at '2'", "['2']", "error", "expected an int or a Fraction"),
    sized("size_none", "is made at no size", "[]", "error", "at no size"),
    sized("size_below_zero", "is made at -1", "[-1]", "error", ""),
    sized("size_of_many_digits", "is made at 10^5000", "[10**5000]", "error", ""),
    sized("size_repeated", "is made at 2 three times", "[2, 2, 2]", "refuted", ""),
    sized(
        "size_two_alike",
        "is made at two instances of one name",
        "[Instance('a', 2), Instance('a', 3)]",
        "error",
        "two different sizes are called a",
    ),
    sized(
        "size_named",
        "is made at an instance whose name moves the cursor",
        "[Instance('a\\x1b[2K\\x1b[1A', 2)]",
        "error",
        "cannot name an instance",
    ),
    sized(
        "size_every_n",
        "is made at an instance whose name claims every size",
        "[Instance('every n >= 1', 2)]",
        "error",
        "cannot name an instance",
    ),
    Door(
        "size_like_a_measure",
        "compares a parameter that is called depth, so that the report would speak of the network's",
        "error",
        "would be read as what is measured",
        claim="Relation(parameter('depth') <= 2 + 0 * width, at=[Instance('a', 2, depth=2)])",
        at="[Instance('a', 2, depth=2)]",
    ),
    Door(
        "size_pretends",
        "is made at an int that equals every other",
        "refuted error",
        "",
        before="class Any(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__",
        claim="Computes(lambda x: x[0] | x[1], on=Bits, at=[Any(2), Any(3)])",
    ),
    Door(
        "sizes_by_side_effect",
        "has an iterator of sizes that gives others each time",
        "refuted",
        "",
        before="class Sizes:\n    n = 2\n    def __iter__(self):\n        Sizes.n += 1\n        return iter([Sizes.n - 1])",
        claim="Computes(lambda x: x[0] | x[1], on=Bits, at=Sizes())",
    ),
    Door(
        "sizes_by_generator",
        "has a generator of sizes that patches while it runs",
        "error",
        "while it runs",
        before="import proofcheck.claims.formulate as stating\ndef made():\n    stating._terms = None\n    yield 2",
        claim="Computes(lambda x: x[0] | x[1], on=Bits, at=made())",
    ),
)
FLOORS = (
    Door(
        "floor_pretends",
        "has a floor that is below every strength",
        "error refuted",
        "",
        before=SAME + "from proofcheck.claims.evidence import Strength\nlow = Pretender(Strength)\nlow.name = 'NONE'",
        claim="Computes(lambda x: x[0] | x[1], on=Bits, at=[2], floor=low)",
    ),
    Door(
        "floor_subclass",
        "makes a class of strengths of its own",
        "error",
        "",
        before="from proofcheck.claims.evidence import Strength\nclass Weak(Strength): NONE = -1",
    ),
    Door(
        "floor_is_a_number",
        "has the floor -1",
        "error",
        "is none of established",
        claim="Computes(lambda x: x[0] | x[1], on=Bits, at=[2], floor=-1)",
    ),
    Door(
        "network_pretends",
        "returns what only says it is a network",
        "error",
        "",
        before=SAME + "from proofcheck.networks import Network",
        inside="return Pretender(Network)",
    ),
    Door(
        "network_subclass",
        "returns a network with a digest of its own",
        "refuted error",
        "",
        before="from proofcheck.networks import Network\nclass Other(Network):\n    digest = '0' * 64",
        inside="true = network(relu(sum(inputs(n, on=Bits)) - n + 1))\n"
        f"return Other(**{{name: getattr(true, name) for name in '{FIELDS}'.split()}})",
    ),
    Door(
        "claim_subclass",
        "makes a kind of claim of its own",
        "error refuted",
        "",
        before="from proofcheck.claims.kinds import Computes as Kind\nclass Holds(Kind): pass",
        claim="Holds(lambda x: x[0] | x[1], on=Bits, at=[2])",
    ),
    Door(
        "claims_change",
        "has claims that are others on each reading",
        "error refuted",
        "",
        before="class Claims(dict):\n    def items(self): return [(k, v) for k, v in dict.items(self) if k != 'computes']",
        after="object.__setattr__(construction, 'claims', Claims(construction.claims))",
    ),
)


def referring(name: str, tried: str, body: str, ends: str = "error", words: str = "", before: str = "") -> Door:
    """A door by the reference function `f`."""
    return Door(
        name, tried, ends, words, before=f"{before}\ndef f(x):\n    {body}", claim="Computes(reference(f), on=Bits, at=[2])"
    )


NET = "(lambda x: max(x[0] + x[1] - 1, 0))"
OTHERS = "gave other values when it was asked again in another order"
REFERENCES = (
    referring("reference_is_false", "is what it says", "return x[0] | x[1] if False else max(x)", "refuted"),
    referring(
        "reference_alternates",
        "gives the network's value at every second call",
        f"calls.append(0); return {NET}(x) if len(calls) % 2 else max(x)",
        words=OTHERS,
        before="calls = []",
    ),
    referring(
        "reference_counts",
        "gives the network's value at the first calls",
        f"calls.append(0); return {NET}(x) if len(calls) < 3 else max(x)",
        words=OTHERS,
        before="calls = []",
    ),
    referring(
        "reference_remembers",
        "depends on the input before",
        "calls.append(x); return max(calls[len(calls) // 2 - 1])",
        words=OTHERS,
        before="calls = []",
    ),
    referring("reference_by_process", "depends on the process", "import os; return os.getpid()", words=OTHERS),
    referring(
        "reference_by_seed",
        "depends on the hash seed",
        f"import os; return {NET}(x) if os.environ['PYTHONHASHSEED'] == '1' else max(x)",
        words=OTHERS,
    ),
    referring("reference_by_chance", "is drawn by chance", "import random; return random.random() > 1/2", words=OTHERS),
    referring("reference_builds", "runs the network", "return build(2)(x)[0]", words="traces or runs a network"),
    referring(
        "reference_builds_later",
        "runs the network, but not at the first input",
        "return build(2)(x)[0] if any(x) else 0",
        words="traces or runs a network",
    ),
    referring("reference_floats", "gives floats", "return float(max(x))", words="is a float"),
    referring("reference_nan", "gives NaN", "return float('nan')", words="is a float"),
    referring("reference_short", "gives nothing", "return []", words="returns 0 values"),
    referring("reference_raises", "fails at one input", "return 1 // (x[0] + x[1] - 2)", words="ZeroDivisionError"),
    referring(
        "reference_exits",
        "ends its process in peace at one input",
        "import os; x[0] and os._exit(0); return max(x)",
        words="without an answer",
    ),
)
