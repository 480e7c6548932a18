#!/usr/bin/env python3
"""Runs all conformance vectors against the small implementation beside it. Python's standard library only.

    python3 tests/conformance/evaluate.py            all vectors; exit code 1 where one fails
    python3 tests/conformance/evaluate.py --schema FILE…   whether files are bundles by the schema alone
"""

import datetime
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import bundle
import decide
import retention
import schema
import signatures

HERE = pathlib.Path(__file__).resolve().parent


def main(arguments):
    if arguments[:1] == ["--schema"]:
        return by_schema(arguments[1:])
    failures, count = [], 0
    for case, problem in [*decisions(), *retained(), *refused(), *signed()]:
        count += 1
        if problem:
            failures.append(f"{case}: {problem}")
    covered, uncovered = coverage()
    failures += [f"no vector has {part}" for part in uncovered]
    print("\n".join(failures + [f"{count} vectors, {covered} parts of the format covered, {len(failures)} failures"]))
    return 1 if failures else 0


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def vector_files():
    return sorted((HERE / "vectors").glob("*.json"))


def decisions():
    for path in vector_files():
        vectors = json.loads(path.read_text(encoding="utf-8"))
        content = bundle.load((HERE / vectors["bundle"]).read_bytes())
        for case in vectors["cases"]:
            try:
                answer = {"answer": decide.decide(content, case["request"])}
            except decide.Error as error:
                answer = {"error": error.kind}
            expected = {name: case[name] for name in ("answer", "error") if name in case}
            yield f"{path.name}: {case['name']}", expected != answer and f"expected {expected}, found {answer}"


def retained():
    for case in read("retention.json")["cases"]:
        content = bundle.load((HERE / case["bundle"]).read_bytes())
        found = retention.answer(content, case["question"])
        yield f"retention: {case['name']}", found != case["answer"] and f"expected {case['answer']}, found {found}"


def refused():
    for case in read("refused.json")["cases"]:
        try:
            bundle.load((HERE / case["file"]).read_bytes())
            yield case["file"], "expected to be refused, and was taken"
        except bundle.Refused as refusal:
            # Which of two reasons is found first is a matter of order; that it is refused is not.
            sure = case["kind"] in ("digest", "version", "not-a-bundle", "repeated-key", "content")
            yield case["file"], sure and refusal.kind != case["kind"] and f"expected {case['kind']}, found {refusal}"


def signed():
    vectors = read("signatures.json")
    for case in vectors["cases"]:
        file = (HERE / case["bundle"]).read_bytes()
        keys = [vectors["keys"][name] for name in case["trust"]]
        day = datetime.date.fromisoformat(case["today"]).isoformat()
        try:
            signers, _ = signatures.load(file, case["signatures"], keys, day, case.get("at-least"))
            found = {"signers": signers}
        except signatures.Untrusted as error:
            found = {"error": error.kind}
        except bundle.Refused:
            found = {"error": "bundle"}
        expected = {name: case[name] for name in ("signers", "error") if name in case}
        yield f"signatures: {case['name']}", expected != found and f"expected {expected}, found {found}"


def coverage():
    """How many members and alternatives of the schema occur in the vectors' bundles, and which do not."""
    covered = set()
    for path in sorted((HERE / "bundles").glob("*.json")):
        wrong = schema.problems(bundle.SCHEMA, json.loads(path.read_bytes()), bundle.SCHEMA, "", covered)
        assert not wrong, wrong
    parts = list(schema.parts(bundle.SCHEMA, bundle.SCHEMA))
    return len(parts), [path for path, part in parts if id(part) not in covered]


def by_schema(names):
    worst = 0
    for name in names:
        wrong = schema.problems(bundle.SCHEMA, json.loads(pathlib.Path(name).read_bytes()), bundle.SCHEMA)
        print(f"{name}: {wrong[0] if wrong else 'well'}")
        worst = max(worst, bool(wrong))
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
