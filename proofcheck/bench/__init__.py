"""Benchmarks of this package beside other tools: `proofcheck bench NAME`. A benchmark is a module and a line here.

Its module has `run(options: Namespace, done: Callable[[str], None]) -> Report`; nothing else knows what it measures.
"""

BENCHMARKS = {
    "soundness": "claims on which verifiers in floating point err: ours and theirs beside the true answers",
    "speed": "exact evaluation of circuits' networks: ours and other ways beside what the machine can do",
}
