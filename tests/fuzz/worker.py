"""The process that examines texts, so that one that crashes or never ends costs only its own.

A request is ``{"seed", "start", "count"}`` as JSON: places of a seed. The reply holds the counts and what was found,
the first of each kind shrunk. Fuel is small here, for everybody alike, so that what runs out of it costs little and the
oracle gets there as well.
"""

from __future__ import annotations

import json
import sys

from irmill.compiler.base import limits
from irmill.compiler.base.worker import die_with_parent, read_message, write_message

FUEL = 10_000
"""Loop iterations and calls of a line, in place of 10^8: set before anything that reads the limit is imported."""


def shrunk(examiner, finding):
    """A finding with the smallest text that has one of its kind."""
    from fuzz.shrink import shrink

    def fails(text):
        return any(found.kind == finding.kind for found in examiner.findings(text))

    text = shrink(finding.text, fails)
    return next((found for found in examiner.findings(text) if found.kind == finding.kind), finding)


def reply(examiner, seed, start, count):
    """What came of places of a seed, as JSON has it."""
    from fuzz.texts import texts

    tally = examiner.examine(texts(seed, start, count))
    kinds = {}
    for finding in tally.findings:
        kinds.setdefault(finding.kind, []).append(finding)
    return {
        "counts": [[name, outcome, number] for (name, outcome), number in tally.counts.items() if number],
        "findings": [
            {"kind": one.kind, "said": one.said, "text": alike[0].text, "smallest": one.text, "alike": len(alike)}
            for alike in kinds.values()
            for one in [shrunk(examiner, alike[0])]
        ],
    }


def main():
    """Serve until the pipe ends."""
    requests, replies = int(sys.argv[1]), int(sys.argv[2])
    die_with_parent()
    limits.FUEL = FUEL
    from fuzz.examine import Examiner

    with Examiner() as examiner:
        while (message := read_message(requests)) is not None:
            write_message(replies, json.dumps(reply(examiner, **json.loads(message))).encode())


if __name__ == "__main__":
    main()
