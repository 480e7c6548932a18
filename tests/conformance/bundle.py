"""Loading a bundle of format 1: envelope, digest, shape, and whether every number refers to something.

Written from docs/bundle-format.md alone, with Python's standard library. It prefers to be read over
being fast.
"""

import hashlib
import json
import pathlib
import re

import schema

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCHEMA = json.loads((ROOT / "schema/bundle-1.schema.json").read_text(encoding="utf-8"))

HEAD = b'{"caveat":{"content-sha256":"'
MIDDLE = b'","format":1},"content":'
TAIL = b"}"

ACTIONS = ["none", "collect", "use", "combine", "profile", "derive", "aggregate", "anonymize",
           "pseudonymize", "share", "disclose", "transfer", "sell", "rent", "publish", "retain", "erase"]
FORMS = ["none", "identified", "pseudonymous", "aggregated", "anonymized"]
DIMENSIONS = ["actor", "action", "data", "with", "form", "subject", "source", "recipient", "purpose", "place"]
GRAPHS = {"actor": "parties", "data": "data", "with": "data", "subject": "parties", "source": "parties",
          "recipient": "parties", "purpose": "purposes", "place": "places"}
MAX_BYTES = 64 << 20
MAX_CONDITION_DEPTH = 256


class Refused(Exception):
    """Why a file is not taken: `kind` as in the vectors."""

    def __init__(self, kind, why):
        super().__init__(f"{kind}: {why}")
        self.kind = kind


def load(file):
    """The content of a bundle's file, in which every reference holds."""
    text, _ = unseal(file)
    content = parse(text)
    wrong = schema.problems(SCHEMA["$defs"]["Content"], content, SCHEMA)
    if wrong:
        raise Refused("content", wrong[0])
    content = without_null(content)
    check(content)
    return content


