"""What a policy says of a request, by the definitions of docs/bundle-format.md, one flow after another.

The only economy is that of cells, and of values, that the same sets hold one stands for all.
"""

import datetime
import itertools

from bundle import ACTIONS, DIMENSIONS, FORMS, GRAPHS, cells

SHARE_FAMILY = range(9, 15)
COMBINE = 3
VERDICTS = {"prohibit": "prohibited", "permit": "permitted"}


class Error(Exception):
    """A request that cannot be answered: `kind` as in the vectors."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


def decide(content, request, now=None):
    """The answer to a request, in the form of the vectors."""
    question = read(content, request, now)
    if question is None:
        return {"verdict": "unlisted-third-party"}
    flows, worlds = question
    told = outcomes(content, flows, worlds)
    verdict = verdict_of(told["deciding"].keys())
    answer = {"verdict": verdict}
    deciding = {name: sorted(those) for name, those in told["deciding"].items() if name != "unstated"}
    if deciding:
        answer["deciding"] = deciding
    if told["defeated"]:
        answer["defeated"] = sorted(map(list, told["defeated"]))
    if verdict == "permitted":
        duties = {d for s in deciding["permitted"] for d in content["statements"][s].get("duties", [])}
        if duties:
            answer["duties"] = sorted(duties)
    if verdict == "undetermined":
        facts = settles(content, flows, worlds)
        if facts:
            answer["settles"] = facts
    return answer


def verdict_of(outcomes):
    outcomes = set(outcomes)
    if "permitted" in outcomes:
        return "permitted" if outcomes == {"permitted"} else "undetermined"
    return "prohibited" if "prohibited" in outcomes else "unstated"


def settles(content, flows, worlds):
    """For each fact that tells, the verdict with each value that is open."""
    found = {}
    for number, variable in enumerate(content["variables"]):
        if variable["kind"] != "fact":
            continue
        ways = {}
        for value in sorted({world[number] for world in worlds}):
            left = [world for world in worlds if world[number] == value]
            ways[variable["values"][value]] = verdict_of(outcomes(content, flows, left)["deciding"].keys())
        if len(set(ways.values())) > 1:
            found[variable["name"]] = ways
    return found


# Names to flows


def read(content, request, now):
    """The cells that stand for all flows, and the worlds; None for an unlisted third party."""
    named = {d: request[d] if isinstance(request[d], list) else [request[d]] for d in DIMENSIONS if d in request}
    given, unlisted = {}, False
    for dimension, names in named.items():
        given[dimension] = set()
        for name in names:
            found = term(content, dimension, name)
            if found is None:
                unlisted = True
            else:
                given[dimension] |= set(found)
    possible = values(content, request, now)
    for dimension in ("action", "data"):
        if dimension not in given:
            raise Error("missing")
    combines = "combine" in named["action"]
    if "recipient" in given and not given["action"] & set(SHARE_FAMILY):
        raise Error("not-taken")
    if "with" in given and not combines:
        raise Error("not-taken")
    for dimension in DIMENSIONS:
        if dimension not in given:
            given[dimension] = left_out(content, dimension, given, combines)
    worlds = possible_worlds(content, possible)
    if not worlds:
        raise Error("no-flow")
    if unlisted:
        return None
    flows = list(fitting(content, given))
    if not flows:
        raise Error("no-flow")
    return flows, worlds


def graph_of(content, dimension):
    return content["vocabulary"][GRAPHS[dimension]]


def named_term(graph, name):
    return next((term for term in graph["terms"] if term["name"] == name), None)


def everything(content, dimension):
    if dimension in ("action", "form"):
        return range(1, len(ACTIONS if dimension == "action" else FORMS))
    graph = graph_of(content, dimension)
    found = set(cells(graph["any"]))
    if dimension == "source":
        found |= set(cells(graph.get("channels", [])))
    if dimension == "subject":
        found.discard(graph["subject"])
    return found


def term(content, dimension, name):
    """The cells of a name; None for a recipient of whom nobody has heard."""
    if name == "any":
        return everything(content, dimension)
    if dimension == "action":
        wide = {"use": range(2, 9), "share": range(9, 12), "delete": [16]}
        if name in wide:
            return wide[name]
    if dimension in ("action", "form"):
        names = ACTIONS if dimension == "action" else FORMS
        if name not in names[1:]:
            raise Error("unknown-term")
        return [names.index(name)]
    graph = graph_of(content, dimension)
    if name == "the subject":
        if dimension not in ("actor", "source", "recipient"):
            raise Error("wrong-kind")
        return [graph["subject"]]
    if name == "other any":
        return [graph["other-any"]]
    only_own = name.startswith("other ")
    found = named_term(graph, name.removeprefix("other ").strip() if only_own else name)
    if found is None:
        if dimension != "recipient":
            raise Error("unknown-term")
        others = [content["vocabulary"][g] for g in ("data", "purposes", "places")]
        if name == "" or any(named_term(other, name) for other in others):
            raise Error("wrong-kind")
        return None
    if only_own and "own" not in found:
        raise Error("wrong-kind")
    covered = [found["own"]] if only_own else cells(found["cells"])
    if dimension != "source" and set(covered) & set(cells(graph.get("channels", []))):
        raise Error("wrong-kind")
    return covered


def left_out(content, dimension, given, combines):
    if dimension == "actor" and content["policy"]["issuer"]:
        parties = content["vocabulary"]["parties"]
        return {c for name in content["policy"]["issuer"] for c in cells(named_term(parties, name)["cells"])}
    if dimension == "form":
        return {1, 2}
    if dimension == "with" and not combines:
        return given["data"]
    return set(everything(content, dimension))


def fitting(content, given):
    """One combination of cells for all that the same sets hold, in three kinds of action."""
    boxes = [box for s in content["statements"] for rule in s["rules"] for box in rule["boxes"]]
    held = [[set(cells(s)) for s in {n: content["sets"][n] for n in {box[d] for box in boxes}}.values()]
            for d in range(len(DIMENSIONS))]

    def classes(dimension, among):
        seen = {}
        for cell in sorted(among):
            seen.setdefault(tuple(cell in s for s in held[dimension]), cell)
        return list(seen.values())

    actions = given["action"]
    kinds = [(actions & set(SHARE_FAMILY), "recipient"), (actions & {COMBINE}, "with"),
             (actions - set(SHARE_FAMILY) - {COMBINE}, None)]
    for some, takes in kinds:
        choice = [some if d == "action" else {0} if d in ("with", "recipient") and d != takes else given[d]
                  for d in DIMENSIONS]
        if all(choice):
            yield from itertools.product(*(classes(d, among) for d, among in enumerate(choice)))


# Facts, times and worlds


def values(content, request, now):
    """The possible values of each variable."""
    variables = content["variables"]

    def find(name, kind):
        for number, variable in enumerate(variables):
            if variable["kind"] == kind and variable.get("name", variable.get("event")) == name:
                return number
        raise Error("unknown-fact" if kind == "fact" else "unknown-event")

    possible = []
    for variable in variables:
        if variable["kind"] == "clock":
            possible.append(list(range(len(variable["states"]) + 1)))
        elif "default" in variable:
            possible.append([variable["default"]])
        else:
            possible.append(list(range(len(variable["values"]))))
    for name, said in request.get("facts", {}).items():
        number = find(name, "fact")
        known = variables[number]["values"]
        said = list(known) if said is None else said if isinstance(said, list) else [said]
        said = [{True: "true", False: "false"}[v] if isinstance(v, bool) else v for v in said]
        if not set(said) <= set(known):
            raise Error("unknown-value")
        possible[number] = [known.index(v) for v in said]
    now = time(request["now"]) if "now" in request else now
    for name, said in request.get("events", {}).items():
        number = find(name, "clock")
        clock = variables[number]
        if said is None:
            possible[number] = [0]
        elif said is True:
            possible[number] = list(range(1, len(clock["states"]) + 1))
        else:
            possible[number] = [state(clock, time(said), now)]
    return possible


def time(text):
    if len(text) == 10:
        return datetime.datetime.fromisoformat(text)
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)


def state(clock, start, now):
    if now < start:
        return 0
    minute = datetime.timedelta(minutes=1)
    elapsed = (now - start) // minute
    compare = []
    for threshold in clock["thresholds"]:
        due = months_after(start, threshold["months"])
        length = float("inf") if due is None else (due - start) // minute + threshold["minutes"]
        compare.append((elapsed > length) - (elapsed < length))
    for number, one in enumerate(clock["states"], 1):
        if one["compare"] == compare:
            return number
    raise Error("no-such-time")


def months_after(start, months):
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > 9999:
        return None
    for day in range(start.day, 0, -1):
        try:
            return start.replace(year=year, month=month + 1, day=day)
        except ValueError:
            pass


def possible_worlds(content, possible):
    """One world for all that the same conditions tell apart; those that cannot occur are left out."""
    spoken = [[] for _ in possible]
    for condition in content["conditions"]:
        if "in" in condition:
            spoken[condition["in"][0]].append(set(cells(condition["in"][1])))
    choices = []
    for number, among in enumerate(possible):
        seen = {}
        # Facts stay apart, so that it can be said which value settles what.
        fact = content["variables"][number]["kind"] == "fact"
        for value in sorted(set(among)):
            key = value if fact else tuple(value in s for s in spoken[number])
            seen.setdefault(key, value)
        choices.append(list(seen.values()))
    worlds = itertools.product(*choices)
    if "impossible" not in content:
        return list(worlds)
    return [world for world in worlds if not holds(content, world)[content["impossible"]]]


def holds(content, world):
    """Whether each condition holds in a world."""
    truth = []
    for condition in content["conditions"]:
        (kind, value), = condition.items()
        if kind == "all":
            truth.append(all(truth[part] for part in value))
        elif kind == "any":
            truth.append(any(truth[part] for part in value))
        elif kind == "not":
            truth.append(not truth[value])
        else:
            truth.append(any(start <= world[value[0]] < end for start, end in value[1]))
    return truth


# The verdict at a flow


def outcomes(content, flows, worlds):
    """All that a set of flows comes to: who decides what, and who is defeated by whom."""
    held = [set(cells(s)) for s in content["sets"]]
    boxes = [(number, rule["effect"], box) for number, statement in enumerate(content["statements"])
             for rule in statement["rules"] for box in rule["boxes"]]
    inside = {tuple(at for at, (_, _, box) in enumerate(boxes)
                    if all(cell in held[number] for cell, number in zip(flow, box))) for flow in flows}
    truths = {tuple(holds(content, world)) for world in worlds}
    deciding, defeated, known = {}, set(), {}
    for some, truth in itertools.product(inside, truths):
        present = {}
        for number, effect, box in (boxes[at] for at in some):
            if len(box) == 10 or truth[box[10]]:
                order = ["prohibit", "permit", "silent"]
                present[number] = min(effect, present.get(number, "silent"), key=order.index)
        key = tuple(sorted(present.items()))
        if key not in known:
            known[key] = at_flow(content, present)
        outcome, who, lost = known[key]
        deciding.setdefault(outcome, set()).update(who)
        defeated |= lost
    return {"deciding": deciding, "defeated": defeated}


def at_flow(content, present):
    """The verdict where these statements are present, who decides, and [loser, winner] pairs."""
    prevails = {tuple(pair) for pair in content["precedence"]}
    lost = {(loser, winner) for loser in present for winner in present
            if (winner, loser) in prevails and disagree(content, present, winner, loser)}
    left = {number: effect for number, effect in present.items() if number not in {l for l, _ in lost}}
    for effect, outcome in VERDICTS.items():
        who = {number for number, said in left.items() if said == effect}
        if who:
            return outcome, who, lost
    return "unstated", set(), lost


def disagree(content, present, a, b):
    x, y = content["statements"][a], content["statements"][b]
    effects = {present[a], present[b]}
    if effects == {"permit", "prohibit"}:
        return True
    if effects == {"permit"} and set(x.get("duties", [])) != set(y.get("duties", [])):
        return True
    if "limit" not in x or "limit" not in y:
        return False
    m, n = x["limit"], y["limit"]
    if "deadline" in (m["sort"], n["sort"]):
        return m["sort"] == n["sort"] and m["moment"] != n["moment"]
    return m != n