def unseal(file):
    """The content's bytes and their digest."""
    if len(file) > MAX_BYTES:
        raise Refused("too-large", len(file))
    start = len(HEAD) + 64
    if not (file.startswith(HEAD) and file[start:].startswith(MIDDLE) and file.endswith(TAIL)):
        try:
            version = json.loads(file)["caveat"]["format"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Refused("not-a-bundle", "no envelope") from error
        if isinstance(version, int) and version != 1:
            raise Refused("version", version)
        raise Refused("not-a-bundle", "another envelope")
    content = file[start + len(MIDDLE):-len(TAIL)]
    digest = hashlib.sha256(content).hexdigest()
    if file[len(HEAD):start] != digest.encode():
        raise Refused("digest", digest)
    return content, digest


def parse(text):
    def members(pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            raise Refused("repeated-key", names)
        return dict(pairs)

    def fraction(text):
        return float(text)

    try:
        text = text.decode("utf-8")
        if depth(text) > 127:
            raise Refused("content", "nested too deep")
        return json.loads(text, object_pairs_hook=members, parse_float=fraction,
                          parse_constant=lambda c: refuse("content", c))
    except (ValueError, RecursionError) as error:
        raise Refused("content", error) from error


def depth(text):
    deepest = now = 0
    for part in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        if part in "[{":
            now += 1
            deepest = max(deepest, now)
        elif part in "]}":
            now -= 1
    return deepest


def without_null(value):
    """A member that is `null` is left out."""
    if isinstance(value, dict):
        return {name: without_null(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_null(item) for item in value]
    return value


def refuse(kind, why):
    raise Refused(kind, why)


def need(holds, why):
    if not holds:
        raise Refused("malformed", why)


def cells(ranges):
    return [cell for start, end in ranges for cell in range(start, end)]


def check(content):
    """What a schema cannot say."""
    graphs = {name: check_graph(graph, name) for name, graph in content["vocabulary"].items()}
    ends = {dimension: graphs[graph] for dimension, graph in GRAPHS.items()}
    ends |= {"action": len(ACTIONS), "form": len(FORMS)}
    check_texts(content)
    parties = {term["name"] for term in content["vocabulary"]["parties"]["terms"]}
    need(all(name in parties for name in content["policy"]["issuer"]), "an issuer is not declared")
    variables = content["variables"]
    sizes = [check_variable(variable) for variable in variables]
    names = [variable.get("name", variable.get("event")) for variable in variables]
    need(len(set(names)) == len(names), "two variables of one name")
    for ranges in content["sets"]:
        in_order(ranges)
    depths = []
    for at, condition in enumerate(content["conditions"]):
        (kind, value), = condition.items()
        if kind == "in":
            refer(value[0], len(variables))
            within(value[1], 0, sizes[value[0]])
            depths.append(0)
            continue
        parts = [value] if kind == "not" else value
        for part in parts:
            refer(part, at)
        depths.append(max((depths[part] + 1 for part in parts), default=0))
        need(depths[-1] <= MAX_CONDITION_DEPTH, "a condition is nested too deep")

    def when(holder):
        if "when" in holder:
            refer(holder["when"], len(content["conditions"]))

    def moment(value):
        (kind, parts), = value.items()
        if kind == "after":
            refer(parts[0], len(variables))
            need(variables[parts[0]]["kind"] == "clock", "a moment counts from a fact")
        else:
            need(parts, "a moment of nothing")
            for part in parts:
                moment(part)

    when({"when": content["impossible"]} if "impossible" in content else {})
    for statement in content["statements"]:
        for box in (box for rule in statement["rules"] for box in rule["boxes"]):
            for dimension, number in zip(DIMENSIONS, box):
                refer(number, len(content["sets"]))
                within(content["sets"][number], 0, ends[dimension])
            when({"when": box[10]} if len(box) > 10 else {})
        if "limit" in statement:
            moment(statement["limit"]["moment"])
    pairs = content["precedence"]
    for winner, loser in pairs:
        refer(winner, len(content["statements"]))
        refer(loser, len(content["statements"]))
        need(winner != loser, "a statement prevails over itself")
    need(all(a < b for a, b in zip(pairs, pairs[1:])), "precedence is not in order")
    for norm in content["duties"] + content["rights"]:
        when(norm)
        for dimension, ranges in norm.get("phrases", {}).items():
            within(ranges, 1, ends[dimension])
        for name, graph in [("actor", "parties"), ("whom", "parties"), ("holder", "parties"), ("over", "data")]:
            within(norm.get(name, []), 1, graphs[graph])
    for duty in content["duties"]:
        if "within" in duty:
            moment(duty["within"])
    for right in content["rights"]:
        for statement in right.get("fulfilment", []):
            refer(statement, len(content["statements"]))
        for variable, value in right.get("sets", []):
            refer(variable, len(variables))
            refer(value, sizes[variable])


def check_graph(graph, name):
    channels = graph.get("channels", [])
    in_order(graph["any"])
    in_order(channels)
    need(graph["any"] and graph["any"][0][0] == 1, "`any` does not begin at 1")
    need(("subject" in graph) == (name == "parties"), "`subject` is of parties alone")
    need(not channels or name == "parties", "channels are of parties alone")
    owned = [term["own"] for term in graph["terms"] if "own" in term] + [graph["other-any"]]
    owned += [graph["subject"]] if "subject" in graph else []
    end = max(pair[1] for pair in graph["any"] + channels)
    # Before any set is written out: so there are no more cells than things that own them.
    need(len(owned) == end - 1 and sorted(owned) == list(range(1, end)), "a cell is not one thing's own")
    everything = cells(graph["any"])
    need(not set(everything) & set(cells(channels)), "channels are in `any`")
    need(graph["other-any"] in everything and graph.get("subject", 1) in everything, "`any` lacks a part")
    seen = set()
    for term in graph["terms"]:
        within(term["cells"], 1, end)
        need(term["name"] not in ("", "any", "the subject") and not term["name"].startswith("other "), "reserved")
        need(name == "parties" or not {"kind", "bound-by", "open-because"} & set(term), "only of parties")
        if "own" in term:
            need(term["own"] in cells(term["cells"]), "a term is not among its own cells")
            need(str(term["cells"]) not in seen, "two terms cover each other")
            seen.add(str(term["cells"]))
    names = [term["name"] for term in graph["terms"]]
    need(len(set(names)) == len(names), "two terms of one name")
    return end


def check_variable(variable):
    if variable["kind"] == "fact":
        values = variable["values"]
        need(values and len(set(values)) == len(values), "values are empty or repeated")
        if "default" in variable:
            refer(variable["default"], len(values))
        return len(values)
    states = variable["states"]
    need(states, "a clock without states")
    need(all(len(state["compare"]) == len(variable["thresholds"]) for state in states), "compare")
    need(len({str(state["compare"]) for state in states}) == len(states), "two states alike")
    for state in states:
        is_date(state["example"][0])
    return len(states) + 1


def check_texts(content):
    release = content.get("release", {})
    for date in [content["policy"].get("revised"), release.get("not-before"), release.get("not-after")]:
        if date is not None:
            is_date(date)
    for acceptance in content["acceptances"]:
        is_date(acceptance["until"])
    need(release.get("not-before", "") <= release.get("not-after", "9999-12-31"), "not-after before not-before")
    verbs = [verb["name"] for verb in content["verbs"]]
    need(len(set(verbs)) == len(verbs), "two verbs of one name")
    used = {duty for statement in content["statements"] for duty in statement.get("duties", [])}
    used |= {duty["verb"] for duty in content["duties"]}
    need(used <= set(verbs), "a duty names no verb")


def is_date(text):
    import datetime
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        refuse("malformed", f"{text} is no date")
    need(len(text) == 10, f"{text} is no date")


def in_order(ranges):
    last = 0
    for start, end in ranges:
        need(last <= start < end, "ranges are not in order")
        last = end


def within(ranges, start, end):
    in_order(ranges)
    need(not ranges or ranges[0][0] >= start, "a set holds what stands for nothing")
    if ranges and ranges[-1][1] > end:
        raise Refused("out-of-range", ranges[-1][1] - 1)


def refer(number, count):
    if number >= count:
        raise Refused("out-of-range", number)
